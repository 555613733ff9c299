"""What forms, command line and engine read from the signatures."""

from __future__ import annotations

import pytest

from daisy_lab._algorithm import Algorithm
from daisy_lab.algorithms import ct

_ALL = [found for name in ct.__all__ if isinstance(found := getattr(ct, name), Algorithm)]


@pytest.mark.parametrize("found", _ALL, ids=lambda found: found.name)
def test_each_algorithm_is_found_by_technique_and_name_and_explains_itself(
    found: Algorithm[..., object],
) -> None:
    assert found.id == f"ct.{found.name}"
    assert found.summary
    assert all(port.text for port in (*found.inputs, *found.outputs))
    assert all(
        item["description"] and item["title"] for item in found.schema().get("properties", {}).values()
    )


WORDS = {
    ("angle", "row", "column"): {"projections", "transmission", "absorption", "phase"},
    ("row", "y", "x"): {"volume"},
    ("angle",): {"theta", "elapsed", "row_shift", "column_shift"},
}


@pytest.mark.parametrize("found", _ALL, ids=lambda found: found.name)
def test_outputs_carry_the_words_of_the_field(found: Algorithm[..., object]) -> None:
    for port in found.outputs:
        if isinstance(port.axes, tuple) and port.axes in WORDS:
            assert port.name in WORDS[port.axes]


def test_axis_has_a_unit_and_a_title() -> None:
    field = ct.reconstruct.schema()["properties"]["center"]
    assert (field["unit"], field["title"]) == ("pixel", "Rotation axis")
    assert ct.find_center.outputs[0].axes is None


def test_splits_are_those_that_keep_the_bits() -> None:
    assert set(ct.normalize.windows({})) == {"angle", "row", "column"}
    assert set(ct.reconstruct.windows(ct.reconstruct.validate({"center": 1.0}))) == {"row"}
    assert set(ct.circular_mask.windows({})) == {"row"}
    assert not ct.find_center.windows({})
