"""Servers start, stop, fail in words, and outlive the hub's own process."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest
from hubs import Hub, hub_or_skip
from processes import command_of, running
from servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubs import Visitor


@pytest.fixture
def own_hub() -> Iterator[Hub]:
    """Give a hub that a test may kill."""
    yield from hub_or_skip()


def test_a_started_server_opens_the_environments_page(hub: Hub, visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    answer = visitor.get(f"/user/{hub.user}/page/")
    assert answer.status == 200
    assert answer.url.split("?")[0].endswith("/user/" + hub.user + "/page/daisy-lab/gallery")


def test_the_card_offers_to_open_and_stop_what_runs(hub: Hub, visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    text = visitor.get("/hub/home").text
    assert 'data-stop="page"' in text
    assert f'href="/user/{hub.user}/page/"' in text
    visitor.stop("page")
    assert 'data-stop="' not in visitor.get("/hub/home").text


def test_two_servers_of_one_environment_run_side_by_side(visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    assert "/page-2?" in visitor.get("/hub/home").text
    visitor.start("page", "page-2")
    visitor.wait_for("page-2")
    assert set(visitor.servers()) == {"page", "page-2"}


def test_the_next_start_is_estimated_from_the_last_ones(visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    visitor.stop("page")
    assert "starts in about" in visitor.get("/hub/home").text


def test_a_start_that_fails_is_told_with_the_end_of_its_log(hub: Hub, visitor: Visitor) -> None:
    visitor.start("broken")
    wait_until(
        lambda: "did not start" in visitor.get(f"/hub/spawn-pending/{hub.user}/broken").text,
        "the start fails",
    )
    text = visitor.get(f"/hub/spawn-pending/{hub.user}/broken").text
    assert "The server ended before it answered." in text
    assert "nonsense" in text
    assert "Start it again" in text


def test_what_needs_more_gpus_than_there_are_cannot_be_started(visitor: Visitor) -> None:
    card = visitor.get("/hub/home").text.split('id="environment-cuda"')[1].split("</li>")[0]
    assert "GPU" in card
    assert "disabled" in card
    answer = visitor.start("cuda")
    assert "needs 64 GPUs" in answer.text


def test_an_unknown_environment_is_refused_with_those_there_are(visitor: Visitor) -> None:
    answer = visitor.start("nothing")
    assert answer.status == 400
    assert "no environment &#39;nothing&#39;; there are" in answer.text


def test_a_stopped_server_can_be_started_from_its_own_address(hub: Hub, visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    visitor.stop("page")
    text = visitor.get(f"/user/{hub.user}/page/daisy-lab/gallery").text
    assert "A page is stopped" in text
    assert "Start it again" in text


def cullers() -> set[int]:
    """Give the processes that stop idle servers, of any hub on this machine."""
    return set(running("daisy_lab.hub import cull"))


def test_servers_outlive_the_hubs_process(own_hub: Hub) -> None:
    visitor = own_hub.visitor()
    visitor.log_in()
    visitor.start("page")
    visitor.wait_for("page")
    server = [pid for pid in own_hub.processes() if "serve_user" in command_of(pid)]
    before, culler = own_hub.hub_process(), cullers()
    os.kill(before, signal.SIGKILL)
    # Its pages are served while there is no hub.
    assert visitor.get(f"/user/{own_hub.user}/page/api").status == 200
    wait_until(lambda: "is started again" in own_hub.said(), "the hub is started again")
    wait_until(lambda: visitor.get("/hub/home").status == 200, "the hub answers again")
    assert own_hub.hub_process() != before
    wait_until(lambda: len(cullers() - culler) == 1, "the new hub has a culler")
    wait_until(lambda: len(cullers()) <= len(culler), "the old hub's culler ended with it")
    assert visitor.wait_for("page")["ready"]
    assert [pid for pid in own_hub.processes() if "serve_user" in command_of(pid)] == server
    visitor.stop("page")


def test_a_proxy_that_dies_is_started_again_with_all_routes(own_hub: Hub) -> None:
    visitor = own_hub.visitor()
    visitor.log_in()
    visitor.start("page")
    visitor.wait_for("page")
    os.kill(json.loads((own_hub.state / "proxy.json").read_text())["pid"], signal.SIGKILL)
    wait_until(lambda: "the proxy ended" in own_hub.said(), "the proxy is started again")

    def serves() -> bool:
        try:
            return visitor.get(f"/user/{own_hub.user}/page/api").status == 200
        except OSError:
            return False

    wait_until(serves, "the server's route is back")


def test_what_survived_a_killed_daisy_hub_is_found_by_the_next(own_hub: Hub) -> None:
    visitor = own_hub.visitor()
    visitor.log_in()
    visitor.start("page")
    visitor.wait_for("page")
    own_hub.process.kill()
    own_hub.process.wait()
    hub_gone = lambda: not any("jupyterhub_config.py" in command_of(pid) for pid in own_hub.processes())  # noqa: E731
    wait_until(hub_gone, "the hub ends with the one that started it")
    assert visitor.get(f"/user/{own_hub.user}/page/api").status == 200
    own_hub.start()
    again = own_hub.visitor()
    again.log_in()
    assert again.servers()["page"]["ready"]


def test_the_end_leaves_no_process(own_hub: Hub) -> None:
    visitor = own_hub.visitor()
    visitor.log_in()
    visitor.start("page")
    visitor.wait_for("page")
    own_hub.stop()
    assert own_hub.process.returncode == 0
    assert own_hub.processes() == []
