"""Calls as a browser writes them: names for data, values for settings, `=name` for a value of the store."""

from __future__ import annotations

from keyword import iskeyword
from math import isfinite
from typing import TYPE_CHECKING, Any

from daisy_lab import texts
from daisy_lab._algorithm import registry
from daisy_lab._bridge._faults import error_info
from daisy_lab._bridge._fitting import fitting, suggested_output
from daisy_lab._bridge._handlers import handles
from daisy_lab._engine import RecordingEngine, ref
from daisy_lab._messages import AlgorithmForm, AskForm, CallCode, CheckCall, Checked, Code, PortInfo
from daisy_lab.errors import DaisyError, SettingError, choices, suggestion
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm, Port
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front

__all__ = ["bindings_of", "has_preview"]


def bindings_of(
    found: Algorithm[..., Any], inputs: Mapping[str, str], settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Give a call's inputs and settings as an engine takes them; an input left empty is left out.

    Raises
    ------
    SettingError
        If the algorithm has no such input or setting; `here` and `into` are the engine's own words.
    """
    ports = [port.name for port in found.inputs]
    known = [*found.settings.model_fields]
    unknown = [name for name in inputs if name not in ports] + [
        name for name in settings if name not in known
    ]
    if unknown:
        raise SettingError.of(
            {
                name: _("{algorithm} has no argument '{name}'; it has {known}{near}").format(
                    algorithm=found.id,
                    name=name,
                    known=choices([*ports, *known]),
                    near=suggestion(name, [*ports, *known]),
                )
                for name in unknown
            }
        )
    bound = {name: ref(value[1:]) if _is_bound(value) else value for name, value in settings.items()}
    return {name: value for name, value in inputs.items() if value} | bound


def _is_bound(value: Any) -> bool:  # noqa: ANN401 - any setting
    return isinstance(value, str) and value.startswith("=")


@handles(AskForm)
def form(bridge: Bridge, _front: Front, asked: AskForm) -> AlgorithmForm:
    """Give everything a form needs."""
    found = registry.get(asked.id)
    inputs = []
    taken: set[str] = set()
    for port in found.inputs:
        names = fitting(port, bridge.engine.store)
        chosen = next((name for name in names if name not in taken), "") if not port.optional else ""
        taken.add(chosen)
        inputs.append(_port(port, names, chosen))
    outputs = [_port(port, (), suggested_output(port, found, bridge.engine.store)) for port in found.outputs]
    return AlgorithmForm(
        id=found.id,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        settings=_translated(found.schema()),
        previews=has_preview(found),
    )


def _port(port: Port, names: tuple[str, ...], suggestion: str) -> PortInfo:
    return PortInfo(
        name=port.name,
        title=texts.gettext(port.title),
        text=texts.gettext(port.text) if port.text else "",
        axes=None if isinstance(port.axes, SameAxes) else port.axes,
        unit=port.unit,
        optional=port.optional,
        choices=names,
        suggestion=suggestion,
    )


def has_preview(found: Algorithm[..., Any]) -> bool:
    """Whether one block of what comes out can be shown: an array with two axes at least."""
    axes = found.outputs[0].axes
    return isinstance(axes, SameAxes) or (axes is not None and len(axes) >= 2)  # noqa: PLR2004 - a picture


def _translated(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give the schema with titles and tooltips in the reader's language."""
    made = dict(schema)
    if isinstance(made.get("properties"), dict):
        made["properties"] = {
            name: {
                key: texts.gettext(text)
                if key in {"title", "description"} and isinstance(text, str)
                else text
                for key, text in field.items()
            }
            for name, field in made["properties"].items()
        }
    return made


@handles(CheckCall)
def check(bridge: Bridge, _front: Front, asked: CheckCall) -> Checked:
    """Say what is wrong with a call that is still being filled in; what is not filled in yet is no fault."""
    try:
        found = registry.get(asked.id)
        bindings_of(found, asked.inputs, asked.settings)
    except DaisyError as error:
        return Checked(error=error_info(error))
    store = bridge.engine.store
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in {**asked.inputs, **asked.settings}.items():
        try:
            if name in asked.settings:
                values[name] = store.get(value[1:]) if _is_bound(value) else value
            elif value:
                store.describe(value)
        except DaisyError as error:
            faults[name] = str(error)
    try:
        found.validate(values, found.settings.model_fields.keys() - values.keys())
    except SettingError as error:
        faults |= error.fields
    return Checked(error=error_info(SettingError.of(faults)) if faults else None)


@handles(CallCode)
def code(_bridge: Bridge, _front: Front, asked: CallCode) -> Code:
    """Write a call as a line of Python, after the same checks as a run."""
    found = registry.get(asked.id)
    bindings = bindings_of(found, asked.inputs, asked.settings)
    RecordingEngine().run(found, into=asked.into or None, **bindings)
    words = [repr(found.id)]
    words += [_keyword(name, repr(value)) for name, value in asked.inputs.items() if value]
    words += [_keyword(name, _written(value)) for name, value in asked.settings.items()]
    if asked.into:
        words.append(f"into={(asked.into[0] if len(asked.into) == 1 else asked.into)!r}")
    return Code(text=f"engine.run({', '.join(words)})")


def _keyword(name: str, value: str) -> str:
    """Write an argument; what is no name of Python's stays a text."""
    return f"{name}={value}" if name.isidentifier() and not iskeyword(name) else f"**{{{name!r}: {value}}}"


def _written(value: Any) -> str:  # noqa: ANN401 - any setting
    if _is_bound(value):
        return f"ref({value[1:]!r})"
    # What is not finite has no literal.
    return f"float({str(value)!r})" if isinstance(value, float) and not isfinite(value) else repr(value)
