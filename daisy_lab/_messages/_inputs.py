"""Files into the store as the inputs of a workflow: patterns, frames, and what goes with them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from daisy_lab._messages._files import FilePath
from daisy_lab._messages._model import Message, Request, request
from daisy_lab._messages._objects import ObjectName

__all__ = ["InputLoaded", "LoadInput"]


class InputLoaded(Message):
    """What came into the store, and what the file says beside it."""

    names: tuple[str, ...]
    """None where the file holds settings only."""
    shape: tuple[int, ...] = ()
    """Of the first of them."""
    notes: tuple[str, ...] = ()
    about: dict[str, Any] = {}
    """Of a pattern `dataformat`, `wavelength`, `kind`; of a configuration `settings`, `inputfile`, and the files of its
    `background`, those `missing` by name."""


@request("files.input", InputLoaded)
class LoadInput(Request):
    """Put what files hold into the store under the name that workflows give it.

    A pattern becomes `x`, `intensity` and, where it has one, `sigma`; `patterns` are several over one `x`,
    of text files or of one HDF5 file; `gr` are G(r) over one `r`, likewise.
    """

    paths: Annotated[tuple[FilePath, ...], Field(min_length=1, max_length=10_000)]
    role: Literal[
        "pattern",
        "patterns",
        "background",
        "gr",
        "settings",
        "frames",
        "geometry",
        "mask",
        "dark",
        "flat",
        "background_frame",
        "points",
    ]
    look: bool = False
    """Lay it on this page's shelf instead, as `~x`: looking is no action, and undo knows nothing of it."""
    name: ObjectName | None = None
    """Another name than the role's own, for frames and what goes with them."""
