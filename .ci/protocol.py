"""Writes labextension/src/protocol.ts from the messages of daisy_lab; `--check` only says whether it is stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from daisy_lab import _messages as messages

TARGET = Path(__file__).resolve().parent.parent / "labextension" / "src" / "protocol.ts"
HEAD = """/**
 * What kernel and browser may say to each other.
 * Made by .ci/protocol.py from daisy_lab/_messages: change it there, then run `make protocol`.
 */
"""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def generated() -> str:
    """Give the whole text of protocol.ts."""
    requests = list(messages.METHODS.values())
    replies = [request.reply for request in requests]
    rest = [messages.Ask, messages.Reply, *messages.EVENTS.values()]
    asked = [(model, "validation") for model in dict.fromkeys([*requests, messages.Ask])]
    told = [
        (model, "serialization") for model in dict.fromkeys([*replies, *rest]) if model is not messages.Ask
    ]
    _map, schema = models_json_schema([*asked, *told], ref_template="{model}")
    sent = _reached(schema["$defs"], [model.__name__ for model, _mode in told])
    sent -= _reached(schema["$defs"], [model.__name__ for model, _mode in asked])
    parts = [
        HEAD,
        f"export const PROTOCOL = {messages.PROTOCOL};\n",
        f"export const TARGET = '{messages.TARGET}';\n",
    ]
    for name, definition in sorted(schema["$defs"].items()):
        parts.append(_interface(name, definition, whole=name in sent))
    parts.append(
        _table(
            "Methods",
            "Every request and what answers it.",
            {
                method: f"{{ params: {request.__name__}; result: {request.reply.__name__} }}"
                for method, request in messages.METHODS.items()
            },
        )
    )
    parts.append(
        _table(
            "Events",
            "Every event by its name.",
            {name: model.__name__ for name, model in messages.EVENTS.items()},
        )
    )
    return "\n".join(parts)


def _reached(definitions: dict[str, Any], names: list[str]) -> set[str]:
    """Give these models and all that they are made of."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                other for other in definitions if f'"$ref": "{other}"' in json.dumps(definitions[name])
            ]
    return found


def _interface(name: str, definition: dict[str, Any], *, whole: bool) -> str:
    comment = _comment(definition.get("description", ""), "")
    if not definition.get("properties"):
        return "\n".join([*comment, f"export type {name} = Record<string, never>;\n"])
    lines = [*comment, f"export interface {name} {{"]
    required = set(definition.get("required", ()))
    for field, schema in definition.get("properties", {}).items():
        lines += _comment(schema.get("description", ""), "  ")
        mark = "" if whole or field in required else "?"
        lines.append(f"  {field}{mark}: {_type(schema)};")
    return "\n".join([*lines, "}\n"])


def _type(schema: dict[str, Any]) -> str:  # noqa: PLR0911 - one line per form of a schema
    if "$ref" in schema:
        return str(schema["$ref"])
    if "const" in schema:
        return _literal(schema["const"])
    if "enum" in schema:
        return " | ".join(map(_literal, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(map(_type, schema['prefixItems']))}]"
        inner = _type(schema.get("items", {}))
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if schema.get("type") == "object":
        return (
            f"Record<string, {_type(schema['additionalProperties'])}>"
            if isinstance(schema.get("additionalProperties"), dict)
            else "Record<string, unknown>"
        )
    return PLAIN.get(str(schema.get("type")), "unknown")


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _comment(text: str, indent: str) -> list[str]:
    words = " ".join(text.split())
    return [f"{indent}/** {words} */"] if words else []


def _table(name: str, text: str, rows: dict[str, str]) -> str:
    lines = [f"/** {text} */", f"export interface {name} {{"]
    lines += [f"  {_key(key)}: {value};" for key, value in rows.items()]
    return "\n".join([*lines, "}\n"])


def _key(name: str) -> str:
    return name if name.isidentifier() else f"'{name}'"


def main() -> None:
    """Write the file, or say that it is stale."""
    text = generated()
    if "--check" not in sys.argv:
        TARGET.write_text(text, "utf-8")
    elif not TARGET.is_file() or TARGET.read_text("utf-8") != text:
        sys.exit("labextension/src/protocol.ts is stale: run `make protocol`")
    else:
        print("labextension/src/protocol.ts says what daisy_lab/_messages says")


if __name__ == "__main__":
    main()
