"""The first process of the cluster's own machine: a network, mounts and processes that end with it.

`cluster.py` starts it as number one of new namespaces. It starts the parts, takes in what they leave, and ends when one
of them ends; the kernel then ends all that began in here, pods included, and takes mounts, bridges and chains away.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from parts import Part, parts
from places import NAME, NODE, OUTSIDE, PREFIX, run

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE = 120


class EndError(Exception):
    """The cluster ends; says why."""


def main(work: Path) -> None:
    """Run the cluster until something ends."""
    signal.signal(signal.SIGTERM, _end)
    running: dict[int, subprocess.Popen[bytes]] = {}
    try:
        _furnish(work)
        for part in parts(work):
            if part.waits_for is not None:
                _until_open(part, running)
            started = _start(part, work)
            running[started.pid] = started
        while True:
            _take_in(running)
            time.sleep(0.2)
    except (EndError, SystemExit) as error:
        (work / "ended").write_text(str(error), "utf-8")


def _end(_number: int, _frame: object) -> None:
    raise EndError("told to end")


def _furnish(work: Path) -> None:
    """Lay the cable, and put what programs write outside their folders into ours."""
    run("hostname", NAME)
    run("mount", "--make-rprivate", "/")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "run", "/run")
    (work / "var-log").mkdir()
    run("mount", "--bind", work / "var-log", "/var/log")
    # No name of the world outside is known, and that is told at once.
    (work / "resolv.conf").write_text(f"nameserver {NODE}\n", "utf-8")
    run("mount", "--bind", work / "resolv.conf", "/etc/resolv.conf")
    run("mount", "--make-rshared", "/")
    # Their own view of this kernel's settings.
    for name in ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"):
        with suppress(OSError):
            Path("/proc/sys", name).write_text("1", "utf-8")
    run("ip", "link", "set", "lo", "up")
    _until(_has_link, "the cable")
    run("ip", "address", "add", f"{NODE}/{PREFIX}", "dev", "eth0")
    run("ip", "link", "set", "eth0", "up")
    run("ip", "route", "add", "default", "via", OUTSIDE)


def _has_link() -> bool:
    return any(name == "eth0" for _number, name in socket.if_nameindex())


def _until(there: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not there():
        if time.monotonic() > end:
            raise EndError(f"{what} is not there after {_PATIENCE} s")
        time.sleep(0.1)


def _until_open(part: Part, running: dict[int, subprocess.Popen[bytes]]) -> None:
    """Wait for what a part needs."""

    def answers() -> bool:
        _take_in(running)
        try:
            socket.create_connection(part.waits_for, 1).close()  # type: ignore[arg-type]
        except OSError:
            return False
        return True

    _until(answers, f"what {part.name} needs, {part.waits_for}")


def _start(part: Part, work: Path) -> subprocess.Popen[bytes]:
    with (work / f"{part.name}.log").open("ab") as log:
        return subprocess.Popen(
            part.command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=work,
            # Programs of other packages are found, and no setting of whoever started this.
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(work)},
        )


def _take_in(running: dict[int, subprocess.Popen[bytes]]) -> None:
    """Take in processes that ended; one of the parts' own ends the cluster."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if pid in running:
            name = Path(running[pid].args[0]).name  # type: ignore[index]
            raise EndError(f"{name} ended ({os.waitstatus_to_exitcode(status)})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
