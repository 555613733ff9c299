"""The engine of this process: runs work in its own threads, so a notebook or an app stays alive meanwhile."""

from __future__ import annotations

import logging
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import Algorithm, registry
from daisy_lab._datastore import DataStore
from daisy_lab._engine._binding import bind, carry_out
from daisy_lab._engine._device import Device, DeviceName, choose_device
from daisy_lab._engine._execute import Execution
from daisy_lab._engine._planning import Plan, plan
from daisy_lab._engine._run import Run
from daisy_lab._ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._engine._flow import Job
    from daisy_lab._engine._memo import Memo
    from daisy_lab._engine._sinks import Outlet, Partials, Sink

__all__ = ["LocalEngine"]

_HISTORY = 1000
_log = logging.getLogger(__name__)


class LocalEngine:
    """Runs algorithms and jobs in worker threads of this process.

    Parameters
    ----------
    store
        The objects it works on; a new store by default.
    ledger
        Where runs are recorded; a new ledger by default.
    workers
        Threads one algorithm may use; all processors by default.
    at_once
        Runs that may work at the same time; more wait.
    partials
        Keeps half-written results over a kill; a session brings its own.
    device
        Where algorithms that can compute on a CUDA device do: there (`cuda`), in the processors (`cpu`), or there
        if one can be used (`auto`).

    Raises
    ------
    SettingError
        If the device cannot be used.
    """

    def __init__(
        self,
        store: DataStore | None = None,
        ledger: Ledger | None = None,
        *,
        workers: int | None = None,
        at_once: int = 2,
        partials: Partials | None = None,
        device: DeviceName | Device = "auto",
    ) -> None:
        self.store = DataStore() if store is None else store
        self.ledger = Ledger() if ledger is None else ledger
        self.workers = workers or os.cpu_count() or 1
        self.runs: deque[Run] = deque(maxlen=_HISTORY)
        """Runs in the order in which they were asked for."""
        self.device = choose_device(device)
        self._at_once = at_once
        self._partials = partials
        self.last_block: Run | None = None
        """The last block computed: its report says what it took."""
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._listeners: list[Callable[[Run], None]] = []

    def __repr__(self) -> str:
        return f"<LocalEngine: {len(self.store)} objects, {len(self.ledger)} runs recorded, {self.workers} threads>"

    @property
    def resumes(self) -> bool:
        """Whether half-written results are kept over a kill, so that the next run goes on with them."""
        return self._partials is not None

    def run(
        self,
        algorithm: Algorithm[..., Any] | str,
        /,
        *,
        into: str | tuple[str, ...] | None = None,
        here: bool = False,
        **bindings: Any,  # noqa: ANN401 - names, values, settings
    ) -> Run:
        """Run one algorithm on whole objects of the store; see `Engine.run`."""
        found = registry.get(algorithm) if isinstance(algorithm, str) else algorithm
        binding = bind(found, bindings, into, self.store, self.ledger)
        return self.submit(
            found.id, lambda run: carry_out(binding, self.store, self.ledger, run, self.device), here=here
        )

    def run_job(
        self, job: Job, *, outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None, here: bool = False
    ) -> Run:
        """Run the steps of a workflow; see `Engine.run_job`."""
        return self.submit(job.title, lambda run: self.results(job, run, outlets), here=here)

    def submit(self, title: str, work: Callable[[Run], Any], *, here: bool = False) -> Run:
        """Run any function as a run, with progress, cancel and result; `work(run)` is called on a worker thread."""
        return self._start(Run(title, self.workers), work, here=here)

    def results(
        self, job: Job, run: Run, outlets: Mapping[str, Callable[[Outlet], Sink]] | None = None
    ) -> dict[str, Any]:
        """Carry a job out on this thread, as part of a run that is under way."""
        return Execution(
            job, self.store, self.ledger, run, outlets=outlets, partials=self._partials, device=self.device
        ).results()

    def block(self, job: Job, run: Run | None = None, memo: Memo | None = None) -> Any:  # noqa: ANN401 - any array
        """Compute just the wanted part of one result; see `Engine.block`. Through a run given it can be cancelled.

        With a memo it is a mere look: what is found on the way goes there, and nothing to store and ledger.
        """
        run = Run(job.title, self.workers) if run is None else run
        execution = Execution(job, self.store, self.ledger, run, device=self.device, memo=memo)
        run.carry_out(lambda _run: execution.block())
        if run.state == "done":
            run.report |= execution.books.facts()
        run.report["steps"] = {label: vars(tally) for label, tally in execution.tallies.items()}
        run.report["bytes_read"] = execution.boundaries.bytes_read
        self.last_block = run
        return run.result()

    def plan(self, job: Job, run: Run | None = None, memo: Memo | None = None) -> Plan:
        """Say what a job will cost; see `Engine.plan`. Run and memo as for `block`."""
        run = Run(job.title, self.workers) if run is None else run
        run.carry_out(
            lambda run: plan(Execution(job, self.store, self.ledger, run, device=self.device, memo=memo))
        )
        made: Plan = run.result()
        return made

    def on_run(self, listener: Callable[[Run], None]) -> Callable[[], None]:
        """Call `listener(run)` for every new run; gives a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Cancel what runs and wait until it has stopped."""
        with self._lock:
            pool, self._pool = self._pool, None
        for run in tuple(self.runs):
            if not run.ended:
                run.cancel()
        if pool is not None:
            pool.shutdown(wait=True)

    def _start(self, run: Run, work: Callable[[Run], Any], *, here: bool) -> Run:
        self.runs.append(run)
        for listener in tuple(self._listeners):
            try:
                listener(run)
            except Exception:  # noqa: BLE001 - the boundary to foreign code: a listener
                _log.exception("a listener of the engine failed")
        if here:
            run.carry_out(work)
            return run
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._at_once, "daisy-run")
            self._pool.submit(run.carry_out, work)
        return run
