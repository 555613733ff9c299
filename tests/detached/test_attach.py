"""Sessions in processes of their own: found, shared, stopped and reached again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from desks import PATIENCE, Watcher, until
from processes import is_gone

from daisy_lab import Session
from daisy_lab._detached import LostError, RemoteError, look_at_session, stop_session
from daisy_lab.errors import InUseError, SessionError

if TYPE_CHECKING:
    from desks import Desk


def test_a_session_is_started_when_it_is_not_there_and_found_when_it_is(desk: Desk) -> None:
    assert desk.pid(desk.attach()) == desk.pid(desk.attach())


def test_many_starters_at_once_come_to_one_process(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        links = list(pool.map(lambda _number: desk.attach(), range(4)))
    assert len({desk.pid(link) for link in links}) == 1


def test_it_is_nobodys_child_and_leads_its_own_group(desk: Desk) -> None:
    pid = desk.pid(desk.attach())
    assert os.getsid(pid) not in {os.getsid(0), os.getpid()}
    _before, _name, facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    parent = int(facts.split()[1])
    assert parent != os.getpid()


def test_two_pages_see_the_same(desk: Desk) -> None:
    one, other = Watcher(desk.attach()), Watcher(desk.attach())
    desk.load(one.link)
    other.wait(lambda: "stack" in other.objects)
    run = desk.start(one.link)
    other.wait(lambda: other.state(run) == "running")
    desk.gate.touch()
    assert one.finish(run)["state"] == other.finish(run)["state"] == "done"
    one.wait(lambda: one.objects == other.objects and "half" in one.objects)


def test_a_refusal_carries_the_sessions_own_words(desk: Desk) -> None:
    answer = desk.attach().ask("objects.delete", {"names": ["absent"]})
    with pytest.raises(RemoteError, match="absent") as raised:
        answer.result(PATIENCE)
    assert raised.value.kind == "MissingObjectError"


def test_what_is_no_json_fails_at_once(desk: Desk) -> None:
    link = desk.attach()
    with pytest.raises(TypeError):
        link.ask("objects.delete", {"names": {1, 2}}).result(PATIENCE)
    with pytest.raises(ValueError, match="range"):
        link.ask("objects.delete", {"names": float("nan")}).result(PATIENCE)
    assert desk.pid(link)


def test_an_array_is_mapped_not_copied(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    desk.gate.touch()
    Watcher(link).finish(desk.start(link))
    half = link.array("half")
    np.testing.assert_array_equal(half, desk.stack / 2)
    assert not half.flags.writeable
    maps = Path("/proc/self/maps").read_text().splitlines()
    assert any(str(desk.root) in line and line.endswith(".raw") for line in maps)


def test_a_dataset_still_in_its_file_is_read_from_there(desk: Desk) -> None:
    link = desk.attach()
    desk.load(link)
    np.testing.assert_array_equal(link.array("stack")[3:5], desk.stack[3:5])


def test_what_is_no_array_is_not_mapped(desk: Desk) -> None:
    link = desk.attach()
    link.ask("records.put", {"name": "settings", "value": {"a": 1}}).result(PATIENCE)
    with pytest.raises(RemoteError, match="record"):
        link.array("settings")


def test_an_array_that_is_not_there_is_named(desk: Desk) -> None:
    with pytest.raises(RemoteError, match="nothing"):
        desk.attach().array("nothing")


def test_a_stopped_session_stays_so_until_somebody_asks(desk: Desk) -> None:
    watcher = Watcher(desk.attach())
    pid = desk.pid(watcher.link)
    assert stop_session("beam", desk.root)
    assert watcher.wait_for_event("lost") == {"reason": "stopped"}
    assert look_at_session("beam", desk.root).process is None
    assert desk.pid(watcher.link) != pid
    assert watcher.wait_for_event("found") == {"reopened": True}


def test_records_outlive_the_process(desk: Desk) -> None:
    link = desk.attach()
    link.ask("records.put", {"name": "settings", "value": {"center": 3.5}}).result(PATIENCE)
    stop_session("beam", desk.root)
    told = link.ask("records.get", {"name": "settings"}).result(PATIENCE).result
    assert told["value"] == {"center": 3.5}


def test_a_session_that_a_program_holds_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daisy_lab._detached._start._HELD_SECONDS", 0.1)
    with Session("beam", root=desk.root), pytest.raises(InUseError, match=str(os.getpid())):
        desk.attach()
    assert desk.pid(desk.attach())


def test_a_name_that_is_none_is_refused(desk: Desk) -> None:
    with pytest.raises(SessionError, match="cannot name a session"):
        desk.attach("../beam")


def test_a_folder_that_others_may_enter_is_refused(desk: Desk) -> None:
    desk.root.chmod(0o755)
    with pytest.raises(SessionError, match="others may enter"):
        desk.attach()
    desk.root.chmod(0o700)


def test_a_closed_link_asks_nothing(desk: Desk) -> None:
    link = desk.attach()
    link.close()
    link.close()
    with pytest.raises(LostError, match="closed"):
        link.ask("alive").result(PATIENCE)


def test_it_can_be_asked_before_it_is_reached(desk: Desk) -> None:
    link = desk.attach(wait=False)
    assert link.ask("session.about").result(PATIENCE).result["name"] == "beam"


def test_a_session_that_cannot_be_reached_fails_what_waits_for_it(desk: Desk) -> None:
    desk.root.chmod(0o755)
    link = desk.attach(wait=False)
    with pytest.raises(SessionError, match="others may enter"):
        link.ask("alive").result(PATIENCE)
    desk.root.chmod(0o700)
    assert link.ask("alive").result(PATIENCE).result == {}


def test_it_ends_when_nobody_is_there_and_nothing_runs(desk: Desk) -> None:
    link = desk.attach(idle=0.2)
    desk.load(link)
    run = desk.start(link)
    link.close()
    until(lambda: look_at_session("beam", desk.root).active)
    other = desk.attach()
    watcher = Watcher(other)
    watcher.wait(lambda: watcher.state(run) == "running")
    desk.gate.touch()
    watcher.finish(run)
    other.close()
    until(lambda: look_at_session("beam", desk.root).process is None)


def test_it_ends_when_its_folder_is_gone(desk: Desk) -> None:
    link = desk.attach(idle=1.0)
    pid = desk.pid(link)
    desk.root.joinpath("session-beam").rename(desk.folder / "moved")
    until(lambda: is_gone(pid))
    assert desk.pid(link) != pid


def test_the_allowed_folders_are_those_of_the_process_before(desk: Desk) -> None:
    link = desk.attach()
    roots = link.ask("session.about").result(PATIENCE).result["roots"]
    stop_session("beam", desk.root)
    from daisy_lab._detached import attach  # noqa: PLC0415 - without what the desk adds

    again = attach("beam", desk.root)
    desk.links.append(again)
    assert again.ask("session.about").result(PATIENCE).result["roots"] == roots == [str(desk.files)]
