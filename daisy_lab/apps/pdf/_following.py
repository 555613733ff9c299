"""A file that still grows: what is appended is read, and nothing twice."""

from __future__ import annotations

import logging
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from daisy_lab import io
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["Follower"]

_log = logging.getLogger(__name__)
_BATCH: Final = 16
_PATIENCE_SECONDS: Final = 24 * 3600.0


class Follower:
    """Reads a dataset as it grows, on a thread of its own, until it is stopped or the writer is done.

    Parameters
    ----------
    reference
        The dataset, as `FileArray.reference` has it.
    axes
        3 for frames, 2 for patterns.
    took
        Hears what was appended, (frame, ...).
    ended
        Hears in words why no more comes; not when it was stopped.
    """

    def __init__(
        self,
        reference: Mapping[str, Any],
        axes: int,
        took: Callable[[Array], None],
        ended: Callable[[str], None],
    ) -> None:
        self._took, self._ended = took, ended
        self._stopped = Event()
        self._source = io.GrowingFrames(
            f"{reference['path']}::{reference['dataset']}",
            idle=_PATIENCE_SECONDS,
            axes=axes,
            pause=self._pause,
        )
        self._thread = Thread(target=self._live, name="daisy-pdf-follow", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read no more."""
        self._stopped.set()

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _StoppedError

    def _live(self) -> None:
        try:
            for block in self._source.batches(_BATCH):
                if self._stopped.is_set():
                    return
                self._took(block)
        except _StoppedError:
            return
        except DaisyError as error:
            self._ended(str(error))
        except Exception as error:  # noqa: BLE001 - told in words, and logged with its traceback
            _log.exception("a growing file could not be followed")
            reason = str(error) or type(error).__name__
            self._ended(_("that did not work: {reason}").format(reason=reason))
        else:
            self._ended(self._source.ended)


class _StoppedError(Exception):
    """Nobody wants more."""
