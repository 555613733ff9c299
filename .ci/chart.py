"""Writes the chart's values.yaml, values.schema.json and their reference page from the models of daisy_lab.hub.

`--check` only says which of them is stale. The environments in values.yaml are those of apps/*/app.toml.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from daisy_lab.hub._export import chart_values, plain
from daisy_lab.hub._values import Values
from daisy_lab.hub._yaml import as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CHART = ROOT / "helm" / "daisy-lab"
PAGE = ROOT / "docs" / "reference" / "chart-values.md"
MADE = "Made by .ci/chart.py from daisy_lab/hub/_values: change it there, then run `make chart`."


def schema() -> str:
    """Give values.schema.json: a key that is not listed is refused, each says what it is for."""
    made = Values.model_json_schema(by_alias=True)
    for part in [made, *made["$defs"].values()]:
        part.pop("title", None)
        for facts in part.get("properties", {}).values():
            facts.pop("title", None)
            facts.pop("default", None)
            if "patternProperties" in facts:
                facts["additionalProperties"] = False
                # Helm takes away what is null, but checks it first.
                named = facts["patternProperties"]
                facts["patternProperties"] = {
                    pattern: {"anyOf": [inner, {"type": "null"}]} for pattern, inner in named.items()
                }
    made["$schema"] = "http://json-schema.org/draft-07/schema#"
    made["$comment"] = MADE
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def values() -> str:
    """Give values.yaml: all keys with what they are without anybody's wish."""
    held = chart_values()
    data = held.model_dump(mode="json", by_alias=True)
    data["environments"] = {name: plain(offer) for name, offer in held.environments.items()}
    return f"# {MADE}\n" + as_yaml(data, _comment)


def _comment(path: tuple[str, ...]) -> str:
    """Give what a model says of a key; what is below a name that people choose has no comment."""
    model: Any = Values
    said = ""
    for key in path:
        field = _fields(model).get(key) if model is not None else None
        if field is None:
            return ""
        said = field.description or ""
        inner = field.annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    return said


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def page() -> str:
    """Give the reference page: a table for each part."""
    lines = [
        "# Values of the chart",
        "",
        f"<!-- {MADE} -->",
        "",
        "`helm show values helm/daisy-lab` prints them with their defaults. A key that is not listed here is refused.",
        "The names are those of Zero to JupyterHub where the thing is the same.",
        "",
    ]
    for name, model in _tables():
        lines += [f"## {name}", "", _summary(model), "", "| key | what it is | default |", "|---|---|---|"]
        for key, field in _fields(model).items():
            lines.append(f"| `{key}` | {_cell(field.description or '')} | {_default(field)} |")
        lines.append("")
    return "\n".join(lines)


def _tables() -> Iterator[tuple[str, type[BaseModel]]]:
    """Give each model once, under the path where it stands first."""
    seen: set[type[BaseModel]] = set()
    waiting: list[tuple[str, type[BaseModel]]] = [("values", Values)]
    while waiting:
        path, model = waiting.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield path, model
        for key, field in _fields(model).items():
            inner = f"{path}.{key}" if path != "values" else key
            waiting += [(f"{inner}{mark}", found) for mark, found in _models(field.annotation, "")]


def _models(annotation: Any, mark: str) -> Iterator[tuple[str, type[BaseModel]]]:  # noqa: ANN401 - a type of any kind
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield mark, annotation
    kind = getattr(annotation, "__origin__", None)
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument, mark + (".NAME" if kind is dict else "[]" if kind is list else ""))


def _summary(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _default(field: Any) -> str:  # noqa: ANN401 - pydantic's
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "see below"
    if isinstance(value, list) and value and isinstance(value[0], BaseModel):
        return "one, see below"
    return f"`{json.dumps(value, ensure_ascii=False)}`".replace("|", "\\|")


def main() -> None:
    """Write the files, or say which is stale."""
    made = {CHART / "values.schema.json": schema(), CHART / "values.yaml": values(), PAGE: page()}
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(made[path], "utf-8")
            print(f"written: {path.relative_to(ROOT)}")
    elif stale:
        sys.exit("\n".join(f"{path.relative_to(ROOT)} is stale: run `make chart`" for path in stale))
    else:
        print("the chart's values, schema and page say what daisy_lab/hub/_values says")


if __name__ == "__main__":
    main()
