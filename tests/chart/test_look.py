"""What the picker of a cluster tells before a start: quotas, images that no node finds, a hub that is full."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import kmock
import pytest
from charts import values_of

pytest.importorskip("kubespawner")

from clusters import NAMESPACE, ApiServer, cluster, finished, place_of
from kubespawner.clients import load_config

from daisy_lab.hub._cluster_picker import ClusterPicker
from daisy_lab.hub._devices import Devices
from daisy_lab.hub._look import Look, amount
from daisy_lab.hub._settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.hub._picker import Card

CT = "daisy-lab-ct:0.1.0"
LABELS = {"app.kubernetes.io/name": "daisy-lab", "app.kubernetes.io/instance": "try"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", 0.5),
        ("2", 2),
        ("1.5", 1.5),
        ("2Gi", 2 << 30),
        ("16G", 16e9),
        ("1k", 1000),
        ("1e3", 1000),
        (3, 3),
    ],
)
def test_a_quantity_is_a_number(text: object, number: float) -> None:
    assert amount(text) == number


@pytest.mark.parametrize("text", ["", "a lot", "1 G", None])
def test_what_is_no_quantity_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="no quantity"):
        amount(text)


def put(server: ApiServer, plural: str, name: str, found: dict[str, Any]) -> None:
    metadata = {"name": name, "namespace": NAMESPACE, "uid": name, "resourceVersion": "1", "labels": LABELS}
    server.objects[kmock.resource("v1", plural), NAMESPACE, name] = {"metadata": metadata, **found}


def quota(server: ApiServer, name: str, hard: dict[str, str], used: dict[str, str], **spec: object) -> None:
    put(
        server,
        "resourcequotas",
        name,
        {"spec": {"hard": hard, **spec}, "status": {"hard": hard, "used": used}},
    )


def prepuller(server: ApiServer, image: str, reason: str) -> None:
    """Have a pod that waits for an image, as the pre-puller's does."""
    waits = {"name": "pull-0", "image": image, "imageID": "", "ready": False, "restartCount": 0}
    waits |= {"state": {"waiting": {"reason": reason}}}
    running = {"name": "wait", "image": "some"}
    spec = {"initContainers": [{"name": "pull-0", "image": image}], "containers": [running]}
    put(
        server,
        "pods",
        "prepuller",
        {"spec": spec, "status": {"phase": "Pending", "initContainerStatuses": [waits]}},
    )


def looked(*there: Any) -> Look:
    """Give what a hub sees of a namespace with these objects."""
    found: list[Look] = []

    async def live() -> None:
        async with cluster() as server:
            for make, *facts in there:
                make(server, *facts)
            load_config()
            look = Look(NAMESPACE, ",".join(f"{key}={value}" for key, value in LABELS.items()))
            await look.now()
            found.append(look)

    finished(live())
    return found[0]


def cards(folder: Path, look: Look, *, gpus: int = 0, active: int = 0, most: int = 0) -> dict[str, Card]:
    """Give the cards that a user sees, by their names."""
    users = SimpleNamespace(count_active_users=lambda: {"active": active})
    settings = {"active_server_limit": most, "users": users}
    user = SimpleNamespace(name="ann", groups=[], settings=settings, all_spawners=list)
    place = place_of(values_of("minimal"), folder)
    picker = ClusterPicker(
        Settings(state=folder, login="accounts"),
        user,
        "en",
        place.values,
        devices=Devices(map(str, range(gpus))),
        look=look,
        tag=place.tag,
    )
    return {card.name: card for card in picker.cards}


def test_where_nothing_is_known_everything_can_be_tried(tmp_path: Path) -> None:
    for card in cards(tmp_path, Look(NAMESPACE, "")).values():
        assert (card.blocked, card.warning) == ("", "")


def test_a_size_that_no_quota_leaves_is_closed_and_a_smaller_one_open(tmp_path: Path) -> None:
    hard, used = {"limits.memory": "40Gi"}, {"limits.memory": "20Gi"}
    found = cards(tmp_path, looked((quota, "users", hard, used)))["ct"]
    small, _with_gpu, large = found.choices
    assert small.blocked == ""
    assert large.blocked == "the quota leaves 21.5 GB of memory"
    assert found.blocked == ""


@pytest.mark.parametrize(
    ("hard", "used", "words"),
    [
        ({"pods": "10"}, {"pods": "10"}, "the quota admits no further server"),
        ({"count/pods": "3"}, {"count/pods": "3"}, "the quota admits no further server"),
        ({"requests.cpu": "4"}, {"requests.cpu": "2500m"}, "the quota leaves 1.5 CPU"),
        ({"cpu": "4"}, {"cpu": "3"}, "the quota leaves 1 CPU"),
        ({"limits.memory": "20G"}, {"limits.memory": "19G"}, "the quota leaves 1.0 GB of memory"),
    ],
)
def test_a_card_says_what_the_quota_lacks(
    hard: dict[str, str], used: dict[str, str], words: str, tmp_path: Path
) -> None:
    assert cards(tmp_path, looked((quota, "users", hard, used)))["ct"].blocked == words


def test_a_quota_of_gpus_closes_only_what_needs_one(tmp_path: Path) -> None:
    name = "requests.nvidia.com/gpu"
    found = cards(tmp_path, looked((quota, "gpus", {name: "2"}, {name: "2"})))["ct"]
    assert [choice.blocked for choice in found.choices] == ["", *["the quota leaves 0 GPUs"] * 2]


def test_the_tightest_quota_counts_and_one_for_some_pods_does_not(tmp_path: Path) -> None:
    wide, tight = (
        (quota, "wide", {"pods": "9"}, {"pods": "1"}),
        (quota, "tight", {"pods": "3"}, {"pods": "3"}),
    )
    assert cards(tmp_path, looked(wide, tight))["lab"].blocked

    def best_effort(server: ApiServer) -> None:
        quota(server, "scoped", {"pods": "0"}, {"pods": "0"}, scopes=["BestEffort"])

    assert cards(tmp_path, looked(wide, (best_effort,)))["lab"].blocked == ""


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull"])
def test_an_image_that_no_node_finds_closes_its_card(reason: str, tmp_path: Path) -> None:
    found = cards(tmp_path, looked((prepuller, CT, reason)))
    assert "its image cannot be fetched" in found["ct"].blocked
    assert found["lab"].blocked == ""


def test_an_image_that_is_being_fetched_closes_nothing(tmp_path: Path) -> None:
    assert cards(tmp_path, looked((prepuller, CT, "PodInitializing")))["ct"].blocked == ""


def test_a_start_that_failed_for_its_image_is_a_warning_only(tmp_path: Path) -> None:
    look = Look(NAMESPACE, "")
    look.failed(CT)
    found = cards(tmp_path, look)["ct"]
    assert found.blocked == ""
    assert "image could not be fetched" in found.warning


def test_a_full_hub_closes_all_cards(tmp_path: Path) -> None:
    look = Look(NAMESPACE, "")
    assert {card.blocked for card in cards(tmp_path, look, active=4, most=5).values()} == {""}
    words = "all 5 servers of this hub are in use"
    assert {card.blocked for card in cards(tmp_path, look, active=5, most=5).values()} == {words}


def test_a_look_that_fails_leaves_the_page_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No server answers there; the last look counts on."""

    async def live() -> Look:
        look = Look(NAMESPACE, "")
        look.soon()
        assert look._task is not None
        await look._task
        return look

    found = cards(tmp_path, finished(live()))
    assert found["ct"].blocked == ""
    assert "cannot be read" in caplog.text
