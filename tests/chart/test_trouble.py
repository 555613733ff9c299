"""What a user reads when a pod does not start: what is missing and what to do, in both languages."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from charts import values_of

pytest.importorskip("kubespawner")

from clusters import cluster, finished, place_of, spawner_of

from daisy_lab.hub._look import Look
from daisy_lab.hub._stages import StartError
from daisy_lab.hub._trouble import refusal, told
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from pathlib import Path

GPU = "nvidia.com/gpu"
NODES = "0/3 nodes are available"
QUOTA = (
    'pods "daisy-ann" is forbidden: exceeded quota: users, requested: limits.memory=16G, used: limits.memory=8G, '
    "limited: limits.memory=20G"
)


def event(reason: str, message: str, kind: str = "Warning") -> dict[str, str]:
    return {"type": kind, "reason": reason, "message": message}


@pytest.mark.parametrize(
    ("reason", "message", "words", "kind"),
    [
        ("FailedScheduling", f"{NODES}: 3 Insufficient {GPU}.", "no GPU is free", "node"),
        (
            "FailedScheduling",
            f"{NODES}: 1 Insufficient cpu, 2 Insufficient memory.",
            "enough CPU and memory",
            "node",
        ),
        ("FailedScheduling", f"{NODES}: 3 Too many pods.", "enough room", "node"),
        (
            "FailedScheduling",
            f"{NODES}: 3 node(s) didn't match Pod's node affinity/selector.",
            "suits it",
            "node",
        ),
        (
            "FailedScheduling",
            "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
            "no volume for your home",
            "volume",
        ),
        ("Failed", 'Failed to pull image "ct:1": not found', "image 'ct:1' cannot be fetched", "image"),
        ("Failed", "Error: ImagePullBackOff", "the image cannot be fetched", "image"),
        ("BackOff", "Back-off restarting failed container", "ends as soon as it starts", "other"),
        ("FailedMount", "MountVolume.SetUp failed", "cannot be mounted", "other"),
        ("Strange", "something new", "something new", "other"),
    ],
)
def test_a_complaint_becomes_words_with_what_to_do(reason: str, message: str, words: str, kind: str) -> None:
    found = told(event(reason, message), GPU)
    assert words in found.words
    assert found.kind == kind
    with speaking("zh_CN"):
        chinese = told(event(reason, message), GPU).words
    assert (chinese == found.words) is (reason == "Strange")


def test_what_goes_well_is_a_stage() -> None:
    found = told(event("Pulling", 'Pulling image "ct:1"', "Normal"), GPU)
    assert (found.kind, found.hopeless) == ("stage", False)
    assert "first time" in found.words


def test_only_a_node_that_tried_again_gives_an_image_up() -> None:
    assert not told(event("Failed", 'Failed to pull image "ct:1": timeout'), GPU).hopeless
    again = told(event("BackOff", 'Back-off pulling image "ct:1"', "Normal"), GPU)
    assert (again.kind, again.hopeless) == ("image", True)


def test_a_quota_is_told_in_numbers() -> None:
    for body in (json.dumps({"kind": "Status", "message": QUOTA}), QUOTA):
        words = refusal(body)
        assert "limits.memory=8G of limits.memory=20G, and this needs limits.memory=16G" in words
        assert "smaller size" in words


def test_what_nobody_foresaw_is_told_as_it_is() -> None:
    assert refusal('{"message": "admission webhook says no"}').endswith("admission webhook says no")
    assert "security rules" in refusal("pods is forbidden: violates PodSecurity")


def start(folder: Path, wish: dict[str, str], **trouble: Any) -> tuple[str, list[str], Look]:
    """Try to start; gives the words, what the cluster said, and what the hub remembers."""
    found: list[tuple[str, list[str]]] = []
    look = Look("daisy", "")

    async def live() -> None:
        async with cluster(**trouble):
            values = values_of("minimal")
            values["singleuser"] = {**values["singleuser"], "schedulingTimeout": 1}
            spawner = spawner_of(place_of(values, folder), options=wish)
            type(spawner).look = look
            with pytest.raises(StartError) as caught:
                await spawner.start()
            found.append((caught.value.jupyterhub_message, caught.value.log))
            await spawner.stop(now=True)
            type(spawner).look = None

    finished(live())
    return *found[0], look


def test_a_pod_that_fits_nowhere_is_given_up_long_before_the_time_of_a_start(tmp_path: Path) -> None:
    words, said, _look = start(tmp_path, {"environment": "ct", "size": "large"}, full=GPU)
    assert words.startswith("The cluster cannot start it: no GPU is free")
    assert said == [f"FailedScheduling: 0/1 nodes are available: 1 Insufficient {GPU}."]


def test_a_home_that_is_still_being_made_is_waited_for(tmp_path: Path) -> None:
    complaint = (
        "FailedScheduling",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
    )

    async def live() -> object:
        async with cluster(complaint=complaint) as server:
            values = values_of("minimal")
            values["singleuser"] = {**values["singleuser"], "schedulingTimeout": 1}
            spawner = spawner_of(place_of(values, tmp_path), options={"environment": "ct"})
            started = asyncio.ensure_future(spawner.start())
            # Longer than it waits for a node with room.
            await asyncio.wait([started], timeout=3)
            assert not started.done()
            await server.let_run()
            found = await asyncio.wait_for(started, 30)
            await spawner.stop(now=True)
            return found

    assert finished(live())


def test_an_image_that_is_not_there_is_told_at_once_and_remembered(tmp_path: Path) -> None:
    complaint = ("BackOff", 'Back-off pulling image "daisy-lab-ct:0.1.0"')
    words, _said, look = start(tmp_path, {"environment": "ct"}, complaint=complaint)
    assert "the image 'daisy-lab-ct:0.1.0' cannot be fetched" in words
    assert look.doubts("daisy-lab-ct:0.1.0")
    look.succeeded("daisy-lab-ct:0.1.0")
    assert not look.doubts("daisy-lab-ct:0.1.0")


def test_a_refused_pod_says_which_quota_is_used_up(tmp_path: Path) -> None:
    words, _said, _look = start(tmp_path, {"environment": "ct", "language": "zh_CN"}, refusal=QUOTA)
    assert "limits.memory=20G" in words
    assert "quota" not in words


def test_the_page_of_a_start_tells_stages_in_words(tmp_path: Path) -> None:
    async def live() -> list[dict[str, object]]:
        async with cluster(full=GPU):
            values = values_of("minimal")
            values["singleuser"] = {**values["singleuser"], "schedulingTimeout": 1}
            wish = {"environment": "ct", "size": "large", "language": "zh_CN"}
            spawner = spawner_of(place_of(values, tmp_path), options=wish)
            task = asyncio.ensure_future(spawner.start())
            heard = [stage async for stage in spawner.progress()]
            with pytest.raises(StartError):
                await task
            await spawner.stop(now=True)
            return heard

    heard = finished(live())
    assert any("GPU" in str(stage["message"]) and "no GPU" not in str(stage["message"]) for stage in heard)
    assert any("Insufficient" in str(stage.get("log")) for stage in heard)
