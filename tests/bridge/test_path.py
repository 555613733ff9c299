"""A stranger's path on the wire: a scan from a file to a slice, with nothing but messages."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge


def _run(browser: Browser, algorithm: str, inputs: dict[str, str], **settings: object) -> dict[str, object]:
    form = browser.get("algorithms.form", id=algorithm)
    into = [port["suggestion"] for port in form["outputs"]]
    started = browser.get("runs.start", id=algorithm, inputs=inputs, settings=settings, into=into)
    found = browser.finish(started["run"])
    assert found["state"] == "done", found
    return found


def _reconstruct(browser: Browser, scan: str) -> None:
    browser.get("watch", topics=["objects", "runs"])
    looked = browser.get("files.look", path=scan)
    assert {item["name"] for item in looked["datasets"] if item["chosen"]} >= {"projections", "flat", "theta"}
    assert browser.get("files.load", path=scan)["names"] == ["projections", "flat", "dark", "theta"]
    form = browser.get("algorithms.form", id="ct.normalize")
    inputs = {port["name"]: port["suggestion"] for port in form["inputs"] if not port["optional"]}
    assert inputs == {"projections": "projections", "dark": "dark", "flat": "flat"}
    _run(browser, "ct.normalize", inputs)
    _run(browser, "ct.minus_log", {"transmission": "transmission"})
    _run(browser, "ct.find_center", {"absorption": "absorption", "theta": "theta"})
    _run(browser, "ct.reconstruct", {"projections": "absorption", "theta": "theta"}, center="=center")


def test_a_scan_becomes_a_slice_and_the_history_makes_the_same_again(
    browser: Browser, bridge: Bridge, tmp_path: Path
) -> None:
    truth = make_ct(tmp_path / "scan.h5", size=64, angles=90, rows=4, seed=1)
    _reconstruct(browser, "scan.h5")
    assert abs(bridge.engine.store["center"] - truth.center) < 0.1
    reply, (pixels,) = browser.ask("view.image", name="volume", height=64, width=64)
    assert (reply["result"]["height"], reply["result"]["width"], len(pixels)) == (64, 64, 64 * 64)
    assert len(set(pixels)) > 50
    written = browser.get("runs.code", names=["volume"], form="json")["text"]
    again = LocalEngine(device="cpu")
    for name in ("projections", "dark", "flat", "theta"):
        again.store.put(name, bridge.engine.store[name])
    Workflow.from_json(json.loads(written)).run(again, here=True).result()
    assert again.store.identity("volume") == bridge.engine.store.identity("volume")


def test_the_measured_tooth_becomes_a_slice(
    browser: Browser, bridge: Bridge, shared_data: Path, tmp_path: Path
) -> None:
    shutil.copy(shared_data / "tomo" / "tooth.h5", tmp_path / "tooth.h5")
    _reconstruct(browser, "tooth.h5")
    assert bridge.engine.store["center"] == pytest.approx(295.5, abs=1)
    assert bridge.engine.store["volume"].shape == (2, 640, 640)
    reply, (pixels,) = browser.ask("view.image", name="volume", height=640, width=640, bits=16)
    assert np.frombuffer(pixels, "<u2").reshape(reply["result"]["height"], -1).shape == (640, 640)
