"""A picture that is computed through a whole chain at each change: the newest request counts, and the page stays calm.

While it takes long the picture says how far it is; what goes wrong is said at its place, or above the stage.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets import AppShell, ImageView

__all__ = ["Preview", "is_superseded"]


def is_superseded(error: BaseException) -> bool:
    """Tell whether a request failed only because a newer one took its place."""
    return getattr(error, "kind", "") == "SupersededError"


class Preview:
    """What is asked for one picture.

    Parameters
    ----------
    link
        The way to the session.
    shell
        Says what went wrong.
    picture
        Shows it.
    view
        Name under which the session computes it.
    """

    def __init__(self, link: Link, shell: AppShell, picture: ImageView, view: str) -> None:
        self._link, self._shell, self._picture, self._view = link, shell, picture, view
        self._newest = 0
        shell.until_closed(link.on("chain", self._progress))

    def ask(
        self,
        wanted: Mapping[str, Any],
        *,
        note: Callable[[Mapping[str, Any]], str] | None = None,
        shown: Callable[[Mapping[str, Any]], None] = lambda _told: None,
        faulty: Callable[[Mapping[str, str]], bool] = lambda _faults: False,
    ) -> Future[None]:
        """Ask for the picture; the future is done once it is there, or cannot be.

        Parameters
        ----------
        wanted
            Parameters of `chain.show`.
        note
            Gives what the picture is to say of itself; it is called before the picture is shown.
        shown
            Hears what was found, once the picture is shown.
        faulty
            Takes the faults of settings, and says whether each found its place.
        """
        done: Future[None] = Future()
        self._newest += 1
        number = self._newest
        self._picture.busy = True

        def answered(answer: Future[Answer]) -> None:
            error = answer.exception()
            if number == self._newest:
                self._picture.busy = False
            if error is None:
                self._show(answer.result().result, note)
                shown(answer.result().result)
            elif not is_superseded(error):
                self._picture.note = ""
                if not faulty(getattr(error, "fields", {})):
                    self._shell.say(str(error) or type(error).__name__, "error", self._view)
            done.set_result(None)

        self._link.ask("chain.show", {"view": self._view, **wanted}).add_done_callback(answered)
        return done

    def _show(self, told: Mapping[str, Any], note: Callable[[Mapping[str, Any]], str] | None) -> None:
        milliseconds = 1000 * told["seconds"]
        said = _("preview {milliseconds:.0f} ms").format(milliseconds=milliseconds)
        self._picture.note = said if note is None else note(told)
        self._picture.show(told)
        self._shell.unsay(self._view)

    def _progress(self, event: Mapping[str, Any]) -> None:
        if event.get("view") == self._view:
            share = "" if event["fraction"] is None else f" {100 * event['fraction']:.0f} %"
            self._picture.note = f"{event['text']}{share}"
