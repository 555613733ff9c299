"""A call: one algorithm bound to names, the form in which an engine takes the steps of a workflow."""

from __future__ import annotations

import json
import operator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import xxhash

from daisy_lab._engine._device import HOST, Device
from daisy_lab._ledger import plain
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab._algorithm import Algorithm

__all__ = ["Call", "Middle", "Range", "Ref", "When", "call_key", "ref"]

Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Middle:
    """The middle `count` positions of an axis, or all of it where it is shorter."""

    count: int

    def of(self, length: int) -> Range:
        """Resolve for an axis of this length."""
        count = min(self.count, length)
        start = (length - count) // 2
        return start, start + count


@dataclass(frozen=True)
class Ref:
    """A name in the store, or a sample of it: `ref("absorption", row=slice(46, 50))`."""

    name: str
    sample: Mapping[str, Range | Middle] = field(default_factory=dict)

    def ranges(self, sizes: Mapping[str, int | None]) -> dict[str, Range]:
        """Resolve the sample for an object of these axis lengths."""
        found: dict[str, Range] = {}
        for axis, part in self.sample.items():
            if axis not in sizes:
                raise DataError(
                    _("a sample of '{name}' along {axis} was asked for; its axes are {axes}").format(
                        name=self.name, axis=axis, axes=", ".join(sizes) or _("none (it is a single value)")
                    )
                )
            length = sizes[axis]
            if length is not None:
                found[axis] = (
                    part.of(length) if isinstance(part, Middle) else self._inside(axis, part, length)
                )
        return found

    def _inside(self, axis: str, part: Range, length: int) -> Range:
        lo, hi = max(part[0], 0), min(part[1], length)
        if lo >= hi:
            raise DataError(
                _(
                    "a sample of '{name}' at {axis} {lo}:{hi} was asked for; {axis} runs from 0 to {length}"
                ).format(name=self.name, axis=axis, lo=part[0], hi=part[1], length=length)
            )
        return lo, hi

    def to_json(self) -> object:
        """Give the bare name, or the name beside its ranges."""
        return {"name": self.name, **self.parts_to_json()} if self.sample else self.name

    def parts_to_json(self) -> dict[str, Any]:
        """Give the ranges of the sample."""
        return {
            axis: {"middle": part.count} if isinstance(part, Middle) else list(part)
            for axis, part in self.sample.items()
        }

    @classmethod
    def from_json(cls, name: str, parts: Mapping[str, Any]) -> Ref:
        """Read a name and the ranges of its sample."""
        return cls(
            name,
            {
                axis: Middle(part["middle"]) if isinstance(part, dict) else tuple(part)
                for axis, part in parts.items()
            },
        )


def ref(name: str, **sample: slice | Middle) -> Ref:
    """Name an object, or a sample of it along some axes, as input of a step or as the value of a setting."""
    return Ref(
        name,
        {axis: part if isinstance(part, Middle) else _range(axis, part) for axis, part in sample.items()},
    )


def _range(axis: str, part: slice) -> Range:
    lo, hi = part.start or 0, part.stop
    if part.step in (None, 1) and hi is not None and 0 <= lo < hi:
        return lo, hi
    raise SettingError(
        _(
            "{axis}={part} is no sample: write both ends, counted from 0 and without a step, as in {axis}={example}"
        ).format(axis=axis, part=part, example="slice(46, 50)")
    )


@dataclass(frozen=True)
class When:
    """A condition as data: the value of `name`, compared with a constant."""

    name: str
    comparison: Literal["==", "!=", "<", "<=", ">", ">=", "in"]
    value: Any

    def holds(self, found: Any) -> bool:  # noqa: ANN401 - any value of the store
        """Compare the value found.

        Raises
        ------
        DataError
            If the two cannot be compared, as a text with a number.
        """
        try:
            return bool(_COMPARISONS[self.comparison](found, self.value))
        except (TypeError, ValueError):
            raise DataError(
                _(
                    "the condition '{name} {comparison} {value!r}' cannot be told: {name} is {found!r:.60}"
                ).format(name=self.name, comparison=self.comparison, value=self.value, found=found)
            ) from None


_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda found, among: found in among,
}


@dataclass(frozen=True)
class Call:
    """One step ready to run: its algorithm, where its inputs come from, its settings, what its outputs are called."""

    label: str
    algorithm: Algorithm[..., Any]
    inputs: Mapping[str, Ref]
    settings: Mapping[str, Any]
    outputs: tuple[str, ...]
    bound: Mapping[str, str] = field(default_factory=dict)
    """Settings read from a value: setting to name."""
    on_error: Literal["stop", "skip"] = "stop"
    retries: int = 0
    when: When | None = None
    otherwise: str = ""
    """Name whose object stands in for the output when the step does not run."""
    device: Device = HOST
    """Where it computes."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Every name this call depends on."""
        return (*(item.name for item in self.inputs.values()), *self.bound.values())

    @property
    def is_value(self) -> bool:
        """Whether nothing that comes out has axes, as a rotation axis found."""
        return all(port.axes is None for port in self.algorithm.outputs)

    def on(self, device: Device) -> Call:
        """Give the call computing on a device, if its algorithm can."""
        return replace(self, device=device if self.algorithm.cuda else HOST)

    def with_names(self, other: Mapping[str, str]) -> Call:
        """Give the call reading other objects, where a name stands in for another."""
        if not any(name in other for name in self.reads):
            return self
        inputs = {
            port: Ref(other.get(item.name, item.name), item.sample) for port, item in self.inputs.items()
        }
        bound = {setting: other.get(name, name) for setting, name in self.bound.items()}
        return replace(self, inputs=inputs, bound=bound)


def call_key(call: Call, keys: Mapping[str, str], settings: Mapping[str, object]) -> str:
    """Tell the result of a call before it runs: equal keys mean equal results.

    Parameters
    ----------
    call
        The call.
    keys
        Key of every name the call reads: the identity of an input, the key of an intermediate.
    settings
        The settings; for those read from a value, the key of that value.

    Returns
    -------
    key
        32 hexadecimal digits.
    """
    facts = [
        call.algorithm.fingerprint,
        {name: [keys[item.name], item.parts_to_json()] for name, item in call.inputs.items()},
        plain(settings),
    ]
    if call.device is not HOST:
        facts.append(call.device.name)
    return xxhash.xxh3_128_hexdigest(json.dumps(facts, sort_keys=True).encode())
