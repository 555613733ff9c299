"""An engine that runs nothing and writes down what it was asked: for dry runs, drawings and checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import Algorithm, registry
from daisy_lab._datastore import DataStore
from daisy_lab._engine._binding import output_names
from daisy_lab._engine._calls import Call, Ref
from daisy_lab._engine._planning import Plan
from daisy_lab._engine._run import Run
from daisy_lab._ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._engine._flow import Job
    from daisy_lab._engine._sinks import Outlet, Sink

__all__ = ["RecordingEngine"]


@dataclass
class RecordingEngine:
    """Takes the same requests as any engine; `calls` has them as the steps of a workflow."""

    store: DataStore = field(default_factory=DataStore)
    ledger: Ledger = field(default_factory=Ledger)
    calls: list[Call] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def run(
        self,
        algorithm: Algorithm[..., Any] | str,
        /,
        *,
        into: str | tuple[str, ...] | None = None,
        here: bool = False,  # noqa: ARG002 - the Engine protocol
        **bindings: Any,  # noqa: ANN401 - names, values, settings
    ) -> Run:
        """Write down one call; settings are checked, data are not asked for."""
        found = registry.get(algorithm) if isinstance(algorithm, str) else algorithm
        ports = {port.name for port in found.inputs}
        inputs = {name: _as_ref(name, given) for name, given in bindings.items() if name in ports}
        rest = {name: given for name, given in bindings.items() if name not in ports}
        bound = {name: given.name for name, given in rest.items() if isinstance(given, Ref)}
        settings = found.validate({name: given for name, given in rest.items() if name not in bound}, bound)
        names = output_names(found, into)
        self.calls.append(
            Call(f"{len(self.calls) + 1} {found.id}", found, inputs, settings, tuple(names), bound)
        )
        return _finished(found.id, None)

    def run_job(
        self,
        job: Job,
        *,
        outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None,  # noqa: ARG002 - the Engine protocol
        here: bool = False,  # noqa: ARG002 - the Engine protocol
    ) -> Run:
        """Write down a job."""
        self.jobs.append(job)
        self.calls.extend(job.calls)
        return _finished(job.title, {})

    def block(self, job: Job) -> None:
        """Write down a request for a block."""
        self.jobs.append(job)

    def plan(self, job: Job) -> Plan:
        """Write down a request for a plan; nothing is measured."""
        self.jobs.append(job)
        return Plan((), 0)


def _as_ref(name: str, given: Any) -> Ref:  # noqa: ANN401 - a name or a value
    return given if isinstance(given, Ref) else Ref(given if isinstance(given, str) else name)


def _finished(title: str, value: Any) -> Run:  # noqa: ANN401 - what a run would give
    run = Run(title)
    run.carry_out(lambda _run: value)
    return run
