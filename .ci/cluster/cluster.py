"""A Kubernetes cluster of one node on this machine: started, spoken to, ended without a trace.

Everything runs in namespaces of its own (network, mounts, processes): ending the first process ends the rest. What
remains are empty cgroups and a folder, which are removed; `clean()` does that for clusters whose starter was killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import binaries
from groups import make_groups, remove_groups
from papers import write_papers
from pictures import pause
from places import LINK, NAME, OUTSIDE, PREFIX, ROOT, run, works

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE = "docker.io/daisy-lab/pause:test"
KUBECTL = ROOT / ".venv" / "tools" / "helm4" / "kubectl"
_PATIENCE = 180
_SPACES = ("--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--mount-proc", "--kill-child=SIGKILL")


class Cluster:
    """One cluster: it runs inside a `with`."""

    def __init__(self) -> None:
        self.work = Path()
        self.seconds: dict[str, float] = {}
        """How long parts of the start took."""
        self._machine: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        binaries.build()
        clean()
        self.work = Path(tempfile.mkdtemp(prefix="daisy-cluster-"))
        # Containers of any account enter their own folders below it.
        self.work.chmod(0o711)
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        since = time.monotonic()
        write_papers(self.work, PAUSE)
        make_groups()
        machine = Path(__file__).with_name("machine.py")
        with (self.work / "machine.log").open("ab") as log:
            self._machine = subprocess.Popen(
                # It ends with whoever started it, even by a kill.
                [
                    "setpriv",
                    "--pdeathsig=KILL",
                    "unshare",
                    *_SPACES,
                    sys.executable,
                    str(machine),
                    str(self.work),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        (self.work / "pid").write_text(str(self._machine.pid), "utf-8")
        self._lay_cable()
        self.wait_until(self._answers, "the API server answers")
        self.seconds["API server"] = time.monotonic() - since
        self.load(pause(self.work / "pause", PAUSE))
        self.wait_until(self._is_ready, "the node is ready")
        self.seconds["node"] = time.monotonic() - since

    def _lay_cable(self) -> None:
        assert self._machine is not None  # noqa: S101 - it was just started
        children = Path(f"/proc/{self._machine.pid}/task/{self._machine.pid}/children")
        self.wait_until(lambda: bool(children.read_text("utf-8").split()), "the cluster's machine begins")
        inside = children.read_text("utf-8").split()[0]
        run("ip", "link", "add", LINK, "type", "veth", "peer", "name", "eth0", "netns", inside)
        run("ip", "address", "add", f"{OUTSIDE}/{PREFIX}", "dev", LINK)
        run("ip", "link", "set", LINK, "up")

    def _answers(self) -> bool:
        return self.kubectl("get", "--raw=/readyz", check=False) == "ok"

    def _is_ready(self) -> bool:
        if NAME not in self.kubectl("get", "nodes", "-o=name", check=False):
            return False
        conditions = self.get("node", NAME)["status"].get("conditions", [])
        return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)

    def load(self, *files: Path) -> None:
        """Take images from files as `docker save` writes them."""
        socket = self.work / "c.sock"
        self.wait_until(socket.exists, "containerd listens")
        for file in files:
            run("ctr", f"--address={socket}", "--namespace=k8s.io", "images", "import", file)

    @property
    def settings(self) -> Path:
        """Give what clients read to find the cluster."""
        return self.work / "admin.kubeconfig"

    def kubectl(self, *arguments: str, given: str = "", check: bool = True) -> str:
        """Ask the cluster; gives what it said, a refusal's words too where that is not checked."""
        return run(KUBECTL, f"--kubeconfig={self.settings}", *arguments, given=given, check=check)

    def apply(self, *objects: dict[str, Any]) -> None:
        """Have objects as they are described."""
        self.kubectl("apply", "-f=-", given="\n---\n".join(map(json.dumps, objects)))

    def get(self, *words: str) -> Any:  # noqa: ANN401 - whatever JSON says
        """Give what the cluster says of something."""
        return json.loads(self.kubectl("get", *words, "-o=json"))

    def wait_until(self, there: Callable[[], bool], what: str, seconds: float = _PATIENCE) -> None:
        """Look again and again.

        Raises
        ------
        SystemExit
            It did not come, or the cluster ended; with the end of what its parts wrote.
        """
        end = time.monotonic() + seconds
        while not there():
            ended = self._machine is not None and self._machine.poll() is not None
            if ended or time.monotonic() > end:
                how = "the cluster ended" if ended else f"not after {seconds:g} s"
                raise SystemExit(f"cluster: {what}: {how}\n{self.said()}")
            time.sleep(0.3)

    def said(self) -> str:
        """Give the end of what each part wrote."""
        reason = self.work / "ended"
        found = [reason.read_text("utf-8")] if reason.is_file() else []
        for path in sorted(self.work.glob("*.log")):
            found += [f"== {path.name}", *path.read_text("utf-8", "replace").splitlines()[-8:]]
        return "\n".join(found)

    def keep_logs(self, folder: Path) -> None:
        """Copy what the parts and the pods wrote."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path in self.work.glob("*.log"):
            shutil.copy2(path, folder)
        if (self.work / "var-log" / "pods").is_dir():
            shutil.copytree(self.work / "var-log" / "pods", folder / "pods", dirs_exist_ok=True)

    def __exit__(self, *_error: object) -> None:
        if self._machine is not None:
            _end(self._machine.pid)
            self._machine.wait(30)
        _remove(self.work)


def clean() -> None:
    """Remove what a killed run left; a cluster whose starter lives is left alone.

    Raises
    ------
    SystemExit
        One runs: there is one at a time on a machine, for it has fixed addresses.
    """
    for work in works():
        pid = _number(work / "pid")
        if pid is not None and "machine.py" in _command(pid) and str(work) in _command(pid):
            starter = _parent(pid)
            if starter != 1 and starter != os.getpid():
                raise SystemExit(
                    f"a test cluster of process {starter} runs; wait for it, or end that process first"
                )
            _end(pid)
        _remove(work)


def _end(pid: int) -> None:
    """End a machine by its number: `unshare` takes the first process inside along, and the kernel all others."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _remove(work: Path) -> None:
    """Remove what the kernel leaves: cgroups, which are empty a moment after the last process ended, and the folder.

    The cable goes with the network at its other end, later; a next cluster has one of the same name.
    """
    run("ip", "link", "delete", LINK, check=False)
    end = time.monotonic() + _PATIENCE
    while remove_groups() and time.monotonic() < end:
        time.sleep(0.2)
    shutil.rmtree(work, ignore_errors=True)
    left = [*remove_groups(), *([work] if work.exists() else [])]
    if left:
        raise SystemExit(f"cluster: these could not be removed: {', '.join(map(str, left))}")


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])
