"""A session: store, engine and ledger together; a named one keeps a journal on disk and outlives its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from daisy_lab import io
from daisy_lab._datastore import DataStore, Directory
from daisy_lab._engine import Device, DeviceName, LocalEngine
from daisy_lab._journal import Journal
from daisy_lab._ledger import Ledger
from daisy_lab._session._asked import Asked
from daisy_lab._session._files import add_inputs, run_to_file
from daisy_lab._session._partials import SessionPartials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from daisy_lab._engine import Run
    from daisy_lab._workflow import Workflow

__all__ = ["Session"]

_JOURNAL = "journal.jsonl"


class Session:
    """Store, engine and ledger of one piece of work; use as a context manager.

    Parameters
    ----------
    name
        Keep it under this name: after a kill it reopens with its objects, versions and ledger, and an interrupted
        run goes on at its last finished block. Without a name nothing stays.
    root
        Folder of all sessions; the configured one by default.
    memory
        Bytes the store may hold in memory; more is spilled to disk.
    workers
        Threads one algorithm may use.
    device
        Where algorithms compute: `cpu`, `cuda`, or `auto` for a CUDA device where one can be used.

    Raises
    ------
    SessionError
        If a session of that name is open elsewhere.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        root: Path | None = None,
        memory: int | None = None,
        workers: int | None = None,
        device: DeviceName | Device = "auto",
    ) -> None:
        self.directory = Directory.open(root, name=name)
        self._journal = Journal(self.directory.path / _JOURNAL) if name is not None else None
        journal = self._journal
        self.asked = Asked(journal)
        """Runs that are to be started again after a kill."""
        if journal is None:
            self.store = DataStore(self.directory, memory=memory)
            self.ledger = Ledger()
            self.engine = LocalEngine(self.store, self.ledger, workers=workers, device=device)
            return
        self.store = DataStore(
            self.directory,
            memory=memory,
            durable=True,
            record=lambda action: journal.append("store", action),
        )
        self.ledger = Ledger(record=lambda entry: journal.append("ledger", entry))
        partials = SessionPartials(self.store, journal, self.directory.arrays)
        self._reopen(journal, partials)
        self.engine = LocalEngine(self.store, self.ledger, workers=workers, partials=partials, device=device)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def open(self, *inputs: str | Path, **options: Any) -> tuple[str, ...]:  # noqa: ANN401 - options of open_file
        """Put files into the store, lazily: nothing is read before it is needed.

        Parameters
        ----------
        inputs
            A scan file, or `name=path[::dataset]` for one object.
        options
            `angle_unit` and `roots`, as `io.open_file` takes them.

        Returns
        -------
        notes
            What was guessed, and had better be told.
        """
        return add_inputs(self.store, inputs, options)

    def run_to_file(self, workflow: Workflow, output: str | Path, **options: Any) -> Run:  # noqa: ANN401 - options of the function
        """Run a workflow and write its results into a NeXus file, block by block; see `run_to_file`."""
        return run_to_file(self.engine, workflow, output, **options)

    def close(self) -> None:
        """Stop what runs and let go of everything; a named session stays on disk."""
        self._stop()
        self.directory.close()

    def remove(self) -> None:
        """Close the session and remove it from disk."""
        self._stop()
        self.directory.remove()

    def _stop(self) -> None:
        # First: what is cancelled because the session ends was not cancelled by its user.
        self.asked.close()
        self.engine.close()
        self.store.close()
        if self._journal is not None:
            self._journal.close()

    def _reopen(self, journal: Journal, partials: SessionPartials) -> None:
        records: Sequence[Mapping[str, Any]] = list(journal.read("store"))
        self.store.replay(records, io.reopen)
        self.ledger.replay(journal.read("ledger"))
        self.directory.sweep_unreferenced(self.store.files() | partials.replay())
