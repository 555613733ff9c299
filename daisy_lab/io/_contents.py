"""What a reader found in a file: arrays by name, made when asked for, what is broken, what was guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daisy_lab.vocabulary import Axes, Exposures, Projections, Sinogram, Slice, Volume

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.errors import DaisyError
    from daisy_lab.io._lazy import FileArray

__all__ = ["AXES", "Contents"]


def _axes_of(word: object) -> tuple[str, ...]:
    return next(part.names for part in getattr(word, "__metadata__", ()) if isinstance(part, Axes))


AXES: dict[str, tuple[str, ...]] = {
    "projections": _axes_of(Projections),
    "absorption": _axes_of(Projections),
    "transmission": _axes_of(Projections),
    "flat": _axes_of(Exposures),
    "dark": _axes_of(Exposures),
    "sinogram": _axes_of(Sinogram),
    "volume": _axes_of(Volume),
    "slice": _axes_of(Slice),
    "theta": ("angle",),
    "image": ("row", "column"),
    "mask": ("row", "column"),
}


@dataclass
class Contents:
    """The answer of one reader.

    Attributes
    ----------
    arrays
        How to make each array.
    close
        Lets go of the files.
    problems
        What asking for a broken one raises.
    aliases
        Other names: the path of a dataset that has a word of the vocabulary.
    notes
        Guesses, as sentences for the user.
    metadata
        Texts and single numbers beside the arrays.
    signals
        Paths of what the groups of a NeXus file say is their signal.
    default
        The one that the file itself names first; empty if it names none.
    """

    format: str
    arrays: dict[str, Callable[[], FileArray]] = field(default_factory=dict)
    problems: dict[str, DaisyError] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    metadata: dict[str, object] = field(default_factory=dict)
    signals: tuple[str, ...] = ()
    default: str = ""
    close: Callable[[], None] = lambda: None
