"""What a server of one app leaves out, what it has ready, what browsers keep, and the way back to a hub."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from daisy_lab.server._needed import imports_of, needed_modules
from daisy_lab.server._way_back import way_back

if TYPE_CHECKING:
    from pathlib import Path

_LOADS = """
import sys
from daisy_lab.server._parts import leave_out_grammars
leave_out_grammars()
import jsonschema
jsonschema.validate("2026-11-20T12:00:00Z", {"format": "date-time"}, format_checker=jsonschema.FormatChecker())
print("lark" in sys.modules)
"""


def test_json_schema_does_without_the_grammar_that_takes_long(tmp_path: Path) -> None:
    pytest.importorskip("jsonschema")
    told = subprocess.run([sys.executable, "-c", _LOADS], check=True, capture_output=True, text=True)
    assert told.stdout == "False\n"


def test_a_server_of_one_app_has_our_parts_on_and_no_others() -> None:
    pytest.importorskip("jupyter_server")
    from daisy_lab.server._parts import only_ours  # noqa: PLC0415 - after the check

    found = only_ours()
    assert {name for name, wanted in found.items() if wanted} == {
        "daisy_lab.server",
        "voila.server_extension",
    }


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from daisy_lab.apps.ct import show\n\nshow()", ["daisy_lab.apps.ct"]),
        ("import numpy, scipy.ndimage as nd", ["numpy", "scipy.ndimage"]),
        ("from . import here\nif True:\n    import json", ["json"]),
        ("%matplotlib inline", []),
    ],
)
def test_imports_of_a_cell_are_found_without_running_it(code: str, names: list[str]) -> None:
    assert list(imports_of(code)) == names


def test_a_kernel_that_waits_has_imported_what_the_apps_begin_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, source in (("one", "import wave"), ("two", "import zipapp")):
        folder = tmp_path / name
        folder.mkdir()
        cell = f'{{"cell_type": "code", "source": ["{source}"]}}'
        (folder / "n.ipynb").write_text(f'{{"cells": [{cell}]}}')
        (folder / "app.toml").write_text(f'title = "{name}"\nnotebook = "n.ipynb"\n')
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))
    monkeypatch.delenv("DAISY_LAB_LOCKED", raising=False)
    assert {"wave", "zipapp", "daisy_lab.widgets"} <= set(needed_modules())
    monkeypatch.setenv("DAISY_LAB_LOCKED", "two")
    assert "wave" not in needed_modules()
    assert "zipapp" in needed_modules()


def test_the_way_back_leads_to_the_picker_of_a_hub() -> None:
    under = {"JUPYTERHUB_SERVICE_PREFIX": "/lab/user/ann/ct/", "JUPYTERHUB_BASE_URL": "/lab/"}
    assert way_back(under) == "/lab/hub/home"
    assert way_back(under | {"JUPYTERHUB_HOST": "https://hub.example"}) == "https://hub.example/lab/hub/home"
    assert way_back({}) == ""


def test_only_files_whose_name_says_what_is_in_them_are_kept() -> None:
    pytest.importorskip("jupyter_server")
    from daisy_lab.server._scripts import stays  # noqa: PLC0415 - after the check

    assert stays("bqplot/static/remoteEntry.e01ddc1715812041a9e5.js")
    assert stays("jupyter-vuetify/static/738.5f825aa3a94b47bb.js")
    assert not stays("jupyter-vuetify/package.json")
    assert not stays("static/5764.voila.js")
