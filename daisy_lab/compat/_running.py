"""Runs the steps of a first Daisy's workflow on our engine, each one a run that is entered in the ledger."""

from __future__ import annotations

import inspect
import time
from typing import TYPE_CHECKING, Any, Literal

import xxhash

from daisy_lab._algorithm import monitored
from daisy_lab._engine import peak_memory
from daisy_lab._ledger import Entry, Used, plain
from daisy_lab.compat._algorithm import perform
from daisy_lab.compat._data import Data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._engine import LocalEngine, Run
    from daisy_lab.compat._algorithm import DaisyAlg

__all__ = ["Running", "source_of"]


class Running:
    """Carries calls out at once, on the caller's thread, as the first Daisy did.

    Parameters
    ----------
    engine
        The engine, with its store and its ledger.
    """

    runs = True

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self.ledger = engine.ledger
        self._data = self.own_data()

    @property
    def data(self) -> Data:
        """The objects of the store."""
        return self._data

    def own_data(self) -> Data:
        """Give a view of the store that notes what one algorithm reads and writes."""
        return Data(self._engine.store)

    def translated(
        self,
        label: str,  # noqa: ARG002 - the Backend protocol
        ours: str,
        inputs: Mapping[str, Any],
        settings: Mapping[str, Any],
        output: str,
    ) -> None:
        """Run one of our algorithms."""
        self._engine.run(ours, into=output, here=True, **inputs, **settings).result()

    def foreign(self, algorithm: DaisyAlg, bound: inspect.BoundArguments) -> None:
        """Run `execute` of an algorithm class."""
        title = f"{algorithm.name} {type(algorithm).__name__}"
        self._engine.submit(title, lambda run: self._carry_out(algorithm, bound, run), here=True).result()

    def _carry_out(self, algorithm: DaisyAlg, bound: inspect.BoundArguments, run: Run) -> None:
        data = algorithm.get("DataStore").data()
        # Not ours when the class has its own idea of `get`: then nothing is known of what it reads.
        noted = data if isinstance(data, Data) else self.own_data()
        noted.begin(run.id)
        began, begin, before = time.time(), time.perf_counter(), peak_memory()
        failure: Exception | None = None
        try:
            with monitored(run):
                perform(algorithm, "execute", lambda: algorithm.execute(*bound.args, **bound.kwargs))
        except Exception as error:
            failure = error
            raise
        finally:
            noted.end()
            seconds = time.perf_counter() - begin
            self._enter(algorithm, bound, run, noted, failure, (began, seconds, peak_memory() - before))
        run.made = tuple(noted.written)

    def _enter(  # noqa: PLR0917 - the facts of one run
        self,
        algorithm: DaisyAlg,
        bound: inspect.BoundArguments,
        run: Run,
        noted: Data,
        failure: Exception | None,
        cost: tuple[float, float, int],
    ) -> None:
        """Write the entry of one run; all that is known of its data is what it read and wrote."""
        kind, source = type(algorithm), source_of(type(algorithm))
        described = [noted.store.describe(*item) for item in (*noted.read.items(), *noted.written.items())]
        made = described[len(noted.read) :]
        state: Literal["done", "failed", "cancelled"] = "failed" if failure is not None else "done"
        self.ledger.add(
            Entry(
                run=run.id,
                algorithm=f"{kind.__module__}:{kind.__qualname__}",
                version=f"source {xxhash.xxh3_64_hexdigest((source or kind.__qualname__).encode())}",
                inputs=self._used(noted, noted.read),
                settings=plain({**algorithm.cfg, **bound.arguments}),
                outputs=self._used(noted, noted.written) if failure is None else {},
                started=cost[0],
                seconds=cost[1],
                peak_bytes=max(cost[2], sum(about.nbytes for about in described)),
                state="cancelled" if failure is not None and run.flag[0] else state,
                elements=sum(_length(about.shape) for about in made),
                error="" if failure is None else f"{type(failure).__name__}: {failure}",
                source=source,
            )
        )

    def _used(self, noted: Data, versions: Mapping[str, int]) -> dict[str, Used]:
        store, ledger = noted.store, self.ledger
        return {
            name: Used(name, version, ledger.identity(name, version) or store.identity(name, version))
            for name, version in versions.items()
        }


def source_of(kind: type[DaisyAlg]) -> str:
    """Give the source text of a class, or of its `execute` where that of the class is not to be had."""
    for part in (kind, kind.execute):
        try:
            return inspect.getsource(part)
        except (OSError, TypeError):
            continue
    return ""


def _length(shape: tuple[int, ...]) -> int:
    length = 1
    for one in shape:
        length *= one
    return length
