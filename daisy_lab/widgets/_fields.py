"""Reads the JSON Schema of settings into what a form draws: one field each, with bounds, steps, choices and a unit."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any, Final

from daisy_lab import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Range", "field_of", "fields_of", "units"]

Range = tuple[float, float] | tuple[float, float, float]
"""First value, last value, and the step between where it matters."""

_TICKS: Final = 1000
_DECADES: Final = 1e4
"""A range that spans this factor runs over powers of ten."""
_SIGNS: Final = {
    "pixel": "px",
    "degree": "°",
    "um": "µm",
    "1/um^2": "µm⁻²",
    "1/angstrom": "Å⁻¹",
    "angstrom": "Å",
}


def units(unit: str) -> str:
    """Give a unit as it stands beside a number."""
    return _SIGNS.get(unit, unit)


def fields_of(
    schema: Mapping[str, Any],
    *,
    only: Iterable[str] | None = None,
    ranges: Mapping[str, Range] | None = None,
    titles: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Give the fields of a form, in the schema's order or in that of `only`."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = schema.get("required", ())
    wanted = list(properties) if only is None else [name for name in only if name in properties]
    return [
        field_of(
            name,
            properties[name],
            required=name in required,
            span=(ranges or {}).get(name),
            title=(titles or {}).get(name, ""),
        )
        for name in wanted
    ]


def field_of(
    name: str, raw: Mapping[str, Any], *, required: bool = False, span: Range | None = None, title: str = ""
) -> dict[str, Any]:
    """Give one field: its kind, texts, bounds and steps as JSON data."""
    found, nullable = _flat(raw)
    kind = _kind(found)
    low, high = _bounds(found) if span is None else (span[0], span[1])
    field: dict[str, Any] = {
        "name": name,
        "title": title or texts.gettext(str(raw.get("title") or name.replace("_", " ").capitalize())),
        "text": texts.gettext(str(raw["description"])) if raw.get("description") else "",
        "unit": units(str(found.get("unit") or raw.get("unit") or "")),
        "kind": kind,
        "nullable": nullable,
        "required": required,
        "initial": raw.get("default"),
        "choices": _choices(found),
    }
    if kind in {"number", "integer"}:
        field |= _numeric(found, low, high, span)
    return field


def _choices(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the values of a choice as a reader sees them; `x-titles` names them where they are no words."""
    titles = found.get("x-titles", {})
    return [
        {"value": value, "title": titles.get(value) or texts.gettext(str(value))}
        for value in found.get("enum", ())
    ]


def _flat(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Look through `X or nothing`: gives X, and whether nothing is allowed."""
    options = raw.get("anyOf")
    if not options:
        return raw, raw.get("type") == "null"
    others = [option for option in options if option.get("type") != "null"]
    if len(others) != 1:
        return {}, len(others) < len(options)
    return others[0], len(options) > 1


def _kind(found: Mapping[str, Any]) -> str:
    if "enum" in found:
        return "choice"
    named = found.get("type", "")
    return {
        "number": "number",
        "integer": "integer",
        "boolean": "switch",
        "array": "list",
        "string": "text",
    }.get(named, "any")


def _bounds(found: Mapping[str, Any]) -> tuple[float | None, float | None]:
    low = found.get("minimum", found.get("exclusiveMinimum"))
    high = found.get("maximum", found.get("exclusiveMaximum"))
    return low, high


def _numeric(
    found: Mapping[str, Any], low: float | None, high: float | None, span: Range | None
) -> dict[str, Any]:
    whole = found.get("type") == "integer"
    slides = low is not None and high is not None and high > low
    powers = slides and low is not None and high is not None and low > 0 and high / low >= _DECADES
    step = 1.0 if whole else 0.1
    if span is not None and len(span) > 2:  # noqa: PLR2004 - first, last, step
        step = float(span[2])
    elif not whole and slides and low is not None and high is not None:
        step = _nice((high - low) / 100)
    return {
        "low": low,
        "high": high,
        "open_low": span is None and "exclusiveMinimum" in found,
        "open_high": span is None and "exclusiveMaximum" in found,
        "slides": slides,
        "powers": powers and not whole,
        "step": step,
        "tick": 1.0 if whole else _tick(low, high, step),
        "places": 0 if whole else max(0, -floor(log10(step) + 1e-9)),
    }


def _tick(low: float | None, high: float | None, step: float) -> float:
    """Give what a slider of a thousand places can tell apart, never coarser than a step of the keyboard."""
    if low is None or high is None or high <= low:
        return step
    return min(step, _nice((high - low) / _TICKS))


def _nice(length: float) -> float:
    """Give 1, 2 or 5 times a power of ten, not above a length."""
    power = 10.0 ** floor(log10(length) + 1e-9)
    parts = length / power
    return float(f"{(5 if parts >= 5 else 2 if parts >= 2 else 1) * power:.1g}")  # noqa: PLR2004 - as said
