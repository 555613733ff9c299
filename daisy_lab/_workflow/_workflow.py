"""A workflow: steps as data, checked before any data is read, run whole, in blocks, or for one slice of the result."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from daisy_lab._engine import Call, Engine, Job, Plan, Ref, Run, When, default_engine
from daisy_lab._workflow import _check, _nesting, _record, _settings, _shipped
from daisy_lab._workflow._file import FORMAT, WorkflowFile, read_file
from daisy_lab._workflow._step import Step
from daisy_lab.errors import MissingFileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from daisy_lab._algorithm import Algorithm
    from daisy_lab._engine import Outlet, Sink
    from daisy_lab._ledger import Ledger

__all__ = ["Workflow"]


@dataclass
class Workflow:
    """Named steps from inputs to results.

    Parameters
    ----------
    name
        Short name, as in `daisy run NAME`.
    steps
        The steps in order; `add` appends one.
    results
        Names that a run gives; those no step reads, when none are named.
    title
        What a reader sees.
    summary
        One sentence on what it gives.
    inputs_text
        What each input is, for a reader.
    """

    name: str
    steps: list[Step] = field(default_factory=list)
    results: tuple[str, ...] = ()
    title: str = ""
    summary: str = ""
    inputs_text: dict[str, str] = field(default_factory=dict)

    # Where workflows come from.

    @classmethod
    def load(cls, source: str | Path) -> Workflow:
        """Load a shipped workflow by its name, or one from a JSON file.

        Raises
        ------
        MissingFileError
            If there is neither.
        WorkflowError
            If the file is not a workflow.
        """
        path = Path(source)
        shipped = _shipped.find(str(source))
        if shipped is not None:
            return cls.from_file(read_file(shipped, str(source)))
        if not path.is_file():
            raise MissingFileError(
                _("no workflow '{name}': it is neither shipped ({known}) nor a file").format(
                    name=source, known=", ".join(_shipped.names())
                )
            )
        return cls.from_json(path.read_bytes(), str(path))

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes, origin: str = "JSON") -> Workflow:
        """Read a workflow from its JSON form, as text or data."""
        return cls.from_file(read_file(data, origin))

    @classmethod
    def from_file(cls, content: WorkflowFile) -> Workflow:
        """Build a workflow from the checked content of a file."""
        return cls(
            content.name,
            content.to_steps(),
            tuple(content.results),
            content.title,
            content.summary,
            content.inputs,
        )

    @classmethod
    def from_ledger(cls, ledger: Ledger, name: str, version: int, title: str = "") -> Workflow:
        """Write down the runs an object came out of as a workflow that makes it again."""
        steps, result = _record.steps_of(ledger, name, version)
        return cls(title or name.replace("/", "-"), steps, (result,))

    @classmethod
    def from_ledger_all(
        cls, ledger: Ledger, made: Iterable[tuple[str, int]], title: str = "history"
    ) -> Workflow:
        """Write down the runs that several objects, each with its version, came out of."""
        steps, results = _record.steps_of_all(ledger, made)
        return cls(title, steps, results)

    @classmethod
    def from_calls(cls, name: str, calls: Iterable[Call]) -> Workflow:
        """Write down what a RecordingEngine was asked as a workflow."""
        steps = [
            Step(
                call.algorithm.id,
                call.inputs,
                call.outputs,
                {**call.settings, **{setting: Ref(value) for setting, value in call.bound.items()}},
                when=call.when,
                otherwise=call.otherwise,
                on_error=call.on_error,
                retries=call.retries,
            )
            for call in calls
        ]
        return cls(name, steps)

    def add(
        self,
        algorithm: Algorithm[..., Any] | Workflow | str,
        /,
        *,
        into: str | tuple[str, ...] | None = None,
        name: str = "",
        when: When | None = None,
        otherwise: str = "",
        on_error: Literal["stop", "skip"] = "stop",
        retries: int = 0,
        **bindings: Any,  # noqa: ANN401 - names and settings
    ) -> Self:
        """Append a step, written as a call: data objects by name, settings by value or `ref(name)`."""
        step = _settings.step_of(algorithm, into, bindings)
        self.steps.append(
            replace(step, name=name, when=when, otherwise=otherwise, on_error=on_error, retries=retries)
        )
        return self

    # What is known of it.

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names it reads and does not make, in the order of first use."""
        made: set[str] = set()
        found: dict[str, None] = {}
        for step in self.steps:
            found.update((name, None) for name in step.reads if name not in made)
            made.update(step.outputs)
        return tuple(found)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names a run gives."""
        if self.results:
            return self.results
        read = {name for step in self.steps for name in step.reads}
        return tuple(name for step in self.steps for name in step.outputs if name not in read)

    def calls(self) -> tuple[Call, ...]:
        """Bind all steps to their algorithms, nested workflows laid flat; settings are checked."""
        return tuple(step.call(number) for number, step in enumerate(_nesting.flat(self.steps), start=1))

    def check(self, available: Iterable[str] | None = None, targets: Iterable[str] = ()) -> tuple[Call, ...]:
        """Check names, order, algorithms and settings before any data is read.

        Parameters
        ----------
        available
            Names that are there; all inputs, when not given.
        targets
            Results that are wanted; the workflow's own by default.

        Returns
        -------
        calls
            The steps ready to run.

        Raises
        ------
        WorkflowError
            If something is missing; the message draws the path from it to the result.
        """
        flat = _nesting.flat(self.steps)
        _check.check(flat, set(available) if available is not None else None, tuple(targets) or self.outputs)
        calls = tuple(step.call(number) for number, step in enumerate(flat, start=1))
        _check.check_values(calls)
        return calls

    def to_json(self) -> dict[str, Any]:
        """Give the workflow as JSON data."""
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "summary": self.summary,
            "inputs": {name: self.inputs_text.get(name, "") for name in self.inputs},
            "steps": [step.to_json() for step in self.steps],
            "results": list(self.outputs),
        }

    def save(self, path: str | Path) -> None:
        """Write the workflow as a JSON file."""
        Path(path).write_text(
            json.dumps(self.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )

    def with_settings(self, settings: Mapping[str, object]) -> Workflow:
        """Change settings by name, as `daisy run --set` does.

        Parameters
        ----------
        settings
            `setting` where only one step has it, else `step.setting`; or the name of a value that a step finds, given
            in its place. The word "auto" leaves it to be found.

        Raises
        ------
        SettingError
            If there is no such setting, several steps have it, or the value is out of bounds.
        """
        steps = _settings.apply(_nesting.flat(self.steps), settings, self.outputs)
        return Workflow(self.name, steps, self.outputs, self.title, self.summary, self.inputs_text)

    # Running it.

    def job(
        self,
        *,
        targets: Iterable[str] = (),
        settings: Mapping[str, object] | None = None,
        inputs: Mapping[str, str] | None = None,
        into: str = "",
        memory: int | None = None,
        available: Iterable[str] | None = None,
        want: Mapping[str, slice] | None = None,
    ) -> Job:
        """Put together what an engine is asked for; everything is checked."""
        changed = self.with_settings(settings or {})
        sources = dict(inputs or {})
        there = None
        if available is not None:
            stored = set(available)
            there = {name for name in changed.inputs if sources.get(name, name) in stored}
        wanted = tuple(targets) or self.outputs
        calls = changed.check(there, wanted)
        return Job(self.title or self.name, calls, wanted, dict(want or {}), sources, into, memory)

    def run(
        self,
        engine: Engine | None = None,
        *,
        targets: Iterable[str] = (),
        settings: Mapping[str, object] | None = None,
        inputs: Mapping[str, str] | None = None,
        into: str = "",
        memory: int | None = None,
        outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None,
        here: bool = False,
        **want: slice,
    ) -> Run:
        """Run it, block by block where it does not fit into memory.

        Parameters
        ----------
        engine
            The engine whose store holds the inputs; the default one when not given.
        targets
            Names to make; the workflow's results by default.
        settings
            Changed settings, see `with_settings`.
        inputs
            Inputs that have another name in the store.
        into
            Group of the store for what comes out.
        memory
            Bytes it may take above what the process holds at the start.
        outlets
            Where results go instead of the store.
        here
            Run on the caller's thread.
        want
            Part of the results along named axes, as `row=slice(0, 2)`.

        Returns
        -------
        run
            At once; its result is a mapping of names to objects.
        """
        chosen = engine or default_engine()
        job = self.job(
            targets=targets,
            settings=settings,
            inputs=inputs,
            into=into,
            memory=memory,
            available=chosen.store,
            want=want,
        )
        return chosen.run_job(job, outlets=outlets, here=here)

    def block(
        self,
        name: str = "",
        engine: Engine | None = None,
        *,
        settings: Mapping[str, object] | None = None,
        inputs: Mapping[str, str] | None = None,
        **want: slice,
    ) -> Any:  # noqa: ANN401 - any array
        """Compute just a part of one result through the whole chain, touching only what it needs."""
        chosen = engine or default_engine()
        target = name or self.outputs[-1]
        job = self.job(targets=[target], settings=settings, inputs=inputs, available=chosen.store, want=want)
        return chosen.block(job)

    def plan(
        self,
        engine: Engine | None = None,
        *,
        settings: Mapping[str, object] | None = None,
        inputs: Mapping[str, str] | None = None,
        memory: int | None = None,
        **want: slice,
    ) -> Plan:
        """Predict peak memory, output size and, from recorded runs, time."""
        chosen = engine or default_engine()
        job = self.job(settings=settings, inputs=inputs, memory=memory, available=chosen.store, want=want)
        return chosen.plan(job)
