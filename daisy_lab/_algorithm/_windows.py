"""Along which axes, and with which neighbourhood, an output can be computed piece by piece.

`splits={"row": 2}` says: rows `[lo, hi)` of the output need rows `[lo - 2, hi + 2)` of the input. Halos are clipped
at the true edge and never padded, so the algorithm's own edge rule acts there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from daisy_lab.errors import DefinitionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from types import SimpleNamespace

__all__ = ["EACH", "Each", "Splits", "Window", "window"]


@dataclass(frozen=True)
class Window:
    """What a piece `[lo, hi)` of the output needs of the input: `[lo*stride - before, hi*stride + after)`.

    `batch`: pieces that start at a multiple of it give the same bits as the whole (a kernel that works on batches).
    `tolerance`: largest relative difference to the whole; above 0 the axis serves previews only, never a full run.
    """

    before: int = 0
    after: int = 0
    stride: int = 1
    batch: int = 1
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if min(self.before, self.after, self.tolerance) < 0 or min(self.stride, self.batch) < 1:
            raise DefinitionError(
                _("{window} cannot be: before, after and tolerance start at 0, stride and batch at 1").format(
                    window=self
                )
            )

    @property
    def halo(self) -> int:
        """Give the number of neighbours asked for on both sides together."""
        return self.before + self.after


class Each:
    """Every axis of the first input, without a neighbourhood."""

    def __repr__(self) -> str:
        return "EACH"

    def __reduce__(self) -> str:
        return "EACH"  # the one of the other process, so that `is` holds there


EACH: Final = Each()

Reach: TypeAlias = int | Window | Callable[["SimpleNamespace"], int | Window]
Splits: TypeAlias = Mapping[str, Reach] | Each


def window(reach: Reach, settings: SimpleNamespace) -> Window:
    """Resolve a declared reach with the settings of one step; an int is a symmetric halo."""
    value = reach(settings) if callable(reach) else reach
    return value if isinstance(value, Window) else Window(before=value, after=value)
