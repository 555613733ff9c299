"""The Dockerfiles and what they install: lint, locks, and the same names everywhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from charts import ROOT

from daisy_lab.hub import default_offers

IMAGES = ROOT / "images"
DOCKERFILES = sorted(IMAGES.glob("*/Dockerfile"))
LOCKS = sorted(IMAGES.glob("*/requirements*.txt"))
TABLE = tomllib.loads((IMAGES / "images.toml").read_text("utf-8"))
_PACKAGE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z0-9,-]+\])?==\S+")


def versions(lock: Path) -> dict[str, str]:
    lines = [line for line in lock.read_text("utf-8").splitlines() if _PACKAGE.match(line)]
    return dict(line.split(" ")[0].split("==") for line in lines)  # type: ignore[misc]


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_hadolint_has_nothing_to_say(path: Path) -> None:
    program = Path(sys.executable).parent / "hadolint"
    if not program.is_file():
        pytest.skip("hadolint is not installed: pip install --group chart")
    settings = ROOT / ".hadolint.yaml"
    done = subprocess.run([program, "-c", settings, path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_an_image_runs_without_rights(path: Path) -> None:
    text = path.read_text("utf-8")
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    assert users[-1] == "1000:0"
    assert "RUN --mount" not in text
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "org.opencontainers.image.title" in text
    assert re.search(r"^ARG BASE_IMAGE=\S+:(?!latest)\S+$", text, re.MULTILINE)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_what_a_dockerfile_copies_is_there(path: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) ", path.read_text("utf-8"), re.MULTILINE)
    assert copied or path.parent.name == "base"
    for name in copied:
        assert name.startswith("dist/") or (ROOT / name).is_file(), name


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_lock_has_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) >= 10
    assert [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []


@pytest.mark.parametrize("name", ["ct", "hub", "lab", "pdf"])
def test_an_image_has_the_versions_of_what_it_is_built_upon(name: str) -> None:
    below = versions(IMAGES / "base" / "requirements.txt")
    own = versions(IMAGES / name / "requirements.txt")
    assert {package: own[package] for package in below} == below


def test_every_environment_has_an_image() -> None:
    made = {facts["name"] for facts in TABLE.values()}
    assert {offer.image.name for offer in default_offers().values()} <= made
    assert "daisy-lab-hub" in made


def test_every_image_has_a_dockerfile_that_says_its_name_and_a_budget() -> None:
    for name, facts in TABLE.items():
        path = IMAGES / facts.get("folder", name) / "Dockerfile"
        title = re.search(r'image\.title="([^"]+)"', path.read_text("utf-8"))
        assert title is not None
        assert 0 < facts["size"] < 10_000
        assert facts.get("upon", "base") in TABLE
        if "target" in facts:
            # A stage of another image.
            assert f" AS {facts['target']}\n" in path.read_text("utf-8")
            continue
        assert facts["name"] == title[1] + ("-gpu" if name == "ct-gpu" else "")
