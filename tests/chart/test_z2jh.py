"""Values for Zero to JupyterHub: the same environments and the same hardened pods, without our hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from charts import values_of
from jinja2 import Environment, FileSystemLoader
from policies import faults_of_pod

pytest.importorskip("kubespawner")

from clusters import User, finished
from kubernetes_asyncio.client import ApiClient
from kubespawner import KubeSpawner
from traitlets.config import Config

from daisy_lab.hub import HubError, values_for_z2jh, values_from
from daisy_lab.hub._profiles import profile_list

if TYPE_CHECKING:
    from pathlib import Path


def written(site: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(values_for_z2jh(values_from(site), "0.1.0"))
    return found


def manifest(held: dict[str, Any], options: dict[str, str], groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give the pod that a plain KubeSpawner makes of these values, as that chart hands them on."""
    single = held["singleuser"]
    config = Config()
    config.KubeSpawner.update(held["hub"]["config"]["KubeSpawner"])
    config.KubeSpawner.profile_list = single["profileList"]
    for text in held["hub"].get("extraConfig", {}).values():
        exec(text, {"c": config})  # noqa: S102 - as JupyterHub does
    config.KubeSpawner.update({"uid": single["uid"], "fs_gid": single["fsGid"], "cmd": single["cmd"]})
    config.KubeSpawner.environment = single["extraEnv"]
    config.KubeSpawner.volumes = single["storage"]["extraVolumes"]
    config.KubeSpawner.volume_mounts = single["storage"]["extraVolumeMounts"]
    config.KubeSpawner.common_labels = {"app.kubernetes.io/component": "singleuser"}

    async def made() -> dict[str, Any]:
        spawner = KubeSpawner(config=config, user=User("ann", groups, None), _mock=True, user_options=options)
        spawner.api_token = "token"  # noqa: S105 - of nothing
        await spawner.load_user_options()
        async with ApiClient() as client:
            sent: dict[str, Any] = client.sanitize_for_serialization(await spawner.get_pod_manifest())
        return sent

    return finished(made())


def test_a_plain_kubespawner_makes_restricted_pods_of_them() -> None:
    held = written({})
    for profile in held["singleuser"]["profileList"]:
        for size in profile["profile_options"]["size"]["choices"]:
            pod = manifest(held, {"profile": profile["slug"], "size": size})
            assert list(faults_of_pod(pod)) == []
            assert pod["spec"]["containers"][0]["image"] == profile["kubespawner_override"]["image"]
    assert held["singleuser"]["cloudMetadata"] == {"blockWithIptables": False}


def test_environments_of_groups_are_for_their_members() -> None:
    held = written({"environments": {"ct": {"groups": ["staff"]}}})
    assert manifest(held, {"profile": "ct"}, ("staff",))["spec"]["containers"][0]["image"].startswith(
        "daisy-lab-ct"
    )
    with pytest.raises(ValueError, match="No such profile: ct"):
        manifest(held, {"profile": "ct"}, ("guests",))


@pytest.mark.parametrize(
    "data",
    [
        {"mountPath": "/x", "nfs": {"server": "s", "path": "/e"}},
        {"mountPath": "/x", "claim": "c", "groups": ["staff"]},
        {"mountPath": "/x", "claim": "c", "folders": {"groups": "p-(.+)"}},
    ],
)
def test_what_needs_our_hub_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(HubError, match="need our hub"):
        written({"data": {"raw": data}})


def test_data_that_all_see_are_in_every_pod() -> None:
    held = written({"data": {"raw": {"mountPath": "/data/raw", "claim": "raw"}}})
    override = held["singleuser"]["profileList"][0]["kubespawner_override"]
    assert override["volumes"]["data-raw"]["persistentVolumeClaim"] == {"claimName": "raw", "readOnly": True}


def test_the_form_names_what_kubespawner_reads(tmp_path: Path) -> None:
    held = written(
        {
            "environments": {
                "ct": {"title": "<b>CT</b>", "versions": [{"name": "n", "title": "N", "tag": "2"}]}
            }
        }
    )
    (tmp_path / "form.html").write_text(held["hub"]["extraFiles"]["daisy-lab-form"]["stringData"], "utf-8")
    form = Environment(loader=FileSystemLoader(tmp_path), autoescape=False).get_template("form.html")  # noqa: S701 - as there
    page = form.render(profile_list=held["singleuser"]["profileList"], user_options={"profile": "lab"})
    assert "&lt;b&gt;CT&lt;/b&gt;" in page
    assert "<b>CT" not in page
    assert 'name="profile" id="profile-item-ct" value="ct"' in page
    assert 'name="profile-option-ct--size"' in page
    assert 'name="profile-option-ct--version"' in page
    assert page.count("checked>") == 1
    assert "://" not in page.replace("data:image", "")


def test_both_doors_offer_the_same() -> None:
    values = values_from({})
    ours = profile_list(values.environments, values, "0.1.0")
    assert [one["slug"] for one in written({})["singleuser"]["profileList"]] == [one["slug"] for one in ours]
    assert set(values_of("minimal")["environments"]) == {one["slug"] for one in ours}
