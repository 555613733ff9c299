"""Checks names and their order, and draws the path from what is missing to what was wanted."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from daisy_lab._datastore import check_name
from daisy_lab.errors import WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab._engine import Call
    from daisy_lab._workflow._step import Step

__all__ = ["check", "check_values"]


def check(steps: Sequence[Step], available: set[str] | None, targets: Sequence[str]) -> None:
    """Check laid-out steps; `available` None takes every input for granted.

    Raises
    ------
    WorkflowError
        If a name is made twice, read before it is made, or not there at all.
    DataError
        If a name is none that the store takes.
    """
    if not steps:
        raise WorkflowError(_("the workflow has no steps"))
    made = _made(steps)
    _check_order(steps, made)
    _check_conditional(steps, targets)
    for target in targets:
        if target not in made:
            raise WorkflowError(
                _("no step makes '{name}'; the steps make {known}{near}").format(
                    name=target, known=choices(made), near=suggestion(target, made)
                )
            )
    if available is None:
        return
    missing = sorted(_asked(steps, targets, available) - made.keys() - available)
    if missing:
        raise WorkflowError(
            _("'{name}' is missing: {path}; {also}{there}").format(
                name=missing[0],
                path=_path(steps, missing[0], set(targets)),
                also=_("so are {names}; ").format(names=", ".join(missing[1:])) if missing[1:] else "",
                there=_there(missing[0], available),
            )
        )


def _there(missing: str, available: set[str]) -> str:
    if not available:
        return _("there are no data yet: open a scan file, or put arrays into the store, first")
    return _("there is {known}{near}").format(known=choices(available), near=suggestion(missing, available))


def check_values(calls: Sequence[Call]) -> None:
    """Check that settings and conditions read values: those are found before anything else runs.

    Raises
    ------
    WorkflowError
        If one reads an array, or a value that comes together with one.
    """
    makers = {name: call for call in calls for name in call.outputs}
    for call in calls:
        asked = [*call.bound.values(), *([call.when.name] if call.when is not None else [])]
        for name in asked:
            maker = makers.get(name)
            if maker is not None and not maker.is_value:
                raise WorkflowError(
                    _(
                        "step {step} needs the value '{name}' before it can start, but step {maker} makes it together "
                        "with arrays, or as one; find the value in a step of its own"
                    ).format(step=call.label, name=name, maker=maker.label)
                )


def _made(steps: Sequence[Step]) -> dict[str, int]:
    made: dict[str, int] = {}
    for number, step in enumerate(steps):
        for name in map(check_name, step.outputs):
            if name in made:
                raise WorkflowError(
                    _(
                        "'{name}' is made twice, by step {first} and step {second}; give one another name"
                    ).format(name=name, first=_named(steps, made[name]), second=_named(steps, number))
                )
            made[name] = number
    return made


def _check_order(steps: Sequence[Step], made: dict[str, int]) -> None:
    for number, step in enumerate(steps):
        for name in step.reads:
            if made.get(name, -1) >= number:
                raise WorkflowError(
                    _("step {step} reads '{name}', which is made only by step {later}; move it down").format(
                        step=_named(steps, number), name=name, later=_named(steps, made[name])
                    )
                )


def _check_conditional(steps: Sequence[Step], targets: Sequence[str]) -> None:
    """Ask for a stand-in where the output of a step that may not run is needed."""
    read = {name for step in steps for name in step.reads} | set(targets)
    for number, step in enumerate(steps):
        if step.otherwise and len(step.outputs) > 1:
            raise WorkflowError(
                _("step {step} makes {names}; '{other}' cannot stand in for several results").format(
                    step=_named(steps, number), names=", ".join(step.outputs), other=step.otherwise
                )
            )
        if step.when is not None and not step.otherwise and not read.isdisjoint(step.outputs):
            raise WorkflowError(
                _(
                    "step {step} runs under a condition; say with 'otherwise' what stands in for {names}"
                ).format(step=_named(steps, number), names=", ".join(step.outputs))
            )


def _asked(steps: Sequence[Step], targets: Sequence[str], available: set[str]) -> set[str]:
    """Give every name that the targets need; what is available needs nothing."""
    wanted = set(targets)
    for step in reversed(steps):
        if any(name in wanted and name not in available for name in step.outputs):
            wanted.update(step.reads)
    return wanted


def _path(steps: Sequence[Step], missing: str, targets: set[str]) -> str:
    """Draw the shortest way from a name to a target: flat > normalize > transmission > ... > volume."""
    readers: dict[str, list[Step]] = {}
    for step in steps:
        for name in step.reads:
            readers.setdefault(name, []).append(step)
    waiting = deque([(missing, missing)])
    seen = {missing}
    while waiting:
        name, drawn = waiting.popleft()
        if name in targets:
            return drawn
        for step in readers.get(name, []):
            for output in step.outputs:
                if output not in seen:
                    seen.add(output)
                    waiting.append((output, f"{drawn} > {step.label} > {output}"))
    return missing


def _named(steps: Sequence[Step], number: int) -> str:
    return f"{number + 1} {steps[number].label}"
