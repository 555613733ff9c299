"""What a page is told once more when it has just been drawn.

A page that is being loaded first reads the state of all widgets, and only then listens. What changes in between, as
by a session that answers quickly, reaches nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ipywidgets import Widget

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["send_again"]

_FIXED: Final = frozenset({"template", "texts", "layout", "style"})
"""Never change, or are no business of ours; so do all whose names begin with an underscore."""


def send_again(root: Widget) -> None:
    """Send the state of a widget, and of all that it holds."""
    for widget in _held(root, set()):
        widget.send_state([key for key in widget.keys if key not in _FIXED and not key.startswith("_")])


def _held(widget: Widget, seen: set[int]) -> Iterator[Widget]:
    if id(widget) in seen:
        return
    seen.add(id(widget))
    # What is held first: its holder may refer to it.
    for key in widget.keys:
        if key not in _FIXED:
            yield from _among(getattr(widget, key, None), seen)
    yield widget


def _among(value: Any, seen: set[int]) -> Iterator[Widget]:  # noqa: ANN401 - any trait
    if isinstance(value, Widget):
        yield from _held(value, seen)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _among(part, seen)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _among(part, seen)
