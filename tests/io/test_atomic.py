from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from disks import small_disk

from daisy_lab.io import ResultWriter, sweep_temporaries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    head = (
        "import os, resource, signal, sys\nimport numpy as np\n"
        "from daisy_lab.errors import FileError\nfrom daisy_lab.io import ResultWriter\n"
    )
    command = [sys.executable, "-c", head + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_an_unwritable_folder_is_told(shared_folder: Path, mode: int) -> None:
    target = shared_folder / "locked"
    target.mkdir()
    target.chmod(mode)
    code = (
        "os.getuid() or os.setuid(65534)\n"
        "try:\n    ResultWriter(sys.argv[1])\nexcept FileError as error:\n    print(error)\n"
    )
    assert f"the folder {target} may not be written to" in _run(code, target / "rec.h5").stdout


FILL = """
try:
    with ResultWriter(sys.argv[1]) as writer:
        writer.create("volume", (8, 256, 256), "f4", axes=("row", "y", "x"))
        filler and filler()
        for row in range(8):
            writer.write("volume", np.random.rand(1, 256, 256), axis="row", start=row)
        writer.finish()
except FileError as error:
    print(error)
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "3m") as made:
        yield made


def test_a_full_disk_leaves_nothing_behind(disk: Path) -> None:
    fill = "filler = lambda: open(os.path.join(os.path.dirname(sys.argv[1]), 'other'), 'wb').write(bytes(2_600_000))\n"
    done = _run(fill + FILL, disk / "rec.h5")
    assert "no room left" in done.stdout, done.stderr
    assert done.stderr == ""
    assert [path.name for path in disk.iterdir()] == ["other"]


FULL_AT_THE_END = """
try:
    with ResultWriter(sys.argv[1]) as writer:
        writer.create("volume", (2, 64, 64), "f4", axes=("row", "y", "x"))
        writer.write("volume", np.zeros((2, 64, 64)), axis="row")
        folder = os.path.dirname(sys.argv[1])
        facts = os.statvfs(folder)
        with open(os.path.join(folder, "other"), "wb") as other:
            os.posix_fallocate(other.fileno(), 0, facts.f_bavail * facts.f_frsize)
        for number in range(200):
            writer.record(f"note{number}", "x" * 5000)
        writer.finish()
except FileError as error:
    print(error)
"""


def test_a_disk_that_is_full_to_the_last_byte_ends_the_file_and_not_the_process(disk: Path) -> None:
    done = _run(FULL_AT_THE_END, disk / "rec.h5")
    assert done.returncode == 0, done.stderr
    assert "no room left" in done.stdout
    assert done.stderr == ""
    assert [path.name for path in disk.iterdir()] == ["other"]


def test_a_quota_on_the_file_leaves_nothing_behind(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    limit = (
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))\n"
    )
    done = _run(limit + "filler = None\n" + FILL, tmp_path / "rec.h5")
    assert "no room left" in done.stdout, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


KILLED = """
writer = ResultWriter(sys.argv[1])
writer.create("volume", (8, 64, 64), "f4", axes=("row", "y", "x"))
writer.write("volume", np.zeros((1, 64, 64)), axis="row")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_writer_leaves_is_swept(tmp_path: Path) -> None:
    done = _run(KILLED, tmp_path / "rec.h5")
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".rec.h5.daisy-")
    assert sweep_temporaries(tmp_path) == [left]
    assert list(tmp_path.iterdir()) == []


def test_a_living_writer_is_not_swept(tmp_path: Path) -> None:
    with ResultWriter(tmp_path / "rec.h5") as writer:
        assert sweep_temporaries(tmp_path) == []
        code = "from daisy_lab.io import sweep_temporaries\nprint(sweep_temporaries(sys.argv[1]))"
        assert _run(code, tmp_path).stdout == "[]\n"
        writer.create("a", (1,), "f4")
        writer.write("a", np.zeros(1))
        assert writer.finish().exists()


def test_a_temporary_of_another_computer_gets_a_day(tmp_path: Path) -> None:
    path = tmp_path / ".rec.h5.daisy-elsewhere-1-1-00ff.part"
    path.touch()
    assert sweep_temporaries(tmp_path) == []
    os.utime(path, (0, 0))
    assert sweep_temporaries(tmp_path) == [path]


def test_other_hidden_files_are_not_swept(tmp_path: Path) -> None:
    (tmp_path / ".download.part").touch()
    assert sweep_temporaries(tmp_path) == []


def test_a_very_long_name_still_has_a_temporary(tmp_path: Path) -> None:
    path = tmp_path / ("体" * 80 + ".h5")
    with ResultWriter(path) as writer:
        assert writer.finish() == path
