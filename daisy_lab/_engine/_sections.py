"""Cuts a chain of steps into sections that run block by block along one axis.

Walk the steps and keep the axes that all of them can be split along; when none is left, break: what crosses the
break goes to the store and is sliced anew. Inside a section the axis with the smallest summed halo is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from daisy_lab._engine._geometry import Placed

__all__ = ["Section", "sections"]


@dataclass(frozen=True)
class Section:
    """Steps that run together, block by block along `axis`; whole at once when there is none."""

    steps: tuple[Placed, ...]
    axis: str | None
    targets: tuple[str, ...]
    """What later sections, values or the user need of it."""

    @property
    def length(self) -> int:
        """Positions along the axis of what comes out."""
        if self.axis is None:
            return 1
        return next(
            length
            for step in self.steps
            for name, sizes in step.outputs.items()
            if name in self.targets and (length := sizes.get(self.axis)) is not None
        )

    @property
    def batch(self) -> int:
        """Blocks that start at a multiple of this have the same bits as the whole."""
        return lcm(1, *(step.windows[self.axis].batch for step in self.steps)) if self.axis else 1

    @property
    def halo(self) -> int:
        """Positions that a block reads beyond its own, at most."""
        return sum(step.windows[self.axis].halo for step in self.steps) if self.axis else 0

    @property
    def names(self) -> frozenset[str]:
        """Everything that is made inside."""
        return frozenset(name for step in self.steps for name in step.call.outputs)


def sections(steps: Sequence[Placed], targets: Iterable[str]) -> list[Section]:
    """Cut placed steps into sections, in the order in which they run."""
    groups: list[list[Placed]] = []
    current: list[Placed] = []
    shared: frozenset[str] = frozenset()
    for step in steps:
        joined = _joined(current, shared, step)
        if joined:
            current.append(step)
            shared = joined
        elif current and not step.exact and not _depends(step, current):
            # A step that needs everything, and nothing of this section, runs before it instead of breaking it.
            groups.append([step])
        else:
            groups.append(current)
            current, shared = [step], step.exact
    groups.append(current)
    return _with_targets([group for group in groups if group], set(targets))


def _joined(current: list[Placed], shared: frozenset[str], step: Placed) -> frozenset[str]:
    """Give the axes along which the section could go on with this step; empty when it must break."""
    if not current:
        return frozenset()
    axes = shared & step.exact
    before = {
        axis: length for done in current for sizes in done.outputs.values() for axis, length in sizes.items()
    }
    return frozenset(
        axis for axis in axes if all(before.get(axis) == sizes[axis] for sizes in step.outputs.values())
    )


def _depends(step: Placed, current: Sequence[Placed]) -> bool:
    made = {name for done in current for name in done.call.outputs}
    return any(name in made for name in step.call.reads)


def _with_targets(groups: list[list[Placed]], wanted: set[str]) -> list[Section]:
    found: list[Section] = []
    for group in reversed(groups):
        made = [name for step in group for name in step.call.outputs]
        targets = tuple(name for name in made if name in wanted)
        inside = set(made)
        wanted |= {name for step in group for name in step.call.reads if name not in inside}
        found.append(Section(tuple(group), _axis(group, targets), targets))
    return [section for section in reversed(found) if section.targets]


def _axis(group: Sequence[Placed], targets: Iterable[str]) -> str | None:
    """Choose the axis with the smallest summed halo; ties go to the slowest axis of what comes out."""
    shared = frozenset.intersection(*(step.exact for step in group))
    order = [
        axis
        for step in group
        for name, sizes in step.outputs.items()
        if name in set(targets)
        for axis in sizes
    ]
    candidates = [axis for axis in dict.fromkeys(order) if axis in shared]
    if not candidates:
        return None
    return min(candidates, key=lambda axis: sum(step.windows[axis].halo for step in group))
