"""A script that a test can start, kill in the middle of a block run, and start again."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 60.0
FRAMES = 60

SCRIPT = """
    import json, os, sys, threading
    from typing import Annotated
    import numpy as np
    from daisy_lab import Session, Workflow, algorithm, middle, ref
    from daisy_lab.vocabulary import Array, Axes

    Stack = Annotated[Array, Axes("angle", "row", "column")]

    @algorithm(splits={"angle": 1})
    def change(stack: Stack) -> Stack:
        # The first value of a frame is its number: near the end it waits to be killed, when told so.
        if "HANG" in os.environ and stack[:, 0, 0].max() > 50:
            threading.Event().wait()
        out = stack.astype(np.float32)
        out[1:] += stack[:-1]
        return out

    @algorithm
    def find_top(stack: Stack) -> float:
        return float(stack.max())

    @algorithm(splits={"angle": 0})
    def relate(stack: Stack, *, top: float, power: int = 1) -> Stack:
        return (stack / np.float32(top)) ** power

    workflow = Workflow("w").add(find_top, into="top", stack=ref("stack", angle=middle(2)))
    workflow.add(change, into="changed", stack="stack").add(relate, into="out", stack="changed", top=ref("top"))
    name, output, settings = sys.argv[1] or None, sys.argv[2], json.loads(sys.argv[3])
    with Session(name) as session:
        if "stack" not in session.store:
            session.open("stack=stack.h5::data")
            session.store["note"] = "first"
            session.store["note"] = "second"
        options = {"memory": 16_000_000, "settings": settings}
        if output:
            run = session.run_to_file(workflow, output, **options)
        else:
            run = workflow.run(session.engine, **options)
        run.result()
        print(json.dumps({"steps": run.report["steps"], "blocks": run.report["blocks"]}))
"""


class Lab:
    """The script, its folder, and what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sessions = folder / "sessions"
        self.script = folder / "script.py"
        self.script.write_text(dedent(SCRIPT))
        self.stack = np.random.default_rng(2).normal(size=(FRAMES, 100, 1000)).astype(np.float32)
        self.stack[:, 0, 0] = np.arange(FRAMES)
        with h5py.File(folder / "stack.h5", "w") as file:
            file.create_dataset("data", data=self.stack, chunks=(1, 100, 1000))

    def start(
        self, name: str, output: str = "", settings: object = None, **extra: str
    ) -> subprocess.Popen[str]:
        env = {"DAISY_LAB_SESSIONS": str(self.sessions), "PATH": "/usr/bin:/bin", **extra}
        command = [sys.executable, str(self.script), name, output, json.dumps(settings or {})]
        return subprocess.Popen(command, cwd=self.folder, env=env, stdout=subprocess.PIPE, text=True)

    def finish(self, name: str, output: str = "", settings: object = None) -> dict[str, Any]:
        with self.start(name, output, settings) as process:
            told, _nothing = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        found: dict[str, Any] = json.loads(told)
        return found

    def kill_when(
        self, ready: Callable[[], object], name: str, output: str = "", settings: object = None
    ) -> None:
        """Start the script and kill it with what it is doing as soon as it is ready."""
        with self.start(name, output, settings, HANG="1") as process:
            end = time.monotonic() + PATIENCE
            try:
                while not ready():
                    assert process.poll() is None, "it ended before it could be killed"
                    assert time.monotonic() < end, "it never got there"
                    time.sleep(0.01)
            finally:
                process.kill()
                process.wait(PATIENCE)

    def journal(self, name: str) -> list[list[Any]]:
        path = self.sessions / f"session-{name}" / "journal.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        records = []
        for line in lines:
            try:
                records.append(json.loads(line))
            except ValueError:
                continue
        return records

    def blocks(self, name: str) -> list[tuple[int, int]]:
        """Give the blocks that the journal says are written."""
        return [tuple(record["part"]) for topic, record in self.journal(name) if topic == "block"]

    def arrays(self, name: str) -> list[str]:
        return sorted(path.name for path in (self.sessions / f"session-{name}" / "arrays").iterdir())

    @property
    def expected(self) -> Any:
        changed = self.stack.copy()
        changed[1:] += self.stack[:-1]
        first = (FRAMES - 2) // 2
        return changed / np.float32(self.stack[first : first + 2].max())


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    return Lab(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    return folder
