"""A workflow to take along: what is written makes the same volume, bit by bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest

from daisy_lab import Workflow, open_file
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge

CT = Workflow.load("ct").to_json()
SETTINGS = {"reconstruct.filter": "hann", "center": 23.5}


@pytest.fixture
def loaded(browser: Browser, tmp_path: Path) -> Browser:
    make_ct(tmp_path / "scan.h5", size=32, angles=40, rows=4, seed=5)
    browser.get("files.load", path="scan.h5")
    browser.get("watch", topics=["runs"])
    return browser


def run_in_page(browser: Browser, **asked: Any) -> None:
    run = browser.get("chain.run", workflow=CT, settings=SETTINGS, output="page.h5", **asked)["run"]
    assert browser.finish(run)["state"] == "done"


def cells_of(browser: Browser, **asked: Any) -> list[str]:
    text = browser.get("chain.export", workflow=CT, settings=SETTINGS, form="notebook", **asked)["text"]
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert book.cells[0].cell_type == "markdown"
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def execute(cells: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell, "cell", "exec"), names)  # noqa: S102 - a notebook is there to be executed


def volume(path: Path) -> bytes:
    values: bytes = open_file(path)["volume"][...].tobytes()
    return values


def test_the_notebook_makes_the_same_volume(
    loaded: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in_page(loaded)
    execute(cells_of(loaded, output="book.h5"), tmp_path, monkeypatch)
    assert volume(tmp_path / "book.h5") == volume(tmp_path / "page.h5")


def test_the_notebook_of_a_part_makes_that_part(
    loaded: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    want = {"row": [1, 3]}
    run_in_page(loaded, want=want)
    execute(cells_of(loaded, output="book.h5", want=want), tmp_path, monkeypatch)
    assert volume(tmp_path / "book.h5") == volume(tmp_path / "page.h5")


def test_the_notebook_knows_angles_that_were_given(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ct(tmp_path / "scan.h5", size=32, angles=40, rows=4, seed=5)
    browser.get("files.load", path="scan.h5", theta={"first": 10, "last": 187.3})
    browser.get("watch", topics=["runs"])
    run_in_page(browser)
    cells = cells_of(browser, output="book.h5")
    assert "np.linspace" in cells[-1]
    execute(cells, tmp_path, monkeypatch)
    assert volume(tmp_path / "book.h5") == volume(tmp_path / "page.h5")


def test_the_notebook_takes_the_files_it_is_told(
    loaded: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "mine.h5").write_bytes((tmp_path / "scan.h5").read_bytes())
    run_in_page(loaded)
    names = ["projections", "dark", "flat", "theta"]
    execute(cells_of(loaded, output="book.h5", inputs=dict.fromkeys(names, "mine.h5")), other, monkeypatch)
    assert volume(other / "book.h5") == volume(tmp_path / "page.h5")


def test_inputs_that_are_in_no_file_are_told(bridge: Bridge, loaded: Browser) -> None:
    bridge.engine.store.put("flat", np.ones((1, 4, 32)), axes=("exposure", "row", "column"))
    error = loaded.fail("chain.export", workflow=CT, form="notebook")
    assert "'flat' is in no file" in error["message"]


def test_the_json_is_a_workflow_again(loaded: Browser) -> None:
    text = loaded.get("chain.export", workflow=CT, settings=SETTINGS, form="json")["text"]
    again = Workflow.from_json(text)
    assert again.to_json() == Workflow.from_json(CT).with_settings(SETTINGS).to_json()


def test_the_script_makes_the_same_volume(loaded: Browser, tmp_path: Path) -> None:
    run_in_page(loaded)
    script = tmp_path / "again.py"
    script.write_text(loaded.get("chain.export", workflow=CT, settings=SETTINGS, form="python")["text"])
    subprocess.run([sys.executable, script, "scan.h5", "line.h5"], cwd=tmp_path, check=True, timeout=120)
    assert volume(tmp_path / "line.h5") == volume(tmp_path / "page.h5")


def test_texts_in_a_notebook_stay_texts(loaded: Browser) -> None:
    evil = '"""\nimport os\nos.abort()\n"""'
    workflow = {**CT, "name": evil, "title": evil, "summary": evil}
    text = loaded.get("chain.export", workflow=workflow, form="notebook", output=evil)["text"]
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "code":
            tree = compile("".join(cell["source"]), "cell", "exec")
            assert "abort" not in tree.co_names
    assert os.getpid()
