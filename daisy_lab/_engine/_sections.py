"""Cuts a chain of steps into sections that run block by block along one axis.

Walk the steps and keep the axes that all of them can be split along; when none is left, break: what crosses the
break goes to the store and is sliced anew. Inside a section the axis with the smallest summed halo is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from daisy_lab._engine._device import Device
    from daisy_lab._engine._geometry import Need, Placed, Sizes

__all__ = ["Layout", "Section", "sections"]


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

    @property
    def reads(self) -> frozenset[str]:
        """Everything that comes from outside."""
        return frozenset(item.name for step in self.steps for item in step.call.inputs.values()) - self.names

    def on(self, device: Device) -> Section:
        """Give the same steps computing on a device."""
        return replace(self, steps=tuple(replace(step, call=step.call.on(device)) for step in self.steps))

    def sizes(self, name: str) -> Sizes:
        """Give the sizes of something that is made inside."""
        return next(step.outputs[name] for step in self.steps if name in step.outputs)


@dataclass
class Layout:
    """Sections to run."""

    sections: list[Section]
    need: Need
    """What they need of every name."""
    want: Need
    """What the user wants of the results; others need more of one where they read it with a halo."""


def sections(steps: Sequence[Placed], targets: Iterable[str]) -> list[Section]:
    """Cut placed steps into sections, in the order in which they run."""
    groups: list[_Group] = []
    current: _Group | None = None
    for step in steps:
        if current is not None and current.take(step):
            continue
        if current is not None and not step.exact and current.made.isdisjoint(step.call.reads):
            # A step that needs everything, and nothing of this section, runs before it instead of breaking it.
            groups.append(_Group(step))
            continue
        if current is not None:
            groups.append(current)
        current = _Group(step)
    if current is not None:
        groups.append(current)
    return _with_targets(groups, set(targets))


class _Group:
    """Steps gathered so far, and the axes along which all of them can be split into the same blocks."""

    def __init__(self, step: Placed) -> None:
        self.steps = [step]
        self.made = set(step.call.outputs)
        self.lengths = {axis: length for axis in step.exact if (length := _length(step, axis)) is not None}

    def take(self, step: Placed) -> bool:
        """Add a step if an axis remains along which the section goes on; else it must break."""
        if step.samples_vaguely and not self.made.isdisjoint(step.call.reads):
            return False
        lengths = {axis: length for axis, length in self.lengths.items() if self._goes_on(step, axis, length)}
        if not lengths:
            return False
        self.steps.append(step)
        self.made.update(step.call.outputs)
        self.lengths = lengths
        return True

    def _goes_on(self, step: Placed, axis: str, length: int) -> bool:
        return axis in step.exact and _length(step, axis) == length


def _length(step: Placed, axis: str) -> int | None:
    """Give the length along an axis of what a step makes; None when its outputs differ."""
    lengths = {sizes.get(axis) for sizes in step.outputs.values()}
    return lengths.pop() if len(lengths) == 1 else None


def _with_targets(groups: list[_Group], wanted: set[str]) -> list[Section]:
    found: list[Section] = []
    for group in reversed(groups):
        targets = tuple(name for step in group.steps for name in step.call.outputs if name in wanted)
        wanted |= {name for step in group.steps for name in step.call.reads if name not in group.made}
        found.append(Section(tuple(group.steps), _axis(group, set(targets)), targets))
    return [section for section in reversed(found) if section.targets]


def _axis(group: _Group, targets: set[str]) -> str | None:
    """Choose the axis with the smallest summed halo; ties go to the slowest axis of what comes out."""
    order = [
        axis
        for step in group.steps
        for name, sizes in step.outputs.items()
        if name in targets
        for axis in sizes
    ]
    candidates = [axis for axis in dict.fromkeys(order) if axis in group.lengths]
    if not candidates:
        return None
    return min(candidates, key=lambda axis: sum(step.windows[axis].halo for step in group.steps))
