"""What is wrong with settings, said in our words and language; pydantic's are in English and name its types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.errors import choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic import ValidationError

__all__ = ["faults"]


def faults(error: ValidationError, algorithm: str, known: Collection[str]) -> dict[str, str]:
    """Give every fault that a check of settings found, per setting.

    Parameters
    ----------
    error
        What pydantic found.
    algorithm
        Name of the algorithm.
    known
        Names of its settings.
    """
    lines: dict[str, str] = {}
    for fault in error.errors(include_url=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "extra_forbidden":
            text = _("no setting '{setting}'; {name} has {known}{near}").format(
                setting=name, name=algorithm, known=choices(known), near=suggestion(name, known)
            )
        elif fault["type"] == "missing":
            text = _("setting '{setting}' of {name} has no value and no default").format(
                setting=name, name=algorithm
            )
        else:
            reason = _reason(fault["type"], fault.get("ctx", {}), fault["msg"])
            text = _("setting '{setting}' of {name} is {value!r}: {fault}").format(
                setting=name, name=algorithm, value=fault["input"], fault=reason
            )
            if name in lines:  # one fault for each type that it could have been
                text = _("{text}, or {other}").format(text=lines[name], other=reason)
        lines[name] = text
    return lines


def _reason(kind: str, context: dict[str, Any], message: str) -> str:
    """Say what a value must be; a check of an algorithm's own speaks for itself."""
    texts = {
        "float_type": _("it must be a number"),
        "float_parsing": _("it must be a number"),
        "finite_number": _("it must be a finite number"),
        "int_type": _("it must be a whole number"),
        "int_parsing": _("it must be a whole number"),
        "int_from_float": _("it must be a whole number"),
        "bool_type": _("it must be true or false"),
        "bool_parsing": _("it must be true or false"),
        "string_type": _("it must be a text"),
        "greater_than": _("it must be above {gt}"),
        "greater_than_equal": _("it must be at least {ge}"),
        "less_than": _("it must be below {lt}"),
        "less_than_equal": _("it must be at most {le}"),
        "literal_error": _("it must be one of {expected}"),
    }
    if kind not in texts:
        return message.removeprefix("Value error, ")[:1].lower() + message.removeprefix("Value error, ")[1:]
    facts = {name: value for name, value in context.items() if name != "expected"}
    expected = str(context.get("expected", "")).replace(" or ", ", ")
    return texts[kind].format(expected=expected, **facts)
