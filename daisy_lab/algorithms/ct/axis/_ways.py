"""All ways of finding the axis, one by one or together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from daisy_lab._algorithm import check_cancelled, log
from daisy_lab.algorithms.ct._angles import half_turns
from daisy_lab.algorithms.ct.axis._by_wedge import by_wedge
from daisy_lab.algorithms.ct.axis._candidate import METHODS, Candidate, agreed
from daisy_lab.algorithms.ct.axis._mass import by_mass
from daisy_lab.algorithms.ct.axis._opposite import by_opposite
from daisy_lab.algorithms.ct.axis._overlap import by_overlap, is_whole_turn
from daisy_lab.algorithms.ct.axis._sharpness import by_sharpness
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab.algorithms.ct.axis._candidate import Search
    from daisy_lab.algorithms.ct.axis._rows import Rows

__all__ = ["Method", "candidates", "decide", "one_way"]

Method: TypeAlias = Literal["wedge", "opposite", "overlap", "mass", "sharpness"]

# Below this confidence of the quick ways, or above this error in pixels, slices are reconstructed, too.
_SURE: Final = 0.8
_EXACT: Final = 0.15
_CLEAR: Final = 0.3


def one_way(method: str, rows: Rows, search: Search) -> Candidate:
    """Find the axis in one way.

    Raises
    ------
    DataError
        If that way does not lead to an axis with these data.
    """
    ways: dict[str, Callable[[], Candidate]] = {
        "wedge": partial(by_wedge, rows, search),
        "opposite": partial(by_opposite, rows, search),
        "overlap": partial(by_overlap, rows),
        "mass": partial(by_mass, rows, search),
        "sharpness": partial(by_sharpness, rows, search),
    }
    return ways[method]()


def candidates(
    rows: Rows, search: Search, methods: Sequence[str] = METHODS
) -> tuple[list[Candidate], list[DataError]]:
    """Try several ways; give what they found, and why others found nothing."""
    found, reasons = [], []
    for method in methods:
        check_cancelled()
        try:
            found.append(one_way(method, rows, search))
        except DataError as error:
            reasons.append(error)
    return found, reasons


def decide(rows: Rows, search: Search) -> Candidate:
    """Find the axis in the quick ways, and by sharpness where they leave doubt; log what each says.

    Raises
    ------
    DataError
        If no way leads to an axis.
    """
    quick = ["wedge", "overlap" if is_whole_turn(rows.theta) else "opposite", "mass"]
    found, reasons = candidates(rows, search, quick)
    best = agreed(found) if found else None
    if best is None or best.confidence < _SURE or best.error > _EXACT:
        more, why = candidates(rows, search, ["sharpness"])
        found, reasons = found + more, reasons + why
        best = agreed(found) if found else None
    # Where Vo's wedge refuses a half turn, a slice that is hardly sharper than others is no answer either.
    if best is None or (best.confidence < _CLEAR and half_turns(rows.theta)):
        raise reasons[0] if reasons else _doubtful()
    told = ", ".join(f"{item.method} {item.center:.2f} ({item.confidence:.2f})" for item in found)
    log(
        _("rotation axis at column {center:.2f}, confidence {confidence:.2f}; {told}").format(
            center=best.center, confidence=best.confidence, told=told
        )
    )
    return best


def _doubtful() -> DataError:
    return DataError(
        _(
            "no rotation axis fits: each way of finding it says something else; use other rows, check the angles and "
            "the flats, or give the rotation axis as a number"
        )
    )
