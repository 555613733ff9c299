"""What a session remembers of runs that never ended."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from daisy_lab import Run, Session

if TYPE_CHECKING:
    from pathlib import Path

CALL = {"id": "a", "inputs": {"x": "y"}, "into": []}


def reopened(root: Path) -> Session:
    return Session("beam", root=root)


def begin(session: Session) -> tuple[Run, threading.Event]:
    """Start a run that waits, as if it had been asked for."""
    gate = threading.Event()

    def work(run: Run) -> None:
        while not gate.wait(0.005) and not run.flag[0]:
            pass

    run = session.engine.submit("a run", work)
    session.asked.follow(run, "runs.start", CALL)
    return run, gate


def test_a_run_that_ended_is_not_left(root: Path) -> None:
    with reopened(root) as session:
        run, gate = begin(session)
        gate.set()
        run.wait()
    with reopened(root) as session:
        assert session.asked.left == ()


def test_a_run_that_was_cancelled_is_not_left(root: Path) -> None:
    with reopened(root) as session:
        run, gate = begin(session)
        session.engine.submit("another", lambda _run: None).wait()
        run.cancel()
        gate.set()
        run.wait()
    with reopened(root) as session:
        assert session.asked.left == ()


def test_a_run_that_ended_with_its_session_is_left(root: Path) -> None:
    with reopened(root) as session:
        begin(session)
    with reopened(root) as session:
        (left,) = session.asked.left
        assert (left.method, left.params) == ("runs.start", CALL)


def test_what_is_asked_again_is_not_left_twice(root: Path) -> None:
    with reopened(root) as session:
        begin(session)
    with reopened(root) as session:
        begin(session)
        assert session.asked.left == ()
    with reopened(root) as session:
        assert len(session.asked.left) == 1
        run, gate = begin(session)
        gate.set()
        run.wait()
    with reopened(root) as session:
        assert session.asked.left == ()


def test_what_is_given_up_is_not_left(root: Path) -> None:
    with reopened(root) as session:
        begin(session)
    with reopened(root) as session:
        session.asked.give_up(session.asked.left[0])
        assert session.asked.left == ()
    with reopened(root) as session:
        assert session.asked.left == ()


@pytest.mark.parametrize(("times", "hopeless"), [(4, False), (5, True)])
def test_what_ends_its_session_again_and_again_is_hopeless(root: Path, times: int, hopeless: bool) -> None:  # noqa: FBT001 - a parameter
    for _time in range(times):
        with reopened(root) as session:
            begin(session)
    with reopened(root) as session:
        assert session.asked.is_hopeless(session.asked.left[0]) is hopeless


def test_a_session_without_a_name_remembers_nothing(root: Path) -> None:
    with Session(root=root) as session:
        begin(session)
        assert session.asked.left == ()
