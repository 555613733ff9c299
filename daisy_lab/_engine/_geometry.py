"""Sizes go forward once, needs go backward once: which part of every object a part of the result asks for.

A need maps a name to ranges per axis; an axis that is missing is needed whole. Halos are clipped at the true edge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from daisy_lab._engine._calls import Call, Range, Ref
from daisy_lab.errors import DataError, WorkflowError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._algorithm import Port, Window

__all__ = ["Need", "Placed", "Ranges", "Sizes", "named_axes", "needs", "place", "resolve", "unite", "within"]

Sizes: TypeAlias = dict[str, int | None]
"""Length per axis, in order; None where only the algorithm will tell."""
Ranges: TypeAlias = dict[str, Range]
Need: TypeAlias = dict[str, Ranges]


@dataclass(frozen=True)
class Placed:
    """A call with its settings and the geometry around it known."""

    call: Call
    settings: Mapping[str, object]
    inputs: Mapping[str, Sizes]
    """Sizes per parameter, in the order of the algorithm's ports; of a sample, where one is read."""
    outputs: Mapping[str, Sizes]
    """Sizes per output name."""
    windows: Mapping[str, Window]
    """Axes it can be split along here: those that an input of known length and every output have."""
    samples: Mapping[str, Ranges]
    """The part of each object that the step sees, per parameter; empty where it sees the whole."""

    @property
    def exact(self) -> frozenset[str]:
        """Axes along which pieces have the same bits as the whole."""
        return frozenset(axis for axis, window in self.windows.items() if window.tolerance == 0)

    @property
    def vague(self) -> Mapping[str, frozenset[str]]:
        """Give the axes it could be split along if the step before had told their lengths, per object it reads."""
        first = tuple(next(iter(self.inputs.values()), {}))
        split = self.call.algorithm.windows(self.settings, first)
        return {
            self.call.inputs[name].name: unknown
            for name, sizes in self.inputs.items()
            if (
                unknown := frozenset(
                    axis for axis, length in sizes.items() if length is None and axis in split
                )
            )
        }

    @property
    def samples_vaguely(self) -> bool:
        """Whether it reads a sample along an axis whose length is not known yet."""
        return any(
            self.inputs[name].get(axis, 0) is None
            for name, item in self.call.inputs.items()
            for axis in item.sample
        )

    def with_batches_of_one(self) -> Placed:
        """Give the step for a preview, which computes its own batch instead of whole ones."""
        return replace(
            self, windows={axis: replace(window, batch=1) for axis, window in self.windows.items()}
        )


def place(call: Call, known: Mapping[str, Sizes], settings: Mapping[str, object]) -> Placed:
    """Work out the sizes of what a call makes from the sizes of what it reads.

    Raises
    ------
    DataError
        If an input has other axes than its algorithm takes, or two inputs disagree about an axis it is split along.
    """
    _check_axes(call, known)
    ports_in = [port.name for port in call.algorithm.inputs if port.name in call.inputs]
    inputs = {name: _sampled(call.inputs[name], known[call.inputs[name].name]) for name in ports_in}
    first = next(iter(inputs.values()), {})
    split = call.algorithm.windows(settings, tuple(first))
    lengths = _lengths(call, inputs, split)
    ports = dict(zip(call.outputs, call.algorithm.outputs, strict=True))
    outputs = {name: _sizes(port, first, lengths, split) for name, port in ports.items()}
    windows = {
        axis: window
        for axis, window in split.items()
        if lengths.get(axis) is not None
        and all(sizes.get(axis, 0) is not None for sizes in inputs.values())
        and all(axis in sizes for sizes in outputs.values())
    }
    samples = {name: call.inputs[name].ranges(known[call.inputs[name].name]) for name in inputs}
    return Placed(call, settings, inputs, outputs, windows, samples)


def needs(
    steps: Sequence[Placed],
    want: Mapping[str, Ranges],
    settles: Callable[[Placed, Need], bool] | None = None,
) -> Need:
    """Go backward once and give what every object must provide, so that the wanted parts can be computed.

    Parameters
    ----------
    steps
        All calls, in order.
    want
        Parts of the results asked for.
    settles
        Says of a step, whose outputs' needs are known by then, that all of them are there already: it does not run.

    Returns
    -------
    need
        The part of each name, wanted names and inputs included; names that nobody needs are absent.
    """
    need: Need = {name: dict(ranges) for name, ranges in want.items()}
    for step in reversed(steps):
        out = output_range(step, need)
        if out is None or (settles is not None and settles(step, need)):
            continue
        for name, item in step.call.inputs.items():
            asked = input_range(step, name, out)
            need[item.name] = unite(need[item.name], asked) if item.name in need else asked
        for name in step.call.bound.values():
            need.setdefault(name, {})
    return need


def output_range(step: Placed, need: Mapping[str, Ranges]) -> Ranges | None:
    """Give the part of its outputs a step must compute along its split axes; None when nobody needs it."""
    wanted = [need[name] for name in step.call.outputs if name in need]
    if not wanted:
        return None
    out = wanted[0]
    for other in wanted[1:]:
        out = unite(out, other)
    return {axis: _in_batches(step, axis, part) for axis, part in out.items() if axis in step.windows}


def input_range(step: Placed, parameter: str, out: Ranges) -> Ranges:
    """Give the part of one input that a step needs for a part of its output."""
    sizes = step.inputs[parameter]
    asked = dict(step.samples[parameter])
    for axis, part in out.items():
        length = sizes.get(axis)
        if length is not None:
            lo, hi = _reach(step.windows[axis], part, length)
            first = asked[axis][0] if axis in asked else 0
            asked[axis] = (first + lo, first + hi)
    return asked


def unite(one: Ranges, other: Ranges) -> Ranges:
    """Give the smallest part that holds both; an axis that one of them needs whole is needed whole."""
    return {
        axis: (min(part[0], other[axis][0]), max(part[1], other[axis][1]))
        for axis, part in one.items()
        if axis in other
    }


def within(part: Range, length: int, name: str, axis: str) -> Range:
    """Check a range against an axis, Python's negative and open ends resolved by the caller.

    Raises
    ------
    WorkflowError
        If nothing of it lies inside.
    """
    lo, hi = max(part[0], 0), min(part[1], length)
    if lo >= hi:
        raise WorkflowError(
            _("{name}: {axis} {lo}:{hi} was asked for, but {axis} runs from 0 to {length}").format(
                name=name, axis=axis, lo=part[0], hi=part[1], length=length
            )
        )
    return lo, hi


def named_axes(axes: tuple[str, ...]) -> tuple[str, ...]:
    """Give the axes of an object if they have names; a file that has none for them only counts its axes."""
    return () if all(axis == f"axis{number}" for number, axis in enumerate(axes)) else axes


def resolve(name: str, want: Mapping[str, Range | slice], sizes: Sizes) -> Ranges:
    """Turn the parts a user wants into ranges for an object of these sizes.

    Raises
    ------
    WorkflowError
        If a part lies outside, or has a step.
    """
    found: Ranges = {}
    for axis, part in want.items():
        length = sizes.get(axis)
        if length is None:
            continue
        if not isinstance(part, slice):
            found[axis] = within(part, length, name, axis)
            continue
        if part.step not in (None, 1):
            raise WorkflowError(
                _("{name}: {axis} was asked for in steps of {step}; ask for one piece without gaps").format(
                    name=name, axis=axis, step=part.step
                )
            )
        lo, hi, _step = part.indices(length)
        found[axis] = within((lo, hi) if lo < hi else (part.start or 0, part.stop or 0), length, name, axis)
    return found


def _reach(window: Window, part: Range, length: int) -> Range:
    lo = part[0] * window.stride - window.before
    hi = part[1] * window.stride + window.after
    # A strided step sees whole strides only, so that its first output stays at a known place.
    lo -= lo % window.stride
    hi += -hi % window.stride
    return max(lo, 0), min(hi, length)


def _in_batches(step: Placed, axis: str, part: Range) -> Range:
    """Widen a range to whole batches, which have the same bits as in the whole."""
    batch = step.windows[axis].batch
    if batch == 1:
        return part
    length = next(known for sizes in step.outputs.values() if (known := sizes.get(axis)) is not None)
    return part[0] - part[0] % batch, min(part[1] + -part[1] % batch, length)


def _sampled(item: Ref, sizes: Sizes) -> Sizes:
    """Give the sizes of the sample that is read of an object."""
    ranges = item.ranges(sizes)
    return {
        axis: ranges[axis][1] - ranges[axis][0] if axis in ranges else length
        for axis, length in sizes.items()
    }


def _check_axes(call: Call, known: Mapping[str, Sizes]) -> None:
    for port in call.algorithm.inputs:
        sizes = known[call.inputs[port.name].name] if port.name in call.inputs else None
        if sizes is not None and isinstance(port.axes, tuple) and tuple(sizes) != port.axes:
            raise DataError(
                _("step {step} needs {port} with the axes {axes}; '{name}' has {there}").format(
                    step=call.label,
                    port=port.name,
                    axes=", ".join(port.axes),
                    name=call.inputs[port.name].name,
                    there=", ".join(sizes) or _("none (it is a single value)"),
                )
            )


def _lengths(call: Call, inputs: Mapping[str, Sizes], split: Mapping[str, Window]) -> Sizes:
    """Length of every input axis; inputs must agree about those that are split."""
    lengths: Sizes = {}
    for name, sizes in inputs.items():
        for axis, length in sizes.items():
            known = lengths.setdefault(axis, length)
            if axis in split and known is not None and length is not None and known != length:
                raise DataError(
                    _("step {step}: {axis} is {length} long in '{name}' and {known} in '{first}'").format(
                        step=call.label,
                        axis=axis,
                        length=length,
                        name=call.inputs[name].name,
                        known=known,
                        first=next(item.name for item in call.inputs.values()),
                    )
                )
    return lengths


def _sizes(port: Port, first: Sizes, lengths: Sizes, split: Mapping[str, Window]) -> Sizes:
    axes = tuple(first) if isinstance(port.axes, SameAxes) else port.axes or ()
    sizes: Sizes = {}
    for axis in axes:
        length = lengths.get(axis) if axis in split else None
        sizes[axis] = None if length is None else -(-length // split[axis].stride)
    return sizes
