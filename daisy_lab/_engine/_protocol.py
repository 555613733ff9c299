"""What every engine offers: the one small interface that scripts, workflows, sidebars and apps are written against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._algorithm import Algorithm
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._flow import Job
    from daisy_lab._engine._planning import Plan
    from daisy_lab._engine._run import Run
    from daisy_lab._engine._sinks import Outlet, Sink
    from daisy_lab._ledger import Ledger

__all__ = ["Engine"]


class Engine(Protocol):
    """Runs algorithms and jobs on a store, and keeps the ledger of it."""

    store: DataStore
    ledger: Ledger

    def run(
        self,
        algorithm: Algorithm[..., Any] | str,
        /,
        *,
        into: str | tuple[str, ...] | None = None,
        here: bool = False,
        **bindings: Any,  # noqa: ANN401 - names, values, settings
    ) -> Run:
        """Run one algorithm on whole objects of the store.

        Parameters
        ----------
        algorithm
            The algorithm, or its name.
        into
            Names for what comes out; the algorithm's own names by default.
        here
            Run on the caller's thread and come back when it is over.
        bindings
            For each data object a name in the store or a value; for each setting a value or `ref(name)`.

        Returns
        -------
        run
            At once; mistakes in names, axes and settings are raised before.
        """
        ...

    def run_job(
        self, job: Job, *, outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None, here: bool = False
    ) -> Run:
        """Run the steps of a workflow, block by block where they do not fit into memory."""
        ...

    def block(self, job: Job) -> Any:  # noqa: ANN401 - any array
        """Compute just the wanted part of one result, on the caller's thread."""
        ...

    def plan(self, job: Job) -> Plan:
        """Say what a job will cost."""
        ...
