"""Short facts below a heading, as what a run will cost: labels left, numbers right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import List, Unicode

from daisy_lab.widgets._part import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab._detached import Link

__all__ = ["Facts"]


class Facts(Part):
    """A heading, and a line for each fact.

    Parameters
    ----------
    title
        Heading.
    empty
        What stands there while nothing is known.
    link
        The way to the session.
    """

    drawn_by = "facts.vue"

    title = Unicode().tag(sync=True)
    empty = Unicode().tag(sync=True)
    rows = List().tag(sync=True)
    """Each with `label`, `value`, and `kind`: empty, ok, warn or error."""
    lines = List(Unicode()).tag(sync=True)
    """What is to be known beside, in quiet words."""

    def __init__(self, title: str, *, empty: str = "", link: Link | None = None) -> None:
        super().__init__(link, title=title, empty=empty)

    def show(self, rows: Sequence[tuple[str, str] | tuple[str, str, str]], lines: Sequence[str] = ()) -> None:
        """Show facts: label, value, and where it matters how good that is; and lines below them."""
        self.lines = list(lines)
        self.rows = [
            {"label": label, "value": value, "kind": kind[0] if kind else ""} for label, value, *kind in rows
        ]
