"""Computes one block: every step once, on just the part of its inputs that the block needs, cropped and checked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from daisy_lab._algorithm import check_cancelled
from daisy_lab._arrays import on_host, to_host
from daisy_lab._engine._device import read_only
from daisy_lab._engine._geometry import Need, Placed, Ranges, input_range, output_range
from daisy_lab._engine._invoke import invoke
from daisy_lab._engine._meter import Meter
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from daisy_lab._engine._calls import Call, Range

__all__ = ["Piece", "StepFailure", "Tally", "Watch", "compute", "cut"]


@dataclass(frozen=True)
class Piece:
    """A part of an object: the array, its axes, and where it starts along those it does not hold whole."""

    value: Any
    axes: tuple[str, ...] = ()
    start: Mapping[str, int] = field(default_factory=dict)

    def crop(self, ranges: Ranges) -> Piece:
        """Give the part within these ranges, as a view that cannot be written; all of it is the piece itself."""
        if all(self._spans(axis, part) for axis, part in ranges.items()):
            return self
        index = tuple(
            slice(ranges[axis][0] - self.start.get(axis, 0), ranges[axis][1] - self.start.get(axis, 0))
            if axis in ranges
            else slice(None)
            for axis in self.axes
        )
        view = read_only(self.value[index])
        begin = {axis: ranges[axis][0] if axis in ranges else self.start.get(axis, 0) for axis in self.axes}
        return Piece(view, self.axes, begin)

    def on_host(self) -> Piece:
        """Give the piece in this computer's memory."""
        return self if on_host(self.value) else replace(self, value=read_only(to_host(self.value)))

    def _spans(self, axis: str, part: Range) -> bool:
        lo = self.start.get(axis, 0)
        return axis not in self.axes or part == (lo, lo + self.value.shape[self.axes.index(axis)])


def cut(value: Any, axes: tuple[str, ...], ranges: Ranges) -> Piece:  # noqa: ANN401 - an array or a lazy one
    """Take a part out of a whole array, or read it when the array is still in its file."""
    if not axes:
        return Piece(value)
    index = tuple(slice(*ranges[axis]) if axis in ranges else slice(None) for axis in axes)
    part = np.asarray(value[index])
    if part.flags.writeable:
        part.setflags(write=False)
    return Piece(part, axes, {axis: part_range[0] for axis, part_range in ranges.items() if axis in axes})


@dataclass
class Tally:
    """What one step has cost so far: blocks, positions and output elements computed, seconds, bytes at most."""

    blocks: int = 0
    positions: int = 0
    elements: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    input_bytes: int = 0


class Watch(Protocol):
    """Who looks on while the steps of a block run: the memory pilot does."""

    def before(self, call: Call) -> None:
        """Look before a step."""
        ...

    def after(self, call: Call) -> None:
        """Look after a step, its inputs and outputs still held."""
        ...


class StepFailure(Exception):  # noqa: N818 - carries an error to the engine, never to a user
    """Which call failed, for the engine's policy; the error is the cause."""

    def __init__(self, call: Call, error: Exception) -> None:
        super().__init__(call.label)
        self.call, self.error = call, error


def compute(
    steps: Sequence[Placed],
    need: Need,
    read: Callable[[str, Ranges], Piece],
    targets: Iterable[str],
    tallies: dict[str, Tally],
    *,
    watch: Watch | None = None,
    made: Callable[[str, Piece, Ranges], None] | None = None,
) -> dict[str, Piece]:
    """Run the steps that the need names and give the pieces of the targets.

    Parameters
    ----------
    steps
        Calls in order; their settings known.
    need
        What `needs` gave for this block.
    read
        Gives a part of what no step here makes: an input, or an intermediate of an earlier section.
    targets
        Names to give back.
    tallies
        Cost per call label; added to.
    watch
        Looks on before and after each step.
    made
        Takes note of each piece a step made, and of the part of the whole that it is.

    Returns
    -------
    pieces
        The wanted part of each target.

    Raises
    ------
    StepFailure
        If a step fails after its retries.
    """
    inside = {name for step in steps for name in step.call.outputs}
    keep = dict.fromkeys(targets)
    last = {item.name: number for number, step in enumerate(steps) for item in step.call.inputs.values()}
    held: dict[str, Piece] = {}
    for number, step in enumerate(steps):
        out = output_range(step, need)
        if out is None:
            continue
        check_cancelled()
        for item in step.call.inputs.values():
            if item.name not in inside and item.name not in held:
                held[item.name] = read(item.name, need[item.name])
        if watch is not None:
            watch.before(step.call)
        pieces = _run_step(step, out, need, held, tallies.setdefault(step.call.label, Tally()))
        held.update(pieces)
        if made is not None:
            for name, piece in pieces.items():
                made(name, piece, need[name])
        if watch is not None:
            watch.after(step.call)
        for name in [name for name in held if last.get(name, -1) <= number and name not in keep]:
            del held[name]
    return {name: held[name].on_host() for name in keep if name in held}


def _run_step(
    step: Placed, out: Ranges, need: Need, held: Mapping[str, Piece], tally: Tally
) -> dict[str, Piece]:
    begin = time.perf_counter()
    inputs = {
        name: held[item.name].crop(input_range(step, name, out)).value
        for name, item in step.call.inputs.items()
    }
    with Meter() as meter:
        values = _try(step, step.call.device.take(inputs))
    tally.peak_bytes = max(tally.peak_bytes, meter.rise())
    pieces: dict[str, Piece] = {}
    for name, value in zip(step.call.outputs, values, strict=True):
        piece = _placed_output(step, name, value, out)
        tally.elements += int(getattr(value, "size", 1))
        if name in need:
            pieces[name] = piece.crop({axis: part for axis, part in need[name].items() if axis in out})
    tally.blocks += 1
    tally.positions += max((hi - lo for lo, hi in out.values()), default=1)
    tally.seconds += time.perf_counter() - begin
    tally.input_bytes += sum(getattr(value, "nbytes", 0) for value in inputs.values())
    return pieces


def _try(step: Placed, inputs: Mapping[str, Any]) -> tuple[Any, ...]:
    for attempt in range(step.call.retries + 1):
        try:
            return invoke(step.call.algorithm, inputs, step.settings)
        except Exception as error:
            check_cancelled()
            if attempt == step.call.retries:
                raise StepFailure(step.call, error) from error
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _placed_output(step: Placed, name: str, value: Any, out: Ranges) -> Piece:  # noqa: ANN401 - what the algorithm returned
    """Say where a step's output lies, and check that split axes kept their length."""
    sizes = step.outputs[name]
    if not sizes:
        return Piece(value)
    array = read_only(np.asarray(value) if on_host(value) else value)
    if array.ndim != len(sizes):
        raise DataError(
            _("step {step} must give {name} with the axes {axes}, and gave the shape {shape}").format(
                step=step.call.label, name=name, axes=", ".join(sizes), shape=array.shape
            )
        )
    start: dict[str, int] = {}
    for axis, part in out.items():
        window = step.windows[axis]
        length = _input_length(step, axis)
        lo = max(part[0] * window.stride - window.before, 0) // window.stride
        hi = min(-(-(part[1] * window.stride + window.after) // window.stride), -(-length // window.stride))
        got = array.shape[tuple(sizes).index(axis)]
        if got != hi - lo:
            raise DataError(
                _(
                    "step {step} says it can be split along {axis}, but gave {got} positions of {name} for {asked}"
                ).format(step=step.call.label, axis=axis, got=got, name=name, asked=hi - lo)
            )
        start[axis] = lo
    return Piece(array, tuple(sizes), start)


def _input_length(step: Placed, axis: str) -> int:
    return next(length for sizes in step.inputs.values() if (length := sizes.get(axis)) is not None)
