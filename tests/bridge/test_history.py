"""History written down, as a workflow file or as a script, gives the same again, bit by bit."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab import LocalEngine, open_file
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge


def _work(browser: Browser) -> None:
    browser.get("watch", topics=["runs"])
    browser.get("files.load", path="scan.h5")
    calls = [
        ("ct.normalize", {"projections": "projections", "dark": "dark", "flat": "flat"}, {}, "transmission"),
        ("ct.minus_log", {"transmission": "transmission"}, {"floor": 1e-5}, "absorption"),
        ("ct.find_center", {"absorption": "absorption", "theta": "theta"}, {}, "center"),
        ("ct.reconstruct", {"projections": "absorption", "theta": "theta"}, {"center": "=center"}, "volume"),
    ]
    for algorithm, inputs, settings, name in calls:
        started = browser.get("runs.start", id=algorithm, inputs=inputs, settings=settings, into=[name])
        ended = browser.finish(started["run"])
        assert ended["state"] == "done", ended["error"]


def test_the_script_of_a_session_makes_the_same_volume_in_a_fresh_process(
    browser: Browser, bridge: Bridge, tmp_path: Path
) -> None:
    make_ct(tmp_path / "scan.h5", size=48, angles=60, rows=3, seed=2)
    _work(browser)
    script = browser.get("runs.code", names=["volume"], form="python")["text"]
    assert browser.get("objects.lineage", name="volume")["python"] == script.replace("history", "volume")
    (tmp_path / "again.py").write_text(script)
    ended = subprocess.run(
        [sys.executable, "again.py", "scan.h5", "result.h5"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    with open_file(tmp_path / "result.h5") as opened:
        found = next(opened[name] for name in opened if name.rpartition("/")[2] in {"volume", "data"})
        again = LocalEngine(device="cpu")
        again.store.put("volume", np.asarray(found[...]))
        assert again.store.identity("volume") == bridge.engine.store.identity("volume")
        again.store.close()


def test_without_names_the_history_is_all_that_runs_made(browser: Browser, tmp_path: Path) -> None:
    make_ct(tmp_path / "scan.h5", size=32, angles=30, rows=2, seed=2)
    assert browser.fail("runs.code", form="json")["kind"] == "WorkflowError"
    _work(browser)
    script = browser.get("runs.code", form="python")["text"]
    for name in ("ct.normalize", "ct.minus_log", "ct.find_center", "ct.reconstruct"):
        assert script.count(f"'{name}'") == 1


def test_how_an_object_was_made_is_told_as_a_chain(browser: Browser, tmp_path: Path) -> None:
    make_ct(tmp_path / "scan.h5", size=32, angles=30, rows=2, seed=2)
    _work(browser)
    nodes = {node["id"]: node for node in browser.get("objects.lineage", name="volume")["nodes"]}
    titles = [node["title"] for node in nodes.values() if node["kind"] == "run"]
    assert titles == ["ct.normalize", "ct.minus_log", "ct.find_center", "ct.reconstruct"]
    last = next(node for node in nodes.values() if node["title"] == "ct.reconstruct")
    assert {nodes[read]["title"] for read in last["reads"]} == {"ct.minus_log", "ct.find_center", "theta"}
    assert "center =center" in last["text"]


def test_a_workflow_put_together_is_written_like_the_history(browser: Browser) -> None:
    assert browser.fail("workflow.code", form="python")["kind"] == "WorkflowError"
    browser.get("workflow.add", id="ct.minus_log", inputs={"transmission": "a"}, into=["b"])
    browser.get("workflow.add", id="ct.find_center", inputs={"absorption": "b", "theta": "theta"})
    assert "workflow.add(\n    'ct.minus_log'" in browser.get("workflow.code", form="python")["text"]
    browser.get("workflow.clear")
    assert browser.fail("workflow.code", form="json")["kind"] == "WorkflowError"
