"""What an earlier process of a session left unfinished is asked again, as its page asked it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from daisy_lab._detached._local import LocalLink
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge import Bridge
    from daisy_lab._engine import Run
    from daisy_lab._session import Session

__all__ = ["resume"]

_log = logging.getLogger(__name__)


def resume(session: Session, bridge: Bridge) -> None:
    """Ask again what was left; what cannot be asked again shows as a run that failed, and says why."""
    link = LocalLink(bridge)
    try:
        for left in session.asked.left:
            if session.asked.is_hopeless(left):
                fault: BaseException | None = SessionError(
                    _(
                        "'{method}' ended the session's process several times without finishing one block more; "
                        "it may need more memory than there is: change its settings and start it again"
                    ).format(method=left.method)
                )
            else:
                fault = link.ask(left.method, left.params).exception()
            if fault is not None:
                _log.warning("%s cannot go on: %s", left.method, fault)
                session.asked.give_up(left)
                _show(session, left.method, fault)
    finally:
        link.close()


def _show(session: Session, title: str, fault: BaseException) -> None:
    def fail(_run: Run) -> None:
        raise fault

    session.engine.submit(title, fail, here=True)
