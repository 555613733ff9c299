"""The environments of this installation as values: for our chart, or for an operator's Zero to JupyterHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from daisy_lab.hub._errors import HubError
from daisy_lab.hub._mounts import mounts_for
from daisy_lab.hub._offers import offer_of, offers_for
from daisy_lab.hub._pods import pod_settings
from daisy_lab.hub._profiles import profile_list
from daisy_lab.hub._values import Values
from daisy_lab.hub._yaml import as_yaml
from daisy_lab.hub.environments import find_environments
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.hub._values import Offer

__all__ = ["chart_values", "default_offers", "plain", "values_for_chart", "values_for_z2jh", "values_from"]

_FORM: Final = Path(__file__).parent / "templates" / "kubespawner" / "form.html"
_FORM_FOLDER: Final = "/usr/local/share/daisy-lab/form"
_HEAD: Final = "# Written by `daisy hub values --for {door}`: write it anew rather than change it.\n"
_OURS: Final = ("shm", "tmp")
_GROUPS: Final = """\
# Who may start what: profiles of groups that a user is not in are not shown, and not started by the API either.
def daisy_lab_profiles(groups, profiles):
    def for_user(spawner):
        mine = {{group.name for group in spawner.user.groups}}
        shown = [one for one in profiles if not groups.get(one["slug"]) or mine & set(groups[one["slug"]])]
        if not shown:
            raise ValueError("no environment for you: ask for a group that has one")
        return shown
    return for_user


c.KubeSpawner.profile_list = daisy_lab_profiles({groups!r}, c.KubeSpawner.profile_list)
"""


def default_offers() -> dict[str, Offer]:
    """Give what this installation has, by name, as a site would offer it at first."""
    return {environment.name: offer_of(environment) for environment in find_environments()}


def chart_values() -> Values:
    """Give the chart's values as they are before a site says anything."""
    return Values(environments=default_offers())


def values_from(site: Mapping[str, object]) -> Values:
    """Give the chart's values as a site changes them.

    Raises
    ------
    HubError
        They are no values of the chart; tells which key.
    """
    given = chart_values().model_dump(mode="json", by_alias=True)
    try:
        return Values.model_validate(_laid_over(given, site))
    except ValidationError as error:
        first = error.errors()[0]
        raise HubError(
            _("'{key}' is no value of the chart: {reason}; docs/reference/chart-values.md lists them").format(
                key=".".join(map(str, first["loc"])), reason=first["msg"]
            )
        ) from None


def _laid_over(given: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one dictionary over another, as Helm does; what is None goes away."""
    made = dict(given)
    for key, value in site.items():
        if value is None:
            made.pop(key, None)
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = _laid_over(made[key], value)
        else:
            made[key] = value
    return made


def values_for_chart() -> str:
    """Give the environments of this installation as values of our chart."""
    offers = {name: plain(offer) for name, offer in default_offers().items()}
    return _HEAD.format(door="chart") + as_yaml({"environments": offers})


def plain(offer: Offer) -> dict[str, Any]:
    """Give an offer without what is as usual."""
    return offer.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def values_for_z2jh(values: Values, tag: str) -> str:
    """Give values for Zero to JupyterHub: our environments and hardened pods, on a hub that is there already.

    Parameters
    ----------
    values
        As for our chart; what belongs to its own parts is left out.
    tag
        Of images that have none of their own.

    Raises
    ------
    HubError
        Something in them needs our hub: data by group, accounts by the login, a count of GPUs.
    """
    _check(values)
    offers = offers_for(values.environments, _all_groups(values.environments))
    profiles = profile_list(offers, values, tag)
    for profile in profiles:
        volumes, mounts = mounts_for(values.data, offers[profile["slug"]].data, [], "daisy-lab")
        if volumes:
            profile["kubespawner_override"] |= {"volumes": volumes, "volume_mounts": mounts}
    pod = pod_settings(values)
    users = values.singleuser
    hub: dict[str, Any] = {
        "config": {"KubeSpawner": _spawner(pod)},
        "extraFiles": {
            "daisy-lab-form": {
                "mountPath": f"{_FORM_FOLDER}/form.html",
                "mode": 0o444,
                "stringData": _FORM.read_text("utf-8"),
            }
        },
    }
    groups = {name: list(offer.groups) for name, offer in offers.items() if offer.groups}
    if groups:
        hub["extraConfig"] = {"10-daisy-lab-groups": _GROUPS.format(groups=groups)}
    first = next(iter(offers.values()))
    image = first.image.reference(values.global_.image_registry, tag)
    name, _colon, image_tag = image.partition("@")[0].rpartition(":")
    made = {
        "hub": hub,
        "singleuser": {
            "image": {"name": name or image, "tag": image_tag or tag},
            "cmd": pod["cmd"],
            "uid": users.uid,
            "fsGid": users.fs_gid,
            "startTimeout": users.start_timeout,
            "extraEnv": pod["environment"],
            "nodeSelector": pod["node_selector"],
            "extraTolerations": pod["tolerations"],
            # The network policy keeps pods from the metadata; a privileged container at each start is not needed.
            "cloudMetadata": {"blockWithIptables": False},
            "storage": _storage(values, pod),
            "profileList": profiles,
        },
        "cull": {"enabled": values.cull.enabled, "timeout": values.cull.timeout, "every": values.cull.every},
        "prePuller": {"extraImages": _images(offers, values, tag)},
    }
    return _HEAD.format(door="z2jh") + as_yaml(made)


def _check(values: Values) -> None:
    by_group = [name for name, mount in values.data.items() if mount.groups or mount.folders.groups]
    made = [name for name, mount in values.data.items() if not mount.claim]
    if by_group or made:
        raise HubError(
            _(
                "the data '{name}' need our hub (a folder by group, or a volume that our chart makes): "
                "give it a 'claim' and no groups, or install the chart daisy-lab"
            ).format(name=(by_group or made)[0])
        )
    if not values.environments:
        raise HubError(_("there is no environment: no app's folder is installed"))


def _all_groups(offers: Mapping[str, Offer]) -> set[str]:
    return {group for offer in offers.values() for group in offer.groups}


def _spawner(pod: dict[str, Any]) -> dict[str, Any]:
    """Give the settings that Zero to JupyterHub has no key for."""
    names = (
        "args",
        "working_dir",
        "notebook_dir",
        "gid",
        "allow_privilege_escalation",
        "automount_service_account_token",
        "container_security_context",
        "pod_security_context",
        "extra_pod_config",
    )
    held = {name: pod[name] for name in names}
    return held | {"additional_profile_form_template_paths": [_FORM_FOLDER]}


def _storage(values: Values, pod: dict[str, Any]) -> dict[str, Any]:
    storage = values.singleuser.storage
    made: dict[str, Any] = {
        "type": storage.type,
        "homeMountPath": storage.home_mount_path,
        # Ours, with a size: /dev/shm comes with shared_memory of the pod, /tmp is all that the root may write.
        "extraVolumes": [pod["volumes"][name] for name in _OURS],
        "extraVolumeMounts": [pod["volume_mounts"][name] for name in _OURS],
    }
    if storage.type == "dynamic":
        made["capacity"] = storage.capacity
    if storage.type == "static":
        made["static"] = {"pvcName": storage.claim, "subPath": storage.sub_path}
    return made


def _images(offers: Mapping[str, Offer], values: Values, tag: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, offer in offers.items():
        reference = offer.image.reference(values.global_.image_registry, tag)
        image, _colon, image_tag = reference.partition("@")[0].rpartition(":")
        made[f"daisy-lab-{name}"] = {"name": image or reference, "tag": image_tag or tag}
    return made
