"""A link inside one process: the same as one to another process, without the socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._detached import LostError, RemoteError, local_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from daisy_lab._bridge import Bridge
    from daisy_lab._detached import Link

PATIENCE = 60.0


@pytest.fixture
def link(bridge: Bridge) -> Iterator[Link]:
    made = local_link(bridge)
    yield made
    made.close()


def test_a_question_is_answered(link: Link, bridge: Bridge) -> None:
    bridge.engine.store["a"] = np.arange(3.0)
    answer = link.ask("view.curve", {"name": "a"}).result(PATIENCE)
    assert answer.result["points"] == 3
    assert [np.frombuffer(part, np.float64).tolist() for part in answer.buffers][1] == [0.0, 1.0, 2.0]


def test_a_refusal_is_an_error(link: Link) -> None:
    with pytest.raises(RemoteError, match="no data object 'a'") as raised:
        link.ask("view.open", {"name": "a"}).result(PATIENCE)
    assert raised.value.kind == "MissingObjectError"
    assert raised.value.traceback == ""


def test_events_are_heard_until_they_are_not_wanted(link: Link, bridge: Bridge) -> None:
    heard: list[dict[str, Any]] = []
    end = link.on("objects", heard.append)
    link.watch(["objects"]).result(PATIENCE)
    end()
    end()
    before = len(heard)
    bridge.engine.store["a"] = 1
    link.ask("objects.versions", {"name": "a"}).result(PATIENCE)
    assert len(heard) == before


def test_a_listener_that_fails_holds_up_nobody(
    link: Link, bridge: Bridge, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_data: dict[str, Any]) -> None:
        raise ValueError("mine")

    link.on("wrong", fail)
    link._hearing.tell("wrong", {})  # type: ignore[attr-defined]
    assert "a listener of 'wrong' failed" in caplog.text


def test_an_array_is_the_stores_own(link: Link, bridge: Bridge) -> None:
    bridge.engine.store["a"] = np.arange(1000.0)
    assert np.shares_memory(link.array("a"), bridge.engine.store["a"])


def test_a_closed_link_fails_what_waits(bridge: Bridge) -> None:
    link = local_link(bridge)
    link.close()
    link.close()
    with pytest.raises(LostError):
        link.ask("alive").result(PATIENCE)
    assert bridge.fronts == ()
