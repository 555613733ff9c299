"""Turns history into a workflow: the runs an object came out of, as steps that make it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._engine import Ref
from daisy_lab._workflow._step import Step
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab._ledger import Entry, Ledger, Used

__all__ = ["steps_of", "steps_of_all"]


def steps_of(ledger: Ledger, name: str, version: int) -> tuple[list[Step], str]:
    """Give the steps that made a version of an object, and what it is called among them.

    Raises
    ------
    WorkflowError
        If the ledger does not know how it was made.
    """
    steps, (result,) = steps_of_all(ledger, [(name, version)])
    return steps, result


def steps_of_all(ledger: Ledger, made: Iterable[tuple[str, int]]) -> tuple[list[Step], tuple[str, ...]]:
    """Give the steps that made versions of several objects, and what these are called among them.

    Raises
    ------
    WorkflowError
        If the ledger does not know how one was made.
    """
    entries: dict[str, Entry] = {}
    results: list[Used] = []
    for name, version in made:
        chain = ledger.chain(name, version)
        if not chain:
            raise WorkflowError(
                _("how '{name}' (version {version}) was made is not recorded: it was put by hand").format(
                    name=name, version=version
                )
            )
        entries |= {entry.run: entry for entry in chain}
        results += [
            used for used in chain[-1].outputs.values() if (used.name, used.version) == (name, version)
        ]
    names = _Names()
    steps = [_step(entry, names) for entry in entries.values()]
    return steps, tuple(map(names.of, results))


class _Names:
    """Gives every object its own name: the stored one, or with a number where versions share it."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, int, str], str] = {}
        self._count: dict[str, int] = {}

    def of(self, used: Used) -> str:
        """Name an object; the same object always gets the same name."""
        key = (used.name, used.version, used.identity if not used.version else "")
        if key not in self._given:
            number = self._count[used.name] = self._count.get(used.name, 0) + 1
            base = used.name or "value"
            self._given[key] = base if number == 1 else f"{base}.{number}"
        return self._given[key]


def _step(entry: Entry, names: _Names) -> Step:
    bound = {setting: Ref(names.of(used)) for setting, used in entry.bound.items()}
    settings: Mapping[str, Any] = {**entry.settings, **bound}
    return Step(
        algorithm=entry.algorithm,
        inputs={port: Ref.from_json(names.of(used), used.part) for port, used in entry.inputs.items()},
        outputs=tuple(names.of(used) for used in entry.outputs.values()),
        settings=settings,
    )
