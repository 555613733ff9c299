"""Kill -9: of a page's process, a run goes on; of the session's, it goes on once the session is reached again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from desks import FRAMES, PATIENCE, Watcher, until

from daisy_lab._detached import LostError, RemoteError, look_at_session, stop_session

if TYPE_CHECKING:
    from desks import Desk

PAGE = """
import sys
from pathlib import Path
from daisy_lab._detached import attach
link = attach("beam", Path(sys.argv[1]))
link.ask("chain.run", {"workflow": %r, "memory": 12_000_000}).result(60)
print("started", flush=True)
sys.stdin.read()
"""


def test_a_killed_page_does_not_stop_a_run(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    code = PAGE % desk.workflow()
    command = [sys.executable, "-c", code, str(desk.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        assert page.stdout.readline() == "started\n"
        page.kill()
    watcher = Watcher(link)
    (run,) = watcher.wait(lambda: watcher.runs)
    desk.gate.touch()
    assert watcher.finish(run)["state"] == "done"
    np.testing.assert_array_equal(link.array("half"), desk.stack / 2)


def test_a_killed_session_goes_on_at_its_last_block(desk: Desk) -> None:
    link = desk.attach()
    watcher = Watcher(link)
    desk.load(link)
    link.ask("records.put", {"name": "settings", "value": {"center": 3.5}}).result(PATIENCE)
    first = desk.start(link)
    blocks = until(lambda: desk.blocks() >= 2 and desk.blocks())
    desk.kill(link)
    assert watcher.wait_for_event("found") == {"reopened": True}
    watcher.wait(lambda: watcher.runs and first not in watcher.runs)
    (again,) = watcher.runs
    watcher.wait(lambda: watcher.state(again) == "running")
    assert link.ask("records.get", {"name": "settings"}).result(PATIENCE).result["value"] == {"center": 3.5}
    desk.gate.touch()
    assert watcher.finish(again)["state"] == "done"
    assert desk.blocks() > blocks
    assert link.array("half").tobytes() == (desk.stack / 2).astype(np.float32).tobytes()
    # No block was computed twice: all together they are the whole.
    assert desk.positions() == FRAMES


def test_a_run_of_a_stopped_session_goes_on_too(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    desk.start(link)
    until(lambda: desk.blocks() >= 2)
    stop_session("beam", desk.root)
    desk.gate.touch()
    watcher = Watcher(link)
    watcher.wait(lambda: [run for run in watcher.runs.values() if run["state"] == "done"])


def test_a_run_that_was_cancelled_stays_so(desk: Desk) -> None:
    link = desk.attach()
    watcher = Watcher(link)
    desk.load(link)
    run = desk.start(link)
    until(lambda: desk.blocks() >= 1)
    link.ask("runs.cancel", {"run": run}).result(PATIENCE)
    assert watcher.finish(run)["state"] == "cancelled"
    desk.kill(link)
    watcher.wait_for_event("found")
    assert Watcher(link).runs == {}


def test_what_cannot_go_on_says_why(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    desk.start(link)
    until(lambda: desk.blocks() >= 1)
    link.ask("objects.delete", {"names": ["stack"]}).result(PATIENCE)
    desk.kill(link)
    watcher = Watcher(link)
    watcher.wait(lambda: [run for run in watcher.runs.values() if run["state"] == "failed"])
    (run,) = watcher.runs.values()
    assert "stack" in run["error"]["message"]
    desk.kill(link)
    assert Watcher(link).runs == {}


def test_a_run_that_kills_its_session_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daisy_lab._detached._client._LONGEST_PAUSE_SECONDS", 0.1)
    link = desk.attach()
    watcher = Watcher(link)
    desk.load(link)
    # It may end before it answers.
    with suppress(LostError):
        desk.start(link, die=True)

    def given_up() -> bool:
        try:
            link.ask("alive").result(PATIENCE)
        except (LostError, RemoteError):
            return False
        return any("several times" in str(run.get("error")) for run in watcher.runs.values())

    until(given_up)
    assert look_at_session("beam", desk.root).process is not None


def test_what_may_have_been_done_is_not_asked_again(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    pid = desk.freeze(link)
    answer = link.ask("objects.delete", {"names": ["stack"]})
    looked = link.ask("session.about")
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(LostError, match=r"objects\.delete"):
        answer.result(PATIENCE)
    assert looked.result(PATIENCE).result["pid"] != pid


def test_a_setting_whose_answer_was_lost_is_kept(desk: Desk) -> None:
    link = desk.attach()
    link.ask("records.put", {"name": "page", "value": {"axis": 1}}).result(PATIENCE)
    pid = desk.freeze(link)
    kept = link.ask("records.put", {"name": "page", "value": {"axis": 2}, "based_on": 1})
    os.kill(pid, signal.SIGKILL)
    assert kept.result(PATIENCE).result == {"version": 2, "changed": True}
    assert link.ask("records.get", {"name": "page"}).result(PATIENCE).result["value"] == {"axis": 2}


@pytest.mark.soak
def test_twenty_kills_give_the_same_bits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daisy_lab._detached._client._LONGEST_PAUSE_SECONDS", 0.1)
    link = desk.attach()
    watcher = Watcher(link)
    desk.load(link)
    desk.start(link, wait=False, slow=0.05)
    chance = random.Random(5)  # noqa: S311 - moments to kill at, no secret
    for number in range(20):
        if number % 3 == 0:
            # A run that never gets any further would be given up.
            before = desk.blocks()
            until(lambda before=before: desk.blocks() > before or "half" in watcher.objects)
        time.sleep(chance.uniform(0.0, 0.4))
        desk.kill(link)
    watcher.wait(lambda: "half" in watcher.objects)
    assert link.array("half").tobytes() == (desk.stack / 2).astype(np.float32).tobytes()
    assert desk.positions() >= FRAMES
