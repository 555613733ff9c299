"""Rows of buttons beneath a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import ipyvuetify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["buttons"]

_ROW: Final = "display: flex; flex-wrap: wrap; gap: 6px"


def buttons(acts: Mapping[str, Callable[[], object]], *, main: str = "") -> Any:  # noqa: ANN401 - ipyvuetify has no types
    """Give buttons by their titles, and what each does; one of them may be the main one."""
    made = [_button(title, act, main=title == main) for title, act in acts.items()]
    return ipyvuetify.Html(tag="div", class_="daisy", style_=_ROW, children=made)


def _button(title: str, act: Callable[[], object], *, main: bool) -> Any:  # noqa: ANN401 - as above
    kind = "daisy-button is-small is-main" if main else "daisy-button is-small"
    made = ipyvuetify.Html(tag="button", class_=kind, attributes={"type": "button"}, children=[title])
    made.on_event("click", lambda *_event: act())
    return made
