"""What `array[index]` asks for, as one forward `range` per axis: the one thing every reader understands."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from types import EllipsisType
from typing import TYPE_CHECKING

from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Index", "Request", "as_text", "request"]

Index = int | slice | EllipsisType


@dataclass(frozen=True)
class Request:
    """One forward range per axis, and what to do with the block read: drop an axis, or turn it round."""

    ranges: tuple[range, ...]
    dropped: tuple[bool, ...]
    reversed: tuple[bool, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the block before axes are dropped."""
        return tuple(len(one) for one in self.ranges)

    def finish(self, block: Array) -> Array:
        """Drop and turn the axes of a block that was read with the forward ranges."""
        if not any(self.dropped) and not any(self.reversed):
            return block
        steps = zip(self.dropped, self.reversed, strict=True)
        result: Array = block[
            tuple(0 if drop else slice(None, None, -1 if back else 1) for drop, back in steps)
        ]
        return result


def request(index: Index | tuple[Index, ...], shape: tuple[int, ...]) -> Request:
    """Give the forward ranges that an index asks of an array.

    Parameters
    ----------
    index
        Ints, slices (any step) and one ellipsis, as in NumPy.
    shape
        Length of each axis.

    Raises
    ------
    IndexError
        More indices than axes, or an int outside its axis.
    TypeError
        An index that is no int, slice or ellipsis.
    """
    full = _one_per_axis(index if isinstance(index, tuple) else (index,), shape)
    ranges, dropped, backward = [], [], []
    for axis, (part, length) in enumerate(zip(full, shape, strict=True)):
        wanted = range(length)[part] if isinstance(part, slice) else _single(part, axis, length)
        back = wanted.step < 0
        ranges.append(wanted[::-1] if back else wanted)
        dropped.append(not isinstance(part, slice))
        backward.append(back)
    return Request(tuple(ranges), tuple(dropped), tuple(backward))


def _one_per_axis(index: tuple[Index, ...], shape: tuple[int, ...]) -> list[int | slice]:
    given = [part for part in index if part is not Ellipsis]
    if len(given) > len(shape) or len(index) - len(given) > 1:
        msg = _("asked {asked} indices of an array with {axes} axes {shape}; give at most one per axis")
        raise IndexError(msg.format(asked=len(index), axes=len(shape), shape=shape))
    at = index.index(Ellipsis) if len(given) < len(index) else len(given)
    missing: list[int | slice] = [slice(None)] * (len(shape) - len(given))
    return [*given[:at], *missing, *given[at:]]


def _single(part: object, axis: int, length: int) -> range:
    try:
        if isinstance(part, bool):
            raise TypeError  # noqa: TRY301 - a bool is an int to Python, but a mask to NumPy
        at = operator.index(part)  # type: ignore[arg-type]  # anything may come in; TypeError is what we ask for
    except TypeError:
        msg = _(
            "a lazy array takes ints, slices and '...', not {index!r}; read a block first, then select "
            "from it"
        )
        raise TypeError(msg.format(index=part)) from None
    if not -length <= at < length:
        msg = _("index {index} is outside axis {axis} of length {length}")
        raise IndexError(msg.format(index=at, axis=axis, length=length))
    at %= length
    return range(at, at + 1)


def as_text(ranges: tuple[range, ...]) -> str:
    """Write ranges as an index for a message: `[3:5, 0:2, 0:640]`."""
    parts = (f"{one.start}:{one.stop}" + (f":{one.step}" if one.step != 1 else "") for one in ranges)
    return f"[{', '.join(parts)}]"
