"""Reads what an algorithm is from its typed signature and its docstring; nothing is declared twice.

Arguments before `*` are data objects (ports), keyword-only arguments are settings (a pydantic model), the return
annotation names the outputs (a NamedTuple has several). The docstring's Parameters become tooltips.
"""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import docstring_parser
from pydantic import BaseModel, ConfigDict, Field, create_model

from daisy_lab.errors import DefinitionError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Axes, SameAxes, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Port", "Signature", "read_signature", "title_of"]

_ABBREVIATIONS = frozenset({"cgls", "fbp", "fista", "mlem", "nmf", "osem", "pdf", "roi", "sirt", "tv"})
"""Words that the field writes in capitals."""
_TAKEN = frozenset({"here", "into", "name", "on_error", "otherwise", "retries", "when"})
"""Words that `engine.run` and `Workflow.add` take beside an algorithm's own arguments."""


@dataclass(frozen=True)
class Port:
    """One data object that goes in or comes out; `axes` is None for a value, SAME for those of the first input."""

    name: str
    axes: tuple[str, ...] | SameAxes | None = None
    unit: str = ""
    optional: bool = False
    text: str = ""

    @property
    def title(self) -> str:
        """Its name for a reader, in English."""
        return title_of(self.name)


@dataclass(frozen=True)
class Signature:
    """All that the rest of the house knows of an algorithm's function."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    fields: Mapping[str, tuple[Any, Any]]
    summary: str
    model_name: str

    def settings_model(self, without: Iterable[str] = ()) -> type[BaseModel]:
        """Build the pydantic model that validates settings and yields their JSON Schema; some may be left out."""
        config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
        left_out = set(without)
        fields: dict[str, Any] = {name: field for name, field in self.fields.items() if name not in left_out}
        with warnings.catch_warnings():
            # A setting may be named like a method of pydantic's model (`copy`, `json`): nobody calls those here.
            warnings.filterwarnings("ignore", "Field name .* shadows an attribute", UserWarning)
            try:
                model: type[BaseModel] = create_model(self.model_name, __config__=config, **fields)
            except (NameError, ValueError) as error:
                raise DefinitionError(
                    _("a setting cannot be named so: {reason}; choose another name").format(reason=error)
                ) from None
        return model


def read_signature(function: Callable[..., object]) -> Signature:
    """Read a function's ports, settings and texts.

    Raises
    ------
    DefinitionError
        If an argument has no type, or the signature takes `*args` or `**kwargs`.
    """
    hints = _hints(function)
    texts, summary, returned = _texts(function)
    inputs: list[Port] = []
    fields: dict[str, tuple[Any, Any]] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise DefinitionError(
                _("algorithm {name} takes *{argument}: name each data object and each setting").format(
                    name=function.__name__, argument=parameter.name
                )
            )
        if parameter.name not in hints:
            raise DefinitionError(
                _(
                    "algorithm {name}: argument '{argument}' has no type; write e.g. {argument}: Projections"
                ).format(name=function.__name__, argument=parameter.name)
            )
        text = texts.get(parameter.name, "")
        if parameter.name.startswith("_") or parameter.name in _TAKEN:
            raise DefinitionError(
                _("algorithm {name}: an argument cannot be called '{argument}'; choose another name").format(
                    name=function.__name__, argument=parameter.name
                )
            )
        if parameter.kind is parameter.KEYWORD_ONLY:
            fields[parameter.name] = _field(parameter, hints[parameter.name], text)
        else:
            optional = parameter.default is not parameter.empty
            inputs.append(_port(parameter.name, hints[parameter.name], text, optional=optional))
    outputs = _outputs(function.__name__, hints.get("return"), returned)
    model_name = function.__name__.title().replace("_", "") + "Settings"
    return Signature(tuple(inputs), outputs, fields, summary, model_name)


def _hints(function: Callable[..., object]) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as error:
        raise DefinitionError(
            _(
                "algorithm {name}: the type {type} is not known at module level; define or import it there"
            ).format(name=function.__name__, type=error.name)
        ) from None


def _texts(function: Callable[..., object]) -> tuple[dict[str, str], str, list[tuple[str, str]]]:
    """Give the docstring's parameter texts, its first line, and (name, text) of what it returns."""
    parsed = docstring_parser.parse(inspect.getdoc(function) or "", docstring_parser.DocstringStyle.NUMPYDOC)
    parameters = {item.arg_name: _one_line(item.description) for item in parsed.params}
    returned = [
        (item.return_name or item.type_name or "", _one_line(item.description))
        for item in parsed.many_returns
    ]
    return parameters, _one_line(parsed.short_description), returned


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _field(parameter: inspect.Parameter, hint: Any, text: str) -> tuple[Any, Any]:  # noqa: ANN401 - a type
    title = parameter.name.replace("_", " ").capitalize()
    base, *metadata = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    # Ours first: what the author wrote in Annotated wins.
    typed = Annotated[(base, Field(title=title, description=text or None), *metadata)]  # type: ignore[valid-type]  # built from runtime types
    return typed, (... if parameter.default is parameter.empty else parameter.default)


def _port(name: str, hint: Any, text: str, *, optional: bool = False) -> Port:  # noqa: ANN401 - a type
    axes: tuple[str, ...] | SameAxes | None = None
    unit = ""
    for item in _metadata(hint):
        if isinstance(item, Axes):
            axes = item.names
        elif isinstance(item, SameAxes):
            axes = item
        elif isinstance(item, Unit):
            unit = item.symbol
    return Port(name, axes, unit, optional, text)


def _metadata(hint: Any) -> tuple[object, ...]:  # noqa: ANN401 - a type
    """Give what stands beside the type in Annotated, looking through `... | None`."""
    if get_origin(hint) in (Union, UnionType):
        inner = [part for part in get_args(hint) if part is not NoneType]
        return _metadata(inner[0]) if len(inner) == 1 else ()
    return tuple(get_args(hint)[1:]) if get_origin(hint) is Annotated else ()


def _outputs(name: str, hint: Any, returned: list[tuple[str, str]]) -> tuple[Port, ...]:  # noqa: ANN401 - a type
    if hint is None or hint is NoneType:
        raise DefinitionError(
            _("algorithm {name} returns nothing: write the type of its result, e.g. -> Volume").format(
                name=name
            )
        )
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        texts = dict(returned)
        fields = _hints(hint)
        return tuple(_port(field, fields[field], texts.get(field, "")) for field in hint._fields)
    label, text = returned[0] if returned else ("", "")
    return (_port(label if label.isidentifier() else name, hint, text),)


def title_of(name: str) -> str:
    """Give a name for a reader: `remove_zingers` becomes Remove zingers, and `fista_tv` FISTA TV."""
    words = [word.upper() if word in _ABBREVIATIONS else word for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])
