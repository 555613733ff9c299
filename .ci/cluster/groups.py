"""The control groups of the cluster's pods: made before it starts, removed when their last process has ended."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from places import GROUP


def _roots() -> list[Path]:
    """Give the folder of each cgroup hierarchy."""
    top = Path("/sys/fs/cgroup")
    if (top / "cgroup.controllers").is_file():
        return [top]
    return [path for path in sorted(top.iterdir()) if path.is_dir() and not path.is_symlink()]


def make_groups() -> None:
    """Make a group in each hierarchy, for all processors and memory of the machine."""
    for root in _roots():
        group = root / GROUP
        group.mkdir(exist_ok=True)
        for name in ("cpuset.cpus", "cpuset.mems"):
            if (group / name).is_file() and not (group / name).read_text("utf-8").strip():
                (group / name).write_text((root / name).read_text("utf-8"), "utf-8")


def remove_groups() -> list[Path]:
    """Remove all cgroups that are empty; gives those that are not."""
    for root in _roots():
        folders = [path for path in (root / GROUP).rglob("*") if path.is_dir()]
        for folder in [*sorted(folders, key=lambda path: -len(path.parts)), root / GROUP]:
            with suppress(OSError):
                folder.rmdir()
    return [root / GROUP for root in _roots() if (root / GROUP).exists()]
