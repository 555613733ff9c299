"""Steps written as calls, and settings changed by name: what `Workflow.add` and `--set` do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import Algorithm, registry
from daisy_lab._engine import Ref
from daisy_lab._workflow._step import Step
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._workflow._workflow import Workflow

__all__ = ["apply", "step_of"]

_AUTO = "auto"


def step_of(
    algorithm: Algorithm[..., Any] | Workflow | str,
    into: str | tuple[str, ...] | None,
    bindings: Mapping[str, Any],
) -> Step:
    """Turn a call into a step: names for data objects, values or refs for settings."""
    found = registry.get(algorithm) if isinstance(algorithm, str) else algorithm
    named: str | Workflow
    if isinstance(found, Algorithm):
        ports, made, named = (
            [port.name for port in found.inputs],
            tuple(port.name for port in found.outputs),
            found.id,
        )
    else:
        ports, made, named = list(found.inputs), found.outputs, found
    inputs = {port: _ref(port, bindings[port]) for port in ports if port in bindings}
    settings = {name: value for name, value in bindings.items() if name not in ports}
    outputs = made if into is None else (into,) if isinstance(into, str) else tuple(into)
    return Step(named, inputs, outputs, settings)


def apply(steps: Sequence[Step], settings: Mapping[str, object], results: Sequence[str]) -> list[Step]:
    """Change settings of laid-out steps by name; see `Workflow.with_settings`."""
    changed = list(steps)
    for asked, value in settings.items():
        if _consumer(changed, asked) is not None:
            if value != _AUTO:
                changed = _give(changed, asked, value, results)
            continue
        number, setting = _place(changed, asked)
        step = changed[number]
        changed[number] = replace(step, settings={**step.settings, setting: value})
    return changed


def _give(steps: Sequence[Step], name: str, value: object, results: Sequence[str]) -> list[Step]:
    """Put a value in place of what a step would find; a step that nobody reads any more goes."""
    changed = [
        replace(
            step,
            settings={
                setting: _convert(name, _algorithm(step), setting, value)
                if isinstance(old, Ref) and old.name == name
                else old
                for setting, old in step.settings.items()
            },
        )
        for step in steps
    ]
    read = {other for step in changed for other in step.reads} | set(results)
    return [step for step in changed if name not in step.outputs or not read.isdisjoint(step.outputs)]


def _consumer(steps: Sequence[Step], name: str) -> Step | None:
    """Find who reads a setting from the value of this name, when a step finds that value."""
    if not any(name in step.outputs for step in steps):
        return None
    readers = (
        step
        for step in steps
        for value in step.settings.values()
        if isinstance(value, Ref) and value.name == name
    )
    return next(readers, None)


def _convert(asked: str, algorithm: Algorithm[..., Any], setting: str, value: object) -> object:
    try:
        return algorithm.convert(setting, value)
    except SettingError as error:
        raise SettingError(
            _("{error}; write {asked}=auto to have it found").format(error=error, asked=asked)
        ) from None


def _place(steps: Sequence[Step], asked: str) -> tuple[int, str]:
    """Find the one step a setting belongs to."""
    label, _dot, setting = asked.rpartition(".")
    known = [
        (number, name)
        for number, step in enumerate(steps)
        for name in _algorithm(step).settings.model_fields
        if not isinstance(step.settings.get(name), Ref)
    ]
    fits = [
        (number, name) for number, name in known if name == setting and label in ("", steps[number].label)
    ]
    if len(fits) == 1:
        return fits[0]
    full = [f"{steps[number].label}.{name}" for number, name in (fits or known)]
    if fits:
        raise SettingError(
            _("several steps have a setting '{name}': write one of {full}").format(
                name=asked, full=choices(full)
            )
        )
    values = [name for step in steps for name in step.outputs if _consumer(steps, name)]
    everything = [*full, *values]
    near = suggestion(asked, [*everything, *(name for _number, name in known)])
    raise SettingError(
        _("no setting '{name}'; there is {known}{near}").format(
            name=asked, known=choices(everything, 30), near=near
        )
    )


def _algorithm(step: Step) -> Algorithm[..., Any]:
    assert isinstance(step.algorithm, str)  # noqa: S101 - laid flat before
    return registry.get(step.algorithm)


def _ref(port: str, given: object) -> Ref:
    if isinstance(given, Ref):
        return given
    if isinstance(given, str):
        return Ref(given)
    raise SettingError(
        _("'{port}' is a data object: write its name in the store, not {given!r:.40}").format(
            port=port, given=given
        )
    )
