"""A run: one job of an engine, with its state, progress, log, cancel and result."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from daisy_lab._engine._show import show
from daisy_lab.errors import CancelledError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.vocabulary import Array

__all__ = ["Part", "Run", "State"]

State: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]
_log = logging.getLogger(__name__)
_ENDED: tuple[State, ...] = ("done", "failed", "cancelled")


class Run:
    """What an engine gives back at once for a job that works on in another thread."""

    def __init__(self, title: str, workers: int = 1) -> None:
        self.id = secrets.token_hex(6)
        self.title = title
        self.workers = workers
        self.flag: Array = np.zeros(1, np.uint8)
        self.state: State = "queued"
        self.done: float = 0.0
        self.total: float | None = None
        self.text = ""
        self.lines: list[str] = []
        self.curves: dict[str, list[float]] = {}
        """What the algorithms told point by point: the residual of each iteration, by name."""
        self.error: BaseException | None = None
        self.made: tuple[str, ...] = ()
        """Names of what came out, once done."""
        self.report: dict[str, Any] = {}
        """Facts about the run: seconds, peak memory, what was found."""
        self._value: Any = None
        self.began = 0.0
        """When it began, in seconds since 1970; 0 before."""
        self._started = self._ended = 0.0
        # A latch: locked until the run is over. An Event would do, at a tenth of the cost of a whole small run.
        self._finished = threading.Lock()
        self._finished.acquire()
        self._lock = threading.Lock()
        self._taken = False
        """Whether a thread has begun it, or a cancel came first."""
        self._listeners: list[Callable[[Run], None]] = []

    def __repr__(self) -> str:
        return f"<run {self.id} {self.title}: {self.describe()}>"

    def _ipython_display_(self) -> None:
        # Imported here: only a notebook calls this, and it has IPython.
        from IPython.display import display  # noqa: PLC0415

        show(self, display)

    # What its reader asks.

    @property
    def seconds(self) -> float:
        """Give the seconds it has been running, or ran."""
        if not self._started:
            return 0.0
        return (self._ended or time.perf_counter()) - self._started

    @property
    def fraction(self) -> float | None:
        """Give the part done, 0 to 1; None while that is not known."""
        if self.state == "done":
            return 1.0
        return min(self.done / self.total, 1.0) if self.total else None

    @property
    def rate(self) -> float | None:
        """Give the parts done per second."""
        return self.done / self.seconds if self.done and self.seconds else None

    @property
    def remaining(self) -> float | None:
        """Give the seconds left at the rate so far; None while that is not known."""
        fraction = self.fraction
        return self.seconds * (1 - fraction) / fraction if fraction else None

    @property
    def ended(self) -> bool:
        """Whether it is over, one way or another."""
        return self.state in _ENDED

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is over; False when `timeout` seconds went by first."""
        over = self._finished.acquire(timeout=-1 if timeout is None else timeout)
        if over:
            self._finished.release()
        return over

    def result(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - what the algorithm returns
        """Wait for the result and give it.

        Raises
        ------
        TimeoutError
            If it is not over after `timeout` seconds.
        CancelledError
            If it was cancelled.
        RunError
            If the algorithm failed; its own exception is the cause. Errors that explain themselves come as they are.
        """
        if not self.wait(timeout):
            raise TimeoutError(
                _("{title} is still running after {timeout} s").format(title=self.title, timeout=timeout)
            )
        if self.error is not None:
            raise self.error
        return self._value

    def cancel(self) -> None:
        """Ask it to stop; it does so within a second, one that waits at once; `result` then raises CancelledError."""
        self.flag[0] = 1
        if self._take():
            self._end("cancelled", CancelledError(_("{title} was cancelled").format(title=self.title)))
        else:
            self._tell()

    def on_change(self, listener: Callable[[Run], None]) -> Callable[[], None]:
        """Call `listener(run)` whenever state or progress changes, on the thread that changed it.

        What is returned ends that; it may be called twice.
        """
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def describe(self) -> str:
        """Say in one line how it stands."""
        if self.state == "running":
            return self._describe_progress()
        if self.state == "failed":
            return _("failed: {error}").format(error=self.error)
        words = {"queued": _("waiting"), "done": _("done"), "cancelled": _("cancelled")}
        line = words[self.state]
        if self.state == "done":
            line = _("done in {seconds:.3g} s: {names}").format(
                seconds=self.seconds, names=", ".join(self.made)
            )
        return line

    def _describe_progress(self) -> str:
        fraction, remaining = self.fraction, self.remaining
        if fraction is None or remaining is None:
            return (
                _("running for {seconds:.0f} s {text}").format(seconds=self.seconds, text=self.text).rstrip()
            )
        return _("{percent:.0f} % {text}, {remaining:.0f} s left").format(
            percent=100 * fraction, text=self.text, remaining=remaining
        )

    # What its algorithm says: the Monitor protocol.

    def advance(self, done: float, total: float | None, text: str) -> None:
        """Take note of progress."""
        self.done, self.total, self.text = done, total, text
        self._tell()

    def log(self, line: str) -> None:
        """Take note of one line for the reader."""
        self.lines.append(line)
        self._tell()

    def curve(self, name: str, value: float) -> None:
        """Take note of the next point of a named curve."""
        self.curves.setdefault(name, []).append(value)
        self._tell()

    # What its engine does.

    def carry_out(self, job: Callable[[Run], Any]) -> None:
        """Do the job on this thread and keep how it ends; one that was cancelled while it waited is left alone."""
        if not self._take():
            return
        self.began, self._started = time.time(), time.perf_counter()
        self._become("running")
        try:
            self._value = job(self)
        except CancelledError as error:
            self._end("cancelled", error)
        except BaseException as error:  # noqa: BLE001 - the boundary to foreign code; result() raises it again
            self._end("failed", error)
        else:
            self._end("done", None)

    def _take(self) -> bool:
        with self._lock:
            first, self._taken = not self._taken, True
        return first

    def _end(self, state: State, error: BaseException | None) -> None:
        self._ended = time.perf_counter()
        self.error = error
        self.state = state
        # First: a listener may ask for the result.
        self._finished.release()
        self._tell()

    def _become(self, state: State) -> None:
        self.state = state
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(self)
            except Exception:  # noqa: BLE001 - the boundary to foreign code: a listener
                _log.exception("a listener of the run %s failed", self.id)


class Part:
    """The share of a run's progress that one step of it may use; listens in the run's place."""

    def __init__(self, whole: Run, start: float, span: float, total: float, text: str) -> None:
        self.flag = whole.flag
        self.workers = whole.workers
        self._whole, self._start, self._span, self._total, self._text = whole, start, span, total, text

    def advance(self, done: float, total: float | None, text: str) -> None:
        """Take note of progress within the share."""
        share = min(done / total, 1.0) if total else 0.0
        self._whole.advance(self._start + self._span * share, self._total, text or self._text)

    def log(self, line: str) -> None:
        """Pass a line on."""
        self._whole.log(line)

    def curve(self, name: str, value: float) -> None:
        """Pass a point on."""
        self._whole.curve(name, value)
