"""What the PDF page keeps, the workflows it asks for, and what it says about peaks and faults."""

from __future__ import annotations

import json

import numpy as np
import pytest

from daisy_lab import Workflow
from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.apps.pdf import State, recipe_of
from daisy_lab.apps.pdf._calibration import calibration_workflow
from daisy_lab.apps.pdf._frame import frame_workflow
from daisy_lab.apps.pdf._peaks import crystal_of, find_peaks, low_line
from daisy_lab.apps.pdf._series import series_workflow
from daisy_lab.apps.pdf._settings import ABOUT, LIVE, MORE, form_schema, setting_of


def test_a_state_is_kept_whole() -> None:
    state = State("a/b.xye", background=("c.xye", "d.xye"), asked=("a/b.xye",)).set(
        composition="LaB6", qmax=22.5
    )
    assert State.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_what_a_newer_program_kept_is_left_out() -> None:
    state = State.from_json({"path": "a.xy", "colour": "blue", "recipe": {"qmax": 9.0, "tomorrow": 1}})
    assert state.recipe == {"qmax": 9.0}


@pytest.mark.parametrize(
    ("given", "factors"), [("1.0, 0.5", (1.0, 0.5)), (0.9, (0.9,)), ([1, 2], (1.0, 2.0))]
)
def test_backgrounds_are_scaled_as_the_file_or_the_slider_says(
    given: object, factors: tuple[float, ...]
) -> None:
    assert recipe_of({"composition": "Ni", "bgscale": given}).bgscale == factors


def test_settings_of_a_configuration_are_numbers_in_the_recipe() -> None:
    recipe = recipe_of({"composition": "Ni", "qmax": "26", "rpoly": "0.9", "mode": "neutron"})
    assert (recipe.qmax, recipe.rpoly, recipe.mode) == (26.0, 0.9, "neutron")


def test_every_setting_of_the_recipe_has_its_place_in_a_form() -> None:
    assert {*ABOUT, *LIVE, *MORE} == set(form_schema()["properties"])


def test_a_fault_is_told_at_the_setting_that_it_names_first() -> None:
    assert setting_of("qmax is 30 1/angstrom, but the data (up to qmaxinst) end at 24; lower qmax") == "qmax"
    assert setting_of("dataformat is twotheta, and no wavelength is given") == "dataformat"
    assert setting_of("the disk is full") == ""


@pytest.mark.parametrize("masked", [False, True])
def test_the_way_from_frame_to_pattern_passes_its_checks(masked: bool) -> None:  # noqa: FBT001 - a case
    workflow = Workflow.from_json(frame_workflow(State(flip="rows"), masked=masked), "test")
    assert [call.algorithm.id for call in workflow.check()][-1] == "azint.integrate"


@pytest.mark.parametrize("kind", ["pattern", "frames"])
@pytest.mark.parametrize("background", [False, True])
def test_the_way_of_a_series_passes_its_checks(kind: str, background: bool) -> None:  # noqa: FBT001 - a case
    state = State("a.xy", kind=kind).set(composition="Ni", dataformat="QA", qmax=20.0)
    workflow = Workflow.from_json(series_workflow(state, masked=False, background=background), "test")
    assert workflow.check()[-1].outputs == ("gr",)


@pytest.mark.parametrize("marked", [False, True])
def test_the_way_of_a_calibration_passes_its_checks(marked: bool) -> None:  # noqa: FBT001 - a case
    settings = {"calibrant": "CeO2", "wavelength": 0.4, "ring": 3, "detector": ""}
    assert Workflow.from_json(calibration_workflow(settings, marked=marked), "test").check()


@pytest.mark.parametrize("name", ["Ni", "CeO2", "LaB6"])
def test_peaks_of_a_known_crystal_are_found_where_its_atoms_are(name: str) -> None:
    pairs = Pairs(CRYSTALS[name])
    r = np.arange(0.01, 8.0, 0.01)
    found = find_peaks(r, pairs.gr(r), name)
    shells = pairs.distances(8.2)
    assert len(found) > 3
    for peak in found:
        assert np.abs(shells - peak["r"]).min() < 0.1
    # A peak of several shells may lie between them; most are named.
    assert sum("–" in peak["text"] for peak in found) > len(found) / 2  # noqa: RUF001 - the sign between two atoms


def test_a_formula_is_recognised_as_a_crystal_in_any_multiple() -> None:
    assert crystal_of("La2 B12") is CRYSTALS["LaB6"]
    assert crystal_of("LaB5") is None
    assert crystal_of("") is None


def test_the_line_below_the_first_peak_has_the_density_of_the_crystal_or_of_the_data() -> None:
    r = np.arange(0.01, 5.0, 0.01)
    gr = -4 * np.pi * 0.07 * r
    assert low_line(r, gr, "Ni", 0.0, 2.5) == (CRYSTALS["Ni"].density, "crystal")
    assert low_line(r, gr, "Ni", 0.05, 2.5) == (0.05, "given")
    density, origin = low_line(r, gr, "Zr", 0.0, 2.5)
    assert (round(density, 6), origin) == (0.07, "fitted")


def test_a_curve_that_is_no_number_has_no_peaks() -> None:
    assert find_peaks(np.arange(5.0), np.full(5, np.nan), "Ni") == []
