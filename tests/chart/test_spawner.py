"""From a card to a pod: the manifest that KubeSpawner sends, and a start, a look and a stop at an API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
from charts import values_of
from policies import faults_of_pod, pod_of

from daisy_lab.hub import HubError

pytest.importorskip("kubespawner")

from clusters import CLAIMS, STAFF, ApiServer, cluster, every_wish, finished, manifest, place_of, spawner_of

from daisy_lab.hub._stages import StartError

if TYPE_CHECKING:
    from pathlib import Path


def every() -> list[Any]:
    """Give each way to start each environment of each values."""
    return [
        pytest.param(name, options, id="-".join((name, *options.values()))) for name, options in every_wish()
    ]


@pytest.mark.parametrize(("name", "options"), every())
def test_every_pod_of_a_user_is_valid_and_restricted(
    name: str, options: dict[str, str], tmp_path: Path
) -> None:
    pod = manifest(name, tmp_path, options=options, groups=STAFF, state=CLAIMS)
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    kubernetes_validate.validate(pod, "1.34", strict=True)
    assert list(faults_of_pod(pod)) == []
    assert pod_of(pod) is pod


def test_a_choice_sets_memory_cores_gpus_node_and_image(tmp_path: Path) -> None:
    options = {"environment": "ct", "size": "large", "version": "next"}
    pod = manifest("gpu", tmp_path, options=options, groups=STAFF)
    spec = pod["spec"]
    (container,) = spec["containers"]
    assert container["image"] == "daisy-lab-ct:0.2.0"
    assert container["resources"] == {
        "limits": {"cpu": 8.0, "memory": 64 << 30, "nvidia.com/gpu": "2"},
        "requests": {"cpu": 4.0, "memory": 32 << 30, "nvidia.com/gpu": "2"},
    }
    assert spec["nodeSelector"] == {"gpu": "yes", "nvidia.com/gpu.product": "NVIDIA-H200"}
    assert spec["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
    assert spec["runtimeClassName"] == "nvidia"
    environment = {one["name"]: one.get("value") for one in container["env"]}
    assert environment["DAISY_LAB_IMAGE"] == "daisy-lab-ct:0.2.0"
    assert environment["DAISY_LAB_LOCKED"] == "ct"
    assert environment["NUMBA_NUM_THREADS"] == "8"


def test_a_pod_without_a_gpu_asks_for_none(tmp_path: Path) -> None:
    spec = manifest("gpu", tmp_path, options={"environment": "ct", "size": "small"}, groups=STAFF)["spec"]
    assert set(spec["containers"][0]["resources"]["limits"]) == {"cpu", "memory"}
    assert "nodeSelector" not in spec
    assert "runtimeClassName" not in spec


def test_an_optional_gpu_is_a_choice(tmp_path: Path) -> None:
    spec = manifest("gpu", tmp_path, options={"environment": "ct", "size": "small-gpu"}, groups=STAFF)["spec"]
    assert spec["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_who_the_user_is_comes_from_the_login(tmp_path: Path) -> None:
    spec = manifest("data", tmp_path, groups=STAFF, state=CLAIMS)["spec"]
    context = spec["containers"][0]["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"]) == (20001, 30001)
    assert spec["securityContext"]["supplementalGroups"] == [30002]


@pytest.mark.parametrize("told", [0, 999, "root", None, True, "1e9", -5], ids=str)
def test_a_number_that_is_none_starts_nothing(told: object, tmp_path: Path) -> None:
    state = {"oauth_user": {"uidNumber": told, "gidNumber": 30001}}
    with pytest.raises(HubError, match="uidNumber"):
        manifest("data", tmp_path, groups=STAFF, state=state)


def test_users_see_the_folders_of_their_groups_and_no_others(tmp_path: Path) -> None:
    spec = manifest("data", tmp_path, groups=STAFF, state=CLAIMS)["spec"]
    mounts = {one["mountPath"]: one for one in spec["containers"][0]["volumeMounts"]}
    assert mounts["/data/proposals/2026001"]["subPath"] == "2026001"
    assert mounts["/data/shared"]["subPath"] == "calibration"
    assert all(mounts[path]["readOnly"] for path in mounts if path.startswith("/data"))
    claims = {
        one["name"]: one["persistentVolumeClaim"] for one in spec["volumes"] if one["name"].startswith("data")
    }
    assert claims["data-raw"] == {"claimName": "try-daisy-lab-data-raw", "readOnly": True}
    assert claims["data-shared"] == {"claimName": "shared", "readOnly": True}
    told = {one["name"]: one.get("value") for one in spec["containers"][0]["env"]}
    assert told["DAISY_LAB_ROOTS"] == "/data/proposals/2026001:/data/raw:/data/shared"
    guest = manifest("data", tmp_path, groups=("proposal-7",), state=CLAIMS)["spec"]
    seen = {
        one["mountPath"]
        for one in guest["containers"][0]["volumeMounts"]
        if one["mountPath"].startswith("/data")
    }
    assert seen == {"/data/raw", "/data/proposals/7"}


def test_an_environment_of_a_group_is_not_for_others(tmp_path: Path) -> None:
    for options in ({"environment": "ct"}, {"profile": "ct"}):
        with pytest.raises(HubError, match=r"no environment 'ct' for you; there are pdf, lab"):
            manifest("gpu", tmp_path, options=options)
    assert manifest("gpu", tmp_path)["spec"]["containers"][0]["image"] == "daisy-lab-pdf:0.1.0"


@pytest.mark.parametrize("wish", [{"size": "huge"}, {"version": "old"}], ids=str)
def test_what_is_on_no_card_is_refused(wish: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(HubError, match="there are"):
        manifest("gpu", tmp_path, options={"environment": "ct", **wish}, groups=STAFF)


def test_no_free_text_of_a_user_reaches_a_pod(tmp_path: Path) -> None:
    options = {"environment": "lab", "image": "evil", "size--unlisted-choice": "evil", "uid": "0"}
    with pytest.raises(ValueError, match="unlisted_choice"):
        manifest("gpu", tmp_path, options=options)
    del options["size--unlisted-choice"]
    assert "evil" not in str(manifest("gpu", tmp_path, options=options))


def test_the_homes_of_all_servers_of_a_user_are_one(tmp_path: Path) -> None:
    def claim(server: str) -> str:
        spec = manifest("minimal", tmp_path, server=server, options={"environment": "lab"})["spec"]
        (home,) = [one for one in spec["volumes"] if one["name"] == "home"]
        return str(home["persistentVolumeClaim"]["claimName"])

    assert claim("lab") == claim("ct") == "daisy-home-ann"


def test_a_home_in_one_volume_for_all_is_the_users_folder(tmp_path: Path) -> None:
    spec = manifest("data", tmp_path, groups=STAFF, state=CLAIMS)["spec"]
    (mount,) = [one for one in spec["containers"][0]["volumeMounts"] if one["name"] == "home"]
    assert mount == {"name": "home", "mountPath": "/home/daisy", "subPath": "home/ann"}


def test_a_server_opens_at_its_app(tmp_path: Path) -> None:
    async def url() -> str:
        spawner = spawner_of(
            place_of(values_of("minimal"), tmp_path), options={"environment": "ct", "language": "zh_CN"}
        )
        await spawner.load_user_options()
        return str(spawner.default_url)

    assert finished(url()) == "/daisy-lab/app/ct"


def pods(server: ApiServer) -> list[str]:
    return [
        name
        for (resource, _space, name), one in server.objects.items()
        if resource.plural == "pods" and not one.deleted
    ]


def test_a_server_is_started_looked_at_and_stopped(tmp_path: Path) -> None:
    async def live() -> None:
        async with cluster() as server:
            spawner = spawner_of(
                place_of(values_of("minimal"), tmp_path), server="lab", options={"environment": "lab"}
            )
            assert await spawner.start() == "http://192.0.2.7:8888"
            assert await spawner.poll() is None
            (name,) = pods(server)
            assert name == spawner.pod_name
            claims = [key[2] for key in server.objects if key[0].plural == "persistentvolumeclaims"]
            assert claims == ["daisy-home-ann"]
            await spawner.stop()
            assert pods(server) == []
            assert await spawner.poll() is not None

    finished(live())
    assert (tmp_path / "starts.json").is_file()


def test_the_second_who_wants_the_last_gpus_is_told_so_at_once(tmp_path: Path) -> None:
    async def live() -> None:
        async with cluster() as server:
            place = place_of(values_of("gpu") | {"gpu": {"total": 3}}, tmp_path)
            options = {"environment": "ct", "size": "large"}
            first = spawner_of(place, "ann", groups=STAFF, options=options)
            held = type(first).devices
            second = spawner_of(place, "ben", groups=STAFF, options=options)
            type(first).devices = held
            await first.start()
            with pytest.raises(StartError, match=r"'ct' needs 2 GPUs, and 1 of 3 are free"):
                await second.start()
            assert pods(server) == [first.pod_name]
            await first.stop()
            first.clear_state()
            await second.start()
            assert pods(server) == [second.pod_name]

    finished(live())


def test_a_hub_that_starts_anew_knows_who_has_gpus(tmp_path: Path) -> None:
    async def live() -> None:
        async with cluster():
            place = place_of(values_of("gpu"), tmp_path)
            wishes: dict[str, Any] = {"groups": STAFF, "options": {"environment": "ct", "size": "large"}}
            first = spawner_of(place, **wishes)
            await first.start()
            state = first.get_state()
            again = spawner_of(place, **wishes)
            assert again.devices.free == 4
            again.load_state(state)
            assert again.devices.free == 2
            assert await again.poll() is None

    finished(live())
