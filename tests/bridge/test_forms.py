"""What a form offers by itself: the objects that are meant, and which block a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from conftest import Browser

    from daisy_lab._bridge import Bridge

_AXES = ("angle", "row", "column")


def _scan(bridge: Bridge, *names: str) -> None:
    rng = np.random.default_rng(1)
    for name in names:
        bridge.engine.store.put(name, rng.random((8, 5, 16), np.float32), axes=_AXES)
    bridge.engine.store.put("theta", np.linspace(0, np.pi, 8, endpoint=False), axes=("angle",), unit="rad")


def test_an_input_takes_first_what_it_is_said_to_be(bridge: Bridge, browser: Browser) -> None:
    _scan(bridge, "absorption", "projections", "transmission")
    (projections, *_rest) = browser.get("algorithms.form", id="ct.reconstruct")["inputs"]
    assert projections["choices"] == ["absorption", "projections", "transmission"]
    assert projections["suggestion"] == "absorption"


def test_an_input_takes_its_namesake_where_nothing_is_said(bridge: Bridge, browser: Browser) -> None:
    _scan(bridge, "projections", "absorption")
    (projections, *_rest) = browser.get("algorithms.form", id="ct.normalize")["inputs"]
    assert projections["suggestion"] == "projections"


def test_a_preview_says_which_position_it_shows(bridge: Bridge, browser: Browser) -> None:
    _scan(bridge, "absorption")
    call = {
        "id": "ct.reconstruct",
        "inputs": {"projections": "absorption", "theta": "theta"},
        "settings": {"center": 8},
    }
    middle = browser.get("view.preview", **call)
    first = browser.get("view.preview", **call, index={"row": 0})
    assert [(shown["along"], shown["place"], shown["length"]) for shown in (middle, first)] == [
        ("row", 2, 5),
        ("row", 0, 5),
    ]
