"""Sessions in processes of their own for tests: a folder for them, a scan to work on, and who watches."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from appservers import end_sessions
from processes import is_gone, is_stopped
from servers import wait_until

from daisy_lab._detached import Attached, attach

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
FRAMES = 60
OVER = {"done", "failed", "cancelled"}

# An algorithm of a plug-in, as a session's process finds it: from frame 30 on it waits for a file.
STEPS = """
    import os, time
    from pathlib import Path
    from typing import Annotated
    import numpy as np
    from daisy_lab import algorithm, check_cancelled
    from daisy_lab.vocabulary import Array, Axes

    Stack = Annotated[Array, Axes("angle", "row", "column")]

    @algorithm(splits={"angle": 0})
    def halve(stack: Stack, *, wait: bool = True, die: bool = False, slow: float = 0.0) -> Stack:
        time.sleep(slow)
        if die:
            os.kill(os.getpid(), 9)
        gate = Path(os.environ["GATE"])
        while wait and stack[:, 0, 0].max() > 30 and not gate.exists():
            check_cancelled()
            time.sleep(0.005)
        return (stack / 2).astype(np.float32)
"""


def until(ready: Callable[[], Any], what: str = "it never came to that") -> Any:
    """Wait for something that no listener tells."""
    return wait_until(ready, what, PATIENCE, pause=0.01)


class Watcher:
    """Keeps what a link tells of runs and of itself."""

    def __init__(self, link: Any) -> None:
        self.link = link
        self.runs: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, dict[str, Any]] = {}
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._changed = threading.Condition()
        for event in ("lost", "found"):
            link.on(event, lambda data, event=event: self._keep(event, data))
        link.on("runs", self._hear_runs)
        link.on("objects", self._hear_objects)
        link.watch(["runs", "objects"]).result(PATIENCE)

    def wait(self, ready: Callable[[], Any]) -> Any:
        with self._changed:
            found = self._changed.wait_for(ready, PATIENCE)
            assert found, (self.told, self.runs)
            return found

    def wait_for_event(self, event: str) -> dict[str, Any]:
        told = self.wait(lambda: [data for name, data in self.told if name == event])
        found: dict[str, Any] = told[-1]
        return found

    def state(self, run: str) -> str:
        return str(self.runs.get(run, {}).get("state", ""))

    def finish(self, run: str) -> dict[str, Any]:
        self.wait(lambda: self.state(run) in OVER)
        return self.runs[run]

    def _keep(self, event: str, data: dict[str, Any]) -> None:
        with self._changed:
            self.told.append((event, data))
            self._changed.notify_all()

    def _hear_runs(self, data: dict[str, Any]) -> None:
        with self._changed:
            if data["full"]:
                self.runs.clear()
            self.runs |= {run["id"]: run for run in data["runs"]}
            self._changed.notify_all()

    def _hear_objects(self, data: dict[str, Any]) -> None:
        with self._changed:
            if data["full"]:
                self.objects.clear()
            self.objects |= {item["name"]: item for item in data["objects"]}
            for name in data["gone"]:
                self.objects.pop(name, None)
            self._changed.notify_all()


class Desk:
    """A folder of sessions, a scan to work on, and the links of a test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "sessions"
        self.root.mkdir(mode=0o700)
        self.files = folder / "files"
        self.files.mkdir()
        self.gate = folder / "gate"
        self.links: list[Attached] = []
        self.plugins = folder / "plugins"
        _write_plugin(self.plugins)
        self.stack = np.random.default_rng(3).normal(size=(FRAMES, 100, 1000)).astype(np.float32)
        self.stack[:, 0, 0] = np.arange(FRAMES)

    def close(self) -> None:
        """Let go of all links, and end all processes."""
        for link in self.links:
            link.close()
        end_sessions(self.root)

    def attach(self, name: str = "beam", **options: Any) -> Attached:
        link = attach(name, self.root, below=[self.files], **options)
        self.links.append(link)
        return link

    def pid(self, link: Any) -> int:
        return int(link.ask("session.about").result(PATIENCE).result["pid"])

    def kill(self, link: Any) -> int:
        """Kill the process that a link speaks to, and wait until it is gone."""
        pid = self.pid(link)
        os.kill(pid, signal.SIGKILL)
        until(lambda: is_gone(pid), "it cannot be killed")
        return pid

    def freeze(self, link: Any) -> int:
        """Stop the process that a link speaks to where it is, and wait until each of its threads has stopped."""
        pid = self.pid(link)
        os.kill(pid, signal.SIGSTOP)
        until(lambda: is_stopped(pid), "it does not stop")
        return pid

    def load(self, link: Any) -> None:
        """Let the session open the stack."""
        path = self.files / "stack.h5"
        if not path.exists():
            with h5py.File(path, "w") as file:
                file.create_dataset("data", data=self.stack, chunks=(1, 100, 1000))
        params = {"path": "stack.h5", "datasets": {"stack": "data"}}
        link.ask("files.load", params).result(PATIENCE)

    def workflow(self, **settings: Any) -> dict[str, Any]:
        """Give the workflow that `start` runs."""
        step = {
            "algorithm": "slow.halve",
            "inputs": {"stack": "stack"},
            "settings": settings,
            "outputs": ["half"],
        }
        return {
            "format": "daisy-lab-workflow/1",
            "name": "half",
            "inputs": {"stack": "A stack"},
            "steps": [step],
            "results": ["half"],
        }

    def start(self, link: Any, **settings: Any) -> str:
        """Start a run block by block, which waits half-way until the gate is open."""
        answer = link.ask("chain.run", {"workflow": self.workflow(**settings), "memory": 12_000_000}).result(
            PATIENCE
        )
        return str(answer.result["run"])

    def blocks(self, name: str = "beam") -> int:
        """Count the blocks that the journal says are written."""
        return len(self._parts(name))

    def positions(self, name: str = "beam") -> int:
        """Count the positions that these blocks hold."""
        return sum(stop - start for start, stop in self._parts(name))

    def _parts(self, name: str) -> list[tuple[int, int]]:
        path = self.root / f"session-{name}" / "journal.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        found = [json.loads(line) for line in lines if line.startswith('["block",') and line.endswith("\n")]
        return [tuple(record["part"]) for _topic, record in found]


def _write_plugin(folder: Path) -> None:
    facts = folder / "slow_steps-1.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Name: slow-steps\nVersion: 1\n")
    (facts / "entry_points.txt").write_text("[daisy_lab.algorithms]\nslow = slow_steps\n")
    (folder / "slow_steps.py").write_text(dedent(STEPS))


def threads() -> int:
    """Count the threads of ours."""
    return sum(thread.name.startswith("daisy-") for thread in threading.enumerate())


def handles() -> int:
    """Count the open files."""
    return sum(1 for _handle in Path("/proc/self/fd").iterdir())
