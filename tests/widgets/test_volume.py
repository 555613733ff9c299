"""A volume that is turned on a page: how much of it travels, and how its level is read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("k3d")

from daisy_lab.widgets._turned import TurnedView, VolumeLibraryError, ipyvolume_figure

_LEVELS = np.arange(4 * 6 * 8, dtype=np.uint8).reshape(4, 6, 8)
_ABOUT: dict[str, Any] = {
    "shape": [4, 6, 8],
    "factors": [2, 1, 1],
    "low": -1.0,
    "high": 3.0,
    "unit": "1/cm",
    "thinned": False,
}


@pytest.fixture
def turned() -> TurnedView:
    made = TurnedView()
    made.show(_LEVELS, _ABOUT)
    return made


def test_it_says_how_many_voxels_it_draws_and_what_each_stands_for(turned: TurnedView) -> None:
    assert turned.voxels == _LEVELS.size
    assert turned.said.value == "4 x 6 x 8 voxels, each stands for 2 x 1 x 1"


@pytest.mark.parametrize("way", ["greatest", "surface", "haze"])
def test_each_way_draws_one_thing(turned: TurnedView, way: str) -> None:
    turned.way.value = way
    assert len(turned._plot.objects) == 1


def test_a_surface_lies_at_the_level_in_values_of_the_volume(turned: TurnedView) -> None:
    turned.way.value = "surface"
    turned.level.value = 3.0
    assert turned._drawn.level == pytest.approx(255)
    turned.level.value = -1.0
    assert turned._drawn.level == pytest.approx(1)


def test_the_haze_is_clear_below_the_level_and_dense_above(turned: TurnedView) -> None:
    turned.way.value = "haze"
    turned.level.value = 1.0
    places, opacity = np.asarray(turned._drawn.opacity_function).reshape(-1, 2).T
    assert (opacity[places < 0.5] == 0).all()
    assert opacity[-1] == 1
    assert (np.diff(opacity) >= 0).all()


def test_proportions_are_those_of_the_array(turned: TurnedView) -> None:
    assert turned._bounds() == [-0.5, 0.5, -0.375, 0.375, -0.5, 0.5]


def test_another_volume_has_another_range(turned: TurnedView) -> None:
    turned.show(_LEVELS, _ABOUT | {"low": 100.0, "high": 200.0, "unit": ""})
    assert (turned.level.min, turned.level.max, turned.level.value) == (100, 200, 150)


def test_without_ipyvolume_it_is_said_what_to_install() -> None:
    with pytest.raises(VolumeLibraryError, match="pip install ipyvolume"):
        ipyvolume_figure(_LEVELS)
