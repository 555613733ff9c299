"""The settings of an algorithm: their JSON Schema, their checks, and what is said of a wrong one."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from daisy_lab import algorithm
from daisy_lab.errors import DefinitionError, SettingError
from daisy_lab.vocabulary import Angstrom, Degree, Pixel, Projections, Same, Volume


@algorithm
def rebuild(
    projections: Projections,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", ge=0)],
    method: Literal["fbp", "SIRT"] = "fbp",
    iterations: Annotated[int, Field(ge=1, le=500)] = 100,
    keep_negative: bool = True,
    start: Degree = 0.0,
    guess: Pixel | None = None,
    axis: float | Literal["auto"] = "auto",
) -> Volume:
    """Rebuild the volume.

    Parameters
    ----------
    center
        Column around which
        the sample turns.
    method
        Numerical recipe.
    """
    return projections


def properties() -> dict[str, Any]:
    found: dict[str, Any] = rebuild.schema()["properties"]
    return found


def test_data_objects_are_no_settings() -> None:
    assert list(properties()) == ["center", "method", "iterations", "keep_negative", "start", "guess", "axis"]


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(rebuild.schema())) == rebuild.schema()


def test_the_schema_forbids_other_settings() -> None:
    assert rebuild.schema()["additionalProperties"] is False


def test_the_schema_requires_what_has_no_default() -> None:
    assert rebuild.schema()["required"] == ["center"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("center", {"type": "number", "unit": "pixel", "minimum": 0, "title": "Rotation axis"}),
        ("center", {"description": "Column around which the sample turns."}),
        ("method", {"enum": ["fbp", "SIRT"], "default": "fbp", "title": "Method"}),
        ("method", {"description": "Numerical recipe."}),
        ("iterations", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}),
        ("keep_negative", {"type": "boolean", "default": True, "title": "Keep negative"}),
        ("start", {"type": "number", "unit": "degree", "default": 0.0}),
        ("guess", {"anyOf": [{"type": "number", "unit": "pixel"}, {"type": "null"}], "default": None}),
        ("axis", {"anyOf": [{"type": "number"}, {"const": "auto", "type": "string"}], "default": "auto"}),
    ],
)
def test_the_schema_says_of_each_setting(name: str, part: dict[str, object]) -> None:
    found = properties()[name]
    assert {key: found.get(key) for key in part} == part


def test_a_setting_without_text_has_no_tooltip() -> None:
    assert "description" not in properties()["start"]


def test_what_the_author_wrote_wins_over_the_docstring() -> None:
    @algorithm
    def tell(
        image: Same, *, wavelength: Annotated[Angstrom, Field(description="From the field.")] = 1.0
    ) -> Same:
        """Tell.

        Parameters
        ----------
        wavelength
            From the docstring.
        """
        return image

    assert tell.schema()["properties"]["wavelength"]["description"] == "From the field."


def test_defaults_are_filled_in() -> None:
    assert rebuild.validate({"center": 295.0}) == {
        "center": 295.0,
        "method": "fbp",
        "iterations": 100,
        "keep_negative": True,
        "start": 0.0,
        "guess": None,
        "axis": "auto",
    }


def test_text_is_converted() -> None:
    asked = {"center": "295", "iterations": "7", "keep_negative": "false", "axis": "12.5"}
    found = rebuild.validate(asked)
    assert {name: found[name] for name in asked} == {
        "center": 295.0,
        "iterations": 7,
        "keep_negative": False,
        "axis": 12.5,
    }


def test_what_was_given_is_not_changed() -> None:
    asked = {"center": "295"}
    rebuild.validate(asked)
    assert asked == {"center": "295"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"center": 1.0, "iteration": 5},
            "no setting 'iteration'; rebuild has axis, center, guess, iterations,",
        ),
        ({"center": 1.0, "iteration": 5}, "did you mean 'iterations'?"),
        ({}, "setting 'center' of rebuild has no value and no default"),
        ({"center": -1}, "setting 'center' of rebuild is -1: it must be at least 0"),
        ({"center": "left"}, "setting 'center' of rebuild is 'left': it must be a number"),
        (
            {"center": 1.0, "iterations": 501},
            "setting 'iterations' of rebuild is 501: it must be ",
        ),
        ({"center": 1.0, "iterations": 1.5}, "setting 'iterations' of rebuild is 1.5"),
        (
            {"center": 1.0, "method": "art"},
            "setting 'method' of rebuild is 'art': it must be one of 'fbp', 'SIRT'",
        ),
        ({"center": None}, "setting 'center' of rebuild is None"),
    ],
)
def test_a_wrong_setting_is_told(asked: dict[str, object], told: str) -> None:
    with pytest.raises(SettingError) as caught:
        rebuild.validate(asked)
    assert told in str(caught.value)
    assert caught.value.__suppress_context__, "a user's mistake shows no traceback of the library"


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SettingError) as caught:
        rebuild.validate({"centre": 5, "iterations": 0})
    assert str(caught.value).count(";") >= 2
    assert all(word in str(caught.value) for word in ("'centre'", "'center'", "'iterations'"))


def test_choices_are_told_as_they_are_written() -> None:
    with pytest.raises(SettingError, match="'SIRT'"):
        rebuild.validate({"center": 1.0, "method": "sirt"})


def test_one_wrong_value_is_told_once() -> None:
    with pytest.raises(SettingError) as caught:
        rebuild.validate({"center": 1.0, "axis": "automatic"})
    assert str(caught.value).count("setting 'axis'") == 1


def test_a_default_out_of_its_bounds_is_refused_where_it_is_written() -> None:
    with pytest.raises(DefinitionError, match="size"):

        @algorithm
        def bad(image: Same, *, size: Annotated[int, Field(le=9)] = 99) -> Same:
            """Have a default that is forbidden."""
            return image


@pytest.mark.parametrize(
    "name", ["copy", "json", "schema", "model_type", "validate", "construct", "model_fields"]
)
def test_a_setting_may_have_any_name(name: str) -> None:
    space: dict[str, Any] = {"Same": Same}
    exec(f"def plain(image: Same, *, {name}: int = 3) -> Same: return image", space)  # noqa: S102 - every name in turn
    made = algorithm(space["plain"])
    assert made.validate({name: "5"}) == {name: 5}
    assert list(made.schema()["properties"]) == [name]


@pytest.mark.parametrize("name", ["model_dump", "_hidden"])
def test_a_name_that_cannot_be_a_setting_is_refused(name: str) -> None:
    space: dict[str, Any] = {"Same": Same}
    exec(f"def plain(image: Same, *, {name}: int = 3) -> Same: return image", space)  # noqa: S102 - every name in turn
    with pytest.raises(DefinitionError, match=r"cannot be (named so|called)"):
        algorithm(space["plain"])


def test_an_algorithm_without_settings_takes_none() -> None:
    @algorithm
    def plain(image: Same) -> Same:
        """Do nothing."""
        return image

    assert plain.validate({}) == {}
    with pytest.raises(SettingError, match="plain has nothing"):
        plain.validate({"size": 3})
