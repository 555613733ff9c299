"""In a real kernel: it answers while a cell runs, and shows signs of life while a run is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kernels import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("ipykernel")


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    root: Path = tmp_path_factory.mktemp("root")
    made = Kernel(DAISY_LAB_SERVER_ROOT=str(root))
    assert made.open()["data"]["protocol"] == 1
    made.run("import daisy_lab, numpy as np; daisy_lab.store['a'] = np.arange(64.0).reshape(8, 8)")
    yield made
    made.close()


def test_it_answers_while_a_cell_runs(kernel: Kernel) -> None:
    kernel.run("while True: pass", wait=False)
    assert kernel.ask("alive")["ok"]
    assert kernel.ask("watch", topics=["objects"])["ok"]
    event = kernel.wait(lambda data: data.get("event") == "objects")
    assert [item["name"] for item in event["data"]["objects"]] == ["a"]
    assert kernel.ask("view.image", name="a")["result"]["height"] == 8
    kernel.interrupt()


def test_files_below_the_folder_of_the_server_are_read_and_no_others(kernel: Kernel) -> None:
    assert kernel.ask("files.look", path="missing.h5")["error"]["kind"] == "MissingFileError"
    assert kernel.ask("files.look", path="/etc/passwd")["error"]["kind"] == "ForbiddenPathError"


def test_a_magic_makes_the_comm_known_too(kernel: Kernel) -> None:
    kernel.run("%load_ext daisy_lab")
    kernel.run("%daisy list")
    assert kernel.ask("alive")["ok"]


def test_an_active_run_shows_on_the_kernels_own_channel(kernel: Kernel) -> None:
    kernel.run(
        "from daisy_lab._bridge._comm import bridge_of_kernel\n"
        "import threading; bell = threading.Event()\n"
        "teller = bridge_of_kernel()._teller; teller._beat = 0.05\n"
        "run = daisy_lab.engine.submit('wait', lambda run: bell.wait(60))"
    )
    for _number in range(3):
        message = kernel.hear(lambda message: message["msg_type"] == "daisy_lab_active")
        assert message["parent_header"] == {}
    kernel.run("bell.set(); run.result(); teller._beat = 20.0")


def test_what_shows_activity_is_what_the_server_counts() -> None:
    manager = pytest.importorskip("jupyter_server.services.kernels.kernelmanager")
    assert manager.MappingKernelManager().track_message_type("daisy_lab_active")
