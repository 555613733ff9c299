"""The tables of the reference say what the code says."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Annotated, get_args

import pytest
import typer
from typer.core import TyperGroup

import daisy_lab
from daisy_lab import Algorithm, Window, errors, vocabulary
from daisy_lab.cli import app
from daisy_lab.errors import DaisyError

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def rows(page: str) -> list[list[str]]:
    """Give the cells of all table rows of a page, without the backticks."""
    text = (DOCS / page).read_text("utf-8")
    found = [line.strip()[1:-1].split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("`", "") for cell in row] for row in found if not set(row[0]) <= set("- ")]


def test_every_error_is_listed_with_its_exit_code_and_its_built_in() -> None:
    listed = {name: (also, int(code)) for name, also, code, _when in rows("reference/errors.md")[1:]}
    kinds = [
        getattr(errors, name) for name in errors.__all__ if name.endswith("Error") and name != "DaisyError"
    ]
    assert set(listed) == {kind.__name__ for kind in kinds}
    for kind in kinds:
        also, code = listed[kind.__name__]
        ours = [base for base in kind.__mro__ if not issubclass(base, DaisyError)]
        assert also in {base.__name__ for base in ours}, kind
        assert code == kind.exit_code, kind


def test_every_error_is_in_the_drawn_tree() -> None:
    drawn = re.findall(r"(\w+Error)\s", errors.__doc__ or "")
    assert {name for name in errors.__all__ if name.endswith("Error")} <= set(drawn)


@pytest.mark.parametrize("name", ["Projections", "Exposures", "Angles", "Sinogram", "Volume", "Slice"])
def test_the_axes_of_a_type_are_listed(name: str) -> None:
    (row,) = [row for row in rows("reference/algorithms.md") if row[0].split(" ")[0] == name]
    _array, axes, *unit = get_args(getattr(vocabulary, name))
    assert row[1] == ", ".join(axes.names)
    assert row[2] == (unit[0].symbol if unit else "")


def test_the_numbers_with_a_unit_are_listed() -> None:
    (row,) = [row for row in rows("reference/algorithms.md") if row[0].startswith("Pixel")]
    listed = dict(zip(row[0].split(", "), row[2].split(", "), strict=True))
    numbers = {
        name: get_args(item)[1].symbol
        for name in vocabulary.__all__
        if get_args(item := getattr(vocabulary, name))[:1] == (float,)
    }
    assert listed == numbers
    assert Annotated[float, vocabulary.Unit("pixel")] == vocabulary.Pixel


def test_every_part_of_a_window_is_listed_with_its_default() -> None:
    table = {row[0]: row[1] for row in rows("reference/algorithms.md")}
    listed = {
        name: table[key] for key in table for name in key.split(", ") if name in Window.__dataclass_fields__
    }
    assert listed == {name: str(part.default) for name, part in Window.__dataclass_fields__.items()}


def test_every_command_and_option_is_listed() -> None:
    page = (DOCS / "reference/command-line.md").read_text("utf-8")
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        assert f"`daisy {name}" in page
        below = [command, *(command.commands.values() if isinstance(command, TyperGroup) else [])]
        options = {
            text for item in below for part in item.params for text in part.opts if text.startswith("--")
        }
        missing = {text for text in options if not re.search(rf"`[^`]*{text}\b", page)}
        assert not missing, f"daisy {name}"


def test_no_option_is_listed_that_is_not_there() -> None:
    page = (DOCS / "reference/command-line.md").read_text("utf-8")
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    commands = [*group.commands.values()]
    commands += [
        item for command in commands if isinstance(command, TyperGroup) for item in command.commands.values()
    ]
    there = {text for item in commands for part in item.params for text in part.opts} | {"--help"}
    assert set(re.findall(r"`[^`]*?(--[a-z][a-z-]*)", page)) <= there


def test_what_an_algorithm_knows_exists() -> None:
    section = (DOCS / "reference/algorithms.md").read_text("utf-8").partition("## What an algorithm knows")[2]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    names = {name for cell in cells for name in re.findall(r"`(\w+)", cell)}
    assert len(names) > 10
    assert names <= {*dir(Algorithm), "cuda", "isolate"}


def test_the_rows_of_the_house_are_those_the_linter_enforces() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = [re.split(r" · ", row[1]) for row in rows("explanation/architecture.md")[1:]]
    assert [sorted(row) for row in listed] == [sorted(layer.split(" | ")) for layer in layers]


def test_the_public_door_has_all_that_it_names() -> None:
    made_when_asked_for = {"engine", "store"}
    assert set(daisy_lab.__all__) - made_when_asked_for <= set(dir(daisy_lab))


def test_nothing_of_the_tools_is_needed_to_use_the_package() -> None:
    needed = {
        re.split(r"[^\w.-]", item)[0].lower()
        for item in requires("daisy-lab") or []
        if "extra ==" not in item
    }
    assert not needed & {"babel", "mypy", "ruff", "pytest", "mkdocs", "sybil"}
