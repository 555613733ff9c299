"""Between one engine and all browsers that look at it: requests in, replies and coalesced events out.

Requests arrive on whatever thread the kernel gives comms (JupyterLab: a subshell, beside the cells). Quick ones are
answered there; what may take long waits in a lane with threads of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from daisy_lab._algorithm import registry
from daisy_lab._bridge import _state
from daisy_lab._bridge._draft import Draft
from daisy_lab._bridge._faults import error_info, malformed
from daisy_lab._bridge._front import Channel, Front
from daisy_lab._bridge._handlers import handler_of
from daisy_lab._bridge._lanes import Job, Lane, LaneName
from daisy_lab._bridge._shelf import Shelf
from daisy_lab._bridge._telling import Teller
from daisy_lab._engine import Memo
from daisy_lab._messages import LARGEST_ID, METHODS, Ask, Message, Reply, Request, RunCall
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _
from daisy_lab.texts import language, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab._datastore import Change
    from daisy_lab._engine import LocalEngine, Run
    from daisy_lab._messages import ErrorInfo, Topic
    from daisy_lab._session import Session

__all__ = ["Bridge"]

_log = logging.getLogger(__name__)
_THREADS: Final[Mapping[LaneName, int]] = {
    "view": 2,
    "run": 1,
    "work": 2,
    "preview": 2,
    "chain": 4,
    "slow": 2,
    "record": 1,
    "bytes": 2,
}
_REMEMBERED: Final = 1000
_BEAT_SECONDS: Final = 20.0


class Bridge:
    """All fronts of one engine.

    Parameters
    ----------
    engine
        The engine.
    roots
        Folders whose files may be read and written; relative paths begin at the first.
    active
        Called now and then while a run is active, so that nobody takes the kernel for idle.
    beat
        Seconds between two such calls.
    session
        The session that the engine belongs to, where there is one: it remembers what was asked.
    """

    def __init__(
        self,
        engine: LocalEngine,
        roots: tuple[Path, ...] = (),
        *,
        active: Callable[[], None] = lambda: None,
        beat: float = _BEAT_SECONDS,
        session: Session | None = None,
    ) -> None:
        self.engine = engine
        self.session = session
        self.roots = roots or (Path.cwd(),)
        self.draft = Draft()
        """The workflow that is being put together."""
        self.shelf = Shelf()
        """Arrays that pages only look at."""
        self.memo = Memo()
        """What looks through whole workflows have computed already."""
        self._calls: dict[str, RunCall] = {}
        self._previews: dict[tuple[Front, str], Run] = {}
        self._ends: dict[str, Callable[[], None]] = {}
        self._lock = Lock()
        self._lanes = {name: Lane(name, threads, self._answer) for name, threads in _THREADS.items()}
        self._teller = Teller(self, active, beat)
        self._ends["store"] = engine.store.on_change(self._hear_store)
        self._ends["engine"] = engine.on_run(self._hear_run)
        self._ends["registry"] = registry.on_change(self._hear_registry)
        for run in tuple(engine.runs):
            self._hear_run(run)

    # Fronts.

    def connect(self, channel: Channel) -> Front:
        """Take a new front; it is told who is here, and everything else once it says what it shows."""
        # A page that was loaded anew did not close its comm: a good moment to look who is left.
        for other in self.fronts:
            if not other.is_there():
                self.disconnect(other)
                other.close()
        front = Front(channel, self.disconnect)
        self._teller.add(front)
        front.tell(_state.hello())
        return front

    def disconnect(self, front: Front) -> None:
        """Forget a front whose browser is gone, and stop what is computed for it alone."""
        self._teller.remove(front)
        for lane in self._lanes.values():
            lane.forget(front)
        with self._lock:
            previews = [run for (owner, _view), run in self._previews.items() if owner is front]
        for run in previews:
            run.cancel()
        self.shelf.forget(front)

    @property
    def fronts(self) -> tuple[Front, ...]:
        """Fronts that are open."""
        return self._teller.fronts

    def watch(self, front: Front, topics: frozenset[Topic], spoken: str) -> None:
        """Send a front these topics in its language from now on, each newly shown one whole at once."""
        self._teller.watch(front, topics, spoken)

    def close(self) -> None:
        """Let go of the engine; fronts stay open and hear nothing any more."""
        with self._lock:
            ends, self._ends = self._ends, {}
            previews = tuple(self._previews.values())
        for end in ends.values():
            end()
        for run in previews:
            run.cancel()
        self._teller.close()
        for lane in self._lanes.values():
            lane.close()
        self.memo.clear()

    # What it remembers.

    def remember(self, run: str, call: RunCall) -> None:
        """Keep what a run was asked to do, to ask it again with changes."""
        with self._lock:
            self._calls[run] = call
            while len(self._calls) > _REMEMBERED:
                del self._calls[next(iter(self._calls))]
        self._teller.mark(run=run)

    def call_of(self, run: str) -> RunCall | None:
        """Give what a run was asked to do, if a browser asked it."""
        return self._calls.get(run)

    def follow(self, run: Run, asked: Request) -> None:
        """Let the session remember, until it has ended, a run that is to be started again after a kill."""
        if self.session is not None:
            self.session.asked.follow(run, asked.method, asked.model_dump(mode="json"))

    def begin_preview(self, front: Front, view: str, run: Run, *, patience: float = 0.0) -> None:
        """Take note of a preview that is being computed; the one before of the same view is stopped.

        So is one whose front went away meanwhile.

        Parameters
        ----------
        front, view
            Who asks.
        run
            The preview.
        patience
            Seconds that the one before may still take; this thread waits for it so long.
        """
        with self._lock:
            older = self._previews.get((front, view))
            self._previews[front, view] = run
        if older is not None and not (patience and older.wait(patience)):
            older.cancel()
        if front not in self.fronts:
            run.cancel()

    def end_preview(self, front: Front, view: str, run: Run) -> None:
        """Take note that a preview is over."""
        with self._lock:
            if self._previews.get((front, view)) is run:
                del self._previews[front, view]

    def stop_previews(self, front: Front, view: str) -> None:
        """Stop whatever is computed for one view of a front."""
        with self._lock:
            found = [
                run
                for (owner, name), run in self._previews.items()
                if owner is front and name.startswith("chain.") and name.partition(" ")[2] == view
            ]
        for run in found:
            run.cancel()

    def workflow_changed(self) -> None:
        """Take note that the workflow being put together changed."""
        self._teller.mark(workflow=True)

    # Requests.

    def hear(
        self,
        front: Front,
        data: Any,  # noqa: ANN401 - whatever arrived
        buffers: Sequence[bytes | memoryview] = (),
    ) -> None:
        """Answer one message of a front, now or from another thread; nothing it holds can raise."""
        front.listened()
        try:
            with speaking(front.language or language()):
                self._hear(front, data, buffers)
        except Exception as error:  # noqa: BLE001 - the boundary to a browser: whatever happens is told there
            _log.warning("a message of the browser could not be taken", exc_info=True)
            front.answer(_refusal(_number_of(data), error_info(error)))

    def _hear(self, front: Front, data: Any, buffers: Sequence[bytes | memoryview]) -> None:  # noqa: ANN401 - whatever arrived
        try:
            ask = Ask.model_validate(data)
        except ValidationError as error:
            front.answer(_refusal(_number_of(data), malformed("", error)))
            return
        try:
            request = _understood(ask)
        except ValidationError as error:
            front.answer(_refusal(ask.id, malformed(ask.method, error)))
        except SettingError as error:
            front.answer(_refusal(ask.id, error_info(error)))
        else:
            job = Job(front, ask.id, request, buffers)
            lane = handler_of(type(request)).lane
            if lane is None:
                self._answer(job)
            else:
                self._lanes[lane].add(job)

    def _answer(self, job: Job) -> None:
        try:
            with speaking(job.front.language or language()):
                handler = handler_of(type(job.request))
                beside = (job.buffers,) if handler.buffers else ()
                answer = handler.function(self, job.front, job.request, *beside)
        except Exception as error:  # noqa: BLE001 - the boundary to a browser: whatever happens is told there
            _log.debug("request %s failed", job.request.method, exc_info=True)
            job.refuse(error)
            return
        message, buffers = (answer, ()) if isinstance(answer, Message) else answer
        job.front.answer(Reply(id=job.number, ok=True, result=message.model_dump()), buffers)

    # Changes.

    def _hear_store(self, change: Change) -> None:
        self._teller.mark(objects=change.names)

    def _hear_registry(self) -> None:
        self._teller.mark(algorithms=True)

    def _hear_run(self, run: Run) -> None:
        if run.ended or run.id in self._ends:
            return
        end = run.on_change(self._hear_progress)
        with self._lock:
            # Told by the engine, and found among its runs at the start: one of the two is enough.
            twice = self._ends.setdefault(run.id, end) is not end
        if twice:
            end()
        self._hear_progress(run)

    def _hear_progress(self, run: Run) -> None:
        self._teller.mark(run=run.id)
        self._teller.mark_active(run)
        if run.ended:
            with self._lock:
                end = self._ends.pop(run.id, None)
            if end is not None:
                end()


def _understood(ask: Ask) -> Request:
    """Find what is asked.

    Raises
    ------
    SettingError
        If there is no such method.
    ValidationError
        If the parameters are not what it takes.
    """
    model = METHODS.get(ask.method)
    if model is None:
        raise SettingError(
            _("there is no method '{method}'; there is {known}{near}").format(
                method=ask.method, known=choices(METHODS), near=suggestion(ask.method, METHODS)
            )
        )
    return model.model_validate(ask.params)


def _number_of(data: Any) -> int:  # noqa: ANN401 - whatever arrived
    """Give the id of a message, if it has one: its sender waits for that."""
    number = data.get("id") if isinstance(data, Mapping) else None
    return number if type(number) is int and 0 <= number <= LARGEST_ID else -1


def _refusal(number: int, error: ErrorInfo) -> Reply:
    return Reply(id=number, ok=False, error=error)
