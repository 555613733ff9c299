"""Every image runs as anybody, with nothing allowed and nothing to write but its home, and says what it is."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from containers import ALONE, HARDENED, ROOT, TABLE, VERSION, docker, folders, reference, require_images

pytestmark = [pytest.mark.images, pytest.mark.timeout(600)]
_TITLE = re.compile(r'image\.title="([^"]+)"')


@pytest.fixture(autouse=True, scope="module")
def _there() -> None:
    require_images()


def run(name: str, *command: str, user: str = "1000:0") -> tuple[int, str]:
    """Run a program in an image as a cluster would, without a network."""
    options = (*HARDENED, *ALONE, f"--user={user}", *folders(user))
    done = docker("run", "--rm", *options, reference(name), *command, check=False)
    return done.returncode, done.stdout + done.stderr


def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(docker("image", "inspect", reference(name)).stdout)[0]
    return found


@pytest.mark.parametrize("user", ["1000:0", "12345:0", "20001:30001"])
@pytest.mark.parametrize("name", TABLE)
def test_the_doctor_finds_all_well_as_anybody(name: str, user: str) -> None:
    code, said = run(name, "daisy", "doctor", "--json", user=user)
    assert code == 0, said
    found = {one["what"]: one["told"] for one in json.loads(said)}
    assert found["account"].startswith(user)
    assert found["image"].startswith(reference(name))
    assert found["daisy-lab"] == VERSION


def test_the_doctor_of_an_image_can_fail() -> None:
    options = (*HARDENED, *ALONE, "--user=1000:0")
    done = docker("run", "--rm", *options, reference("base"), "daisy", "doctor", check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stdout


@pytest.mark.parametrize("name", TABLE)
def test_an_image_says_what_it_is(name: str) -> None:
    config = facts(name)["Config"]
    dockerfile = (ROOT / "images" / TABLE[name].get("folder", name) / "Dockerfile").read_text("utf-8")
    title = _TITLE.search(dockerfile)
    assert title is not None
    said = {key.rpartition(".")[2]: value for key, value in config["Labels"].items()}
    assert (said["title"], said["version"], said["licenses"]) == (title[1], VERSION, "BSD-3-Clause")
    assert re.fullmatch(r"[0-9a-f]{40}(\+changes)?", said["revision"])
    assert said["description"]
    assert config["User"] == "1000:0"
    assert config["Healthcheck"]["Test"][0] == "CMD"


@pytest.mark.parametrize("name", TABLE)
def test_an_image_keeps_to_its_budget(name: str) -> None:
    assert facts(name)["Size"] / 1e6 <= TABLE[name]["size"]


@pytest.mark.parametrize("name", TABLE)
def test_nothing_of_the_machine_that_built_it_is_in_an_image(name: str) -> None:
    names = {one.partition("=")[0] for one in facts(name)["Config"]["Env"]}
    assert [one for one in names if re.search("CERT|CA_BUNDLE|PIP_|NPM|PROXY", one)] == []
    _code, said = run(
        name, "sh", "-c", "ls /etc/pip.conf /etc/npmrc /root/.npmrc /home/daisy/.npmrc 2>/dev/null"
    )
    assert said == ""


@pytest.mark.parametrize("name", TABLE)
def test_byte_code_comes_with_an_image(name: str) -> None:
    """Without it, every program compiles all that it imports anew."""
    work = "import numpy, daisy_lab.cli as m; from importlib.util import cache_from_source as c; import os; "
    code, said = run(name, "python", "-v", "-c", work + "print(os.path.exists(c(m.__file__)))")
    assert code == 0
    compiled = re.findall(r"^# code object from '?(/opt/daisy\S*\.py)'?$", said, re.MULTILINE)
    assert compiled == []
    assert "True" in said


@pytest.mark.parametrize("name", ["base", "ct"])
def test_filters_of_detectors_are_read(name: str) -> None:
    """The filters of HDF5 are stripped of symbols: every one of them still works."""
    code, said = run(name, "python", "-m", "hdf5plugin.test")
    assert code == 0, said


def test_a_reconstruction_says_in_which_image_it_was_made() -> None:
    work = "daisy sample ct s.h5 --size 32 && daisy run ct s.h5 -o r.h5 && daisy show r.h5 --json"
    code, said = run("ct", "sh", "-c", f"({work}) > said 2>&1 || (cat said; exit 1); daisy show r.h5 --json")
    assert code == 0, said
    assert json.loads(said)["image"] == reference("ct")
