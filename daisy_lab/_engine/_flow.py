"""What a job still has to do: which results are there, which values must be found first, which steps run.

Every name has a key before anything runs (`call_key`); a result whose key the ledger knows and whose object the store
still holds is held already and does not run. So a changed setting recomputes what depends on it and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from daisy_lab._engine._blocks import Piece, cut
from daisy_lab._engine._calls import Call, Range, call_key
from daisy_lab._engine._geometry import Placed, Ranges, Sizes, named_axes, place
from daisy_lab.errors import DataError, WorkflowError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._memo import Memo
    from daisy_lab._ledger import Ledger, Used

__all__ = ["Flow", "Job"]


@dataclass(frozen=True)
class Job:
    """A workflow's calls with what the user asks of them."""

    title: str
    calls: tuple[Call, ...]
    targets: tuple[str, ...]
    want: Mapping[str, Range | slice] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """Inputs that have another name in the store."""
    into: str = ""
    """Group of the store that results go to."""
    memory: int | None = None


class Flow:
    """One job on one store: names, keys, sizes, and what is held."""

    def __init__(self, job: Job, store: DataStore, ledger: Ledger, memo: Memo | None = None) -> None:
        self.job, self.store, self.ledger = job, store, ledger
        self.memo = memo
        """Of a preview: where it keeps what it makes, instead of the store."""
        self._scratch: dict[str, Piece] = {}
        """What a preview made or recalled of the job's names, each whole."""
        self.skipped: set[str] = set()
        self.admitted = 0
        """Calls whose conditions are known."""
        self.calls: list[Call] = []
        """Those of them that run."""
        self._made = {name for call in job.calls for name in call.outputs}
        self._makers: dict[str, tuple[Call, int]] = {}
        """Admitted call, and which of its outputs, per name."""
        self._versions: dict[str, int] = {}
        """Versions of the inputs when the job first asked: what is put meanwhile is for the next one."""
        self._alias: dict[str, str] = {}
        self._absent: set[str] = set()
        self._keys: dict[str, str] = {}
        self._origin: dict[str, tuple[str, int]] = {}
        self._ports: dict[str, tuple[str, ...]] = self._port_axes()

    # Names.

    def alias(self, name: str) -> str:
        """Give the name that stands for this one."""
        return self._alias.get(name, name)

    def stored_name(self, name: str) -> str:
        """Give the name in the store of an input, or of a result."""
        if name in self._made:
            return f"{self.job.into}/{name}" if self.job.into else name
        return self.job.sources.get(name, name)

    def axes_of(self, name: str) -> tuple[str, ...]:
        """Give the axes of a name before it exists."""
        while name in self._makers:
            call, number = self._makers[name]
            axes = call.algorithm.outputs[number].axes
            if not isinstance(axes, SameAxes):
                return axes or ()
            first = next((port.name for port in call.algorithm.inputs if port.name in call.inputs), None)
            if first is None:
                return ()
            name = call.inputs[first].name
        return self._axes(name, self.value(name))

    def unit_of(self, name: str) -> str:
        """Give the unit of a name before it exists."""
        if name in self._makers:
            call, number = self._makers[name]
            return call.algorithm.outputs[number].unit
        return self.store.describe(self.stored_name(name)).unit

    def read_outside(self, steps: Iterable[Placed]) -> set[str]:
        """Give the names that calls other than these read."""
        inside = {step.call.label for step in steps}
        return {name for call in self.calls if call.label not in inside for name in call.reads}

    # Conditions.

    def without(self, call: Call) -> Flow:
        """Give the same job begun anew without a call that failed."""
        fresh = Flow(self.job, self.store, self.ledger, self.memo)
        fresh.skipped = {*self.skipped, call.label}
        fresh._versions = self._versions
        return fresh

    def may_run(self, call: Call) -> bool:
        """Whether a call runs if its condition holds; what the condition asks for must have been found."""
        return call.label not in self.skipped and (call.when is None or call.when.name not in self._absent)

    def admit(self, call: Call, found: Any = None) -> None:  # noqa: ANN401 - any value of the store
        """Take the next call into account, or leave it out: its condition, its failure, its inputs decide."""
        self.admitted += 1
        call = call.with_names(self._alias)
        runs = self.may_run(call) and (call.when is None or call.when.holds(found))
        if runs and not any(name in self._absent for name in call.reads):
            self.calls.append(call)
            self._makers.update((name, (call, number)) for number, name in enumerate(call.outputs))
        elif call.otherwise and self.alias(call.otherwise) not in self._absent:
            self._alias[call.outputs[0]] = self.alias(call.otherwise)
        else:
            self._absent.update(call.outputs)

    def targets(self) -> tuple[str, ...]:
        """Give the wanted names, stand-ins resolved.

        Raises
        ------
        WorkflowError
            If the step that makes one was skipped and nothing stands in for it.
        """
        for name in self.job.targets:
            if name in self._absent:
                raise WorkflowError(
                    _(
                        "'{name}' was not made, because its step was skipped; give that step an 'otherwise'"
                    ).format(name=name)
                )
        return tuple(self.alias(name) for name in self.job.targets)

    # Keys and what is held.

    def key(self, name: str) -> str:
        """Tell the content of a name before it exists."""
        if name not in self._keys:
            self._fill_keys()
        return self._keys[name] if name in self._keys else self._source_key(name)

    def entry_key(self, call: Call, ranges: Ranges) -> str:
        """Tell what a call makes of a part of its result."""
        self.key(call.outputs[0])
        return self._origin[call.outputs[0]][0] + _part(ranges)

    def part_key(self, name: str, ranges: Ranges) -> str:
        """Tell a part of a result."""
        return self.key(name) + _part(ranges)

    def _fill_keys(self) -> None:
        for call in self.calls:
            for name in call.reads:
                if name not in self._keys:
                    self._keys[name] = self._source_key(name)
            if all(name in self._keys for name in call.outputs):
                continue
            settings = {
                **call.settings,
                **{setting: {"of": self._keys[name]} for setting, name in call.bound.items()},
            }
            key = call_key(call, self._keys, settings)
            for number, name in enumerate(call.outputs):
                self._keys.setdefault(name, f"{key}.{number}")
                self._origin.setdefault(name, (key, number))

    def _source_key(self, name: str) -> str:
        there, version = self._source(name)
        return self.ledger.identity(there, version) or self.store.identity(there, version)

    def _source(self, name: str) -> tuple[str, int]:
        there = self.stored_name(name)
        if there not in self._versions:
            self._versions[there] = self.store.describe(there).version
        return there, self._versions[there]

    def held(self, name: str, ranges: Ranges | None = None) -> Used | None:
        """Find the object that already has the content of this name; None when it must be made."""
        self.key(name)
        if name not in self._origin:
            return None
        key, number = self._origin[name]
        entry = self.ledger.of_key(key + _part(ranges or {}))
        if entry is None:
            return None
        used = tuple(entry.outputs.values())[number]
        if used.identity != self.part_key(name, ranges or {}):
            return None
        if name in self.targets() and used.name != self.stored_name(name):
            return None
        there = used.version and any(item.version == used.version for item in self._history(used.name))
        return used if there else None

    def make_current(self, name: str) -> None:
        """Let the store's name show a held result again, when something else was put there since."""
        used = self.held(name) if name in self._made else None
        if used is not None and (
            used.name not in self.store or self.store.describe(used.name).version != used.version
        ):
            self.store.restore(used.name, used.version)

    def _history(self, name: str) -> Sequence[Any]:
        try:
            return self.store.history(name)
        except KeyError:
            return ()

    def is_made(self, name: str) -> bool:
        """Whether a step makes this name."""
        return name in self._made

    def available(self, name: str) -> bool:
        """Whether a name needs no step: an input, or a result held."""
        return name not in self._made or self.recalled(name) is not None or self.held(name) is not None

    def recalled(self, name: str) -> Piece | None:
        """Give all of what a preview made of a name, now or before; None when it did not."""
        if self.memo is None or name not in self._made:
            return None
        if name not in self._scratch:
            self.key(name)
            piece = self.memo.find(f"{self.key(name)} exact", {}) if name in self._origin else None
            if piece is None:
                return None
            self._scratch[name] = piece
        return self._scratch[name]

    def note(self, name: str, piece: Piece) -> None:
        """Take note of all of what a preview made of a name."""
        self._scratch[name] = piece
        if self.memo is not None:
            self.memo.keep(f"{self.key(name)} exact", piece, {})

    def needed(self, targets: Iterable[str]) -> list[Call]:
        """Give the calls that must run for these names, in order."""
        wanted = {name for name in targets if not self.available(name)}
        found: list[Call] = []
        for call in reversed(self.calls):
            if not wanted.isdisjoint(call.outputs):
                found.append(call)
                wanted.update(name for name in call.reads if not self.available(name))
        return found[::-1]

    # Content.

    def find(self, name: str) -> tuple[str, int]:
        """Give the name in the store and the version of what is available under a name."""
        used = self.held(name) if name in self._made else None
        if used is not None:
            return used.name, used.version
        return self._source(name)

    def value(self, name: str) -> Any:  # noqa: ANN401 - any object of the store
        """Give what is available under a name."""
        piece = self.recalled(name)
        return self.store.get(*self.find(name)) if piece is None else piece.value

    def read(self, name: str, ranges: Ranges) -> Piece:
        """Read a part of what is available under a name."""
        value = self.value(name)
        axes = self._axes(name, value)
        return (
            cut(value, axes, ranges) if self.memo is None else self.memo.bands.read(name, value, axes, ranges)
        )

    def sizes(self, name: str) -> Sizes:
        """Give the sizes of what is available under a name."""
        value = self.value(name)
        return dict(zip(self._axes(name, value), getattr(value, "shape", ()), strict=True))

    def settings(self, call: Call) -> dict[str, Any]:
        """Give a call's settings, those bound to values filled in and checked."""
        found = {setting: self.value(name) for setting, name in call.bound.items()}
        return call.algorithm.validate({**call.settings, **found}) if found else dict(call.settings)

    def placed(self, calls: Iterable[Call], known: Mapping[str, Sizes]) -> list[Placed]:
        """Place calls whose bound settings are available; `known` are sizes of what the job made before."""
        sizes: dict[str, Sizes] = dict(known)
        steps: list[Placed] = []
        for call in calls:
            for item in call.inputs.values():
                if item.name not in sizes:
                    sizes[item.name] = self.sizes(item.name)
            step = place(call, sizes, self.settings(call))
            steps.append(step)
            sizes.update({name: dict(lengths) for name, lengths in step.outputs.items()})
        return steps

    def _axes(self, name: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any object of the store
        """Give the axes of an object; where it or its file does not name them, those of the port that reads it."""
        shape = getattr(value, "shape", ())
        if not shape:
            return ()
        piece = self.recalled(name)
        axes = piece.axes if piece is not None else named_axes(self.store.describe(*self.find(name)).axes)
        if not axes:
            axes = self._ports.get(name) or tuple(f"axis{number}" for number in range(len(shape)))
        if len(axes) != len(shape):
            raise DataError(
                _("'{name}' has the shape {shape}; as {axes} it must have {count} axes").format(
                    name=name, shape="x".join(map(str, shape)), axes=", ".join(axes), count=len(axes)
                )
            )
        return axes

    def _port_axes(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for call in self.job.calls:
            for port in call.algorithm.inputs:
                if isinstance(port.axes, tuple) and port.name in call.inputs:
                    found.setdefault(call.inputs[port.name].name, port.axes)
        return found


def _part(ranges: Ranges) -> str:
    return "".join(f" {axis}={lo}:{hi}" for axis, (lo, hi) in sorted(ranges.items()))
