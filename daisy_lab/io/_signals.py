"""What a NeXus file says is its data: groups name their signal, and `default` leads from the root to one of them.

Source: NeXus manual, "Associating plottable data using attributes applied to the NXdata group" (2014).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Groups = Mapping[str, Mapping[str, object]]

__all__ = ["default_of", "likeliest", "signals_of"]

_USUAL: Final = frozenset({"data", "frames", "projections", "patterns", "intensity", "iq"})
"""Names that a stack of images or patterns usually has."""


def signals_of(groups: Groups) -> tuple[str, ...]:
    """Give the paths of all signals; `groups` are attributes by path."""
    return tuple(
        _inside(name, signal)
        for name, attributes in groups.items()
        if isinstance(signal := attributes.get("signal"), str) and signal
    )


def default_of(groups: Groups) -> str:
    """Give the path of the signal to which `default` leads; empty where it leads nowhere."""
    name, met = "", set[str]()
    while name in groups and name not in met:
        met.add(name)
        signal, below = groups[name].get("signal"), groups[name].get("default")
        if isinstance(signal, str) and signal:
            return _inside(name, signal)
        if not isinstance(below, str) or not below:
            break
        name = below.strip("/") if below.startswith("/") else _inside(name, below)
    return ""


def likeliest(names: Sequence[str], default: str, signals: Sequence[str]) -> str | None:
    """Give the dataset that is the data of a file, or None where nothing tells several apart.

    It is what the file calls its default; else the only signal, the only one called data/data, the only one with a
    usual name, the only one.

    Parameters
    ----------
    names
        Datasets that come into question.
    default, signals
        As `default_of` and `signals_of` give them.
    """
    usual = [name for name in names if name.rpartition("/")[2] in _USUAL]
    data = [name for name in usual if f"/{name}".endswith("/data/data")]
    for some in ([default], signals, data, usual, names):
        fitting = {*some} & {*names}
        if len(fitting) == 1:
            return fitting.pop()
    return None


def _inside(group: str, member: str) -> str:
    return f"{group}/{member}".strip("/")
