"""Environments as KubeSpawner's profiles: what a card sets, as plain data.

KubeSpawner merges dictionaries and removes what is None; so each choice says all of its own, and a choice without a GPU
takes away what one with a GPU would have set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from daisy_lab.hub._offers import Pick, picks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.hub._values import Offer, Values

__all__ = ["USUAL", "profile_list", "profile_of"]

USUAL: Final = "usual"
_THREADS: Final = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def profile_list(offers: Mapping[str, Offer], values: Values, tag: str) -> list[dict[str, Any]]:
    """Give KubeSpawner's list; the first one is proposed."""
    made = [profile_of(name, offer, values, tag) for name, offer in offers.items()]
    for number, profile in enumerate(made):
        profile["default"] = number == 0
    return made


def profile_of(name: str, offer: Offer, values: Values, tag: str) -> dict[str, Any]:
    """Give one environment as a profile of KubeSpawner.

    Parameters
    ----------
    name
        The short word; it is the profile's slug.
    offer
        The environment.
    values
        What holds for all.
    tag
        Of images that have none of their own: the version of this release.
    """
    image = offer.image.reference(values.global_.image_registry, tag)
    options = {"size": _sizes(offer, values)}
    if offer.versions:
        options["version"] = _versions(offer, values, tag)
    return {
        "display_name": offer.title,
        "slug": name,
        "description": offer.description,
        **({"icon": offer.icon} if offer.icon else {}),
        "profile_options": options,
        "kubespawner_override": {
            "image": image,
            "image_pull_policy": offer.image.pull_policy,
            "default_url": f"/{offer.path}",
            "environment": {
                "DAISY_LAB_ENVIRONMENT": name,
                "DAISY_LAB_IMAGE": image,
                **({"DAISY_LAB_LOCKED": name} if offer.locked else {}),
                **offer.env,
            },
            "extra_labels": {"daisy-lab/environment": name},
        },
    }


def _sizes(offer: Offer, values: Values) -> dict[str, Any]:
    return {
        "display_name": "Size",
        "choices": {
            pick.name: {
                "display_name": _title(pick),
                "default": number == 0,
                "kubespawner_override": _resources(pick, values),
            }
            for number, pick in enumerate(picks_of(offer))
        },
    }


def _title(pick: Pick) -> str:
    if pick.size.title and pick.gpu == pick.size.gpu:
        return pick.size.title
    told = f"{pick.size.cpu:g} CPU · {pick.size.memory / 1e9:.0f} GB"
    return f"{told} · {pick.gpu} GPU" if pick.gpu else told


def _resources(pick: Pick, values: Values) -> dict[str, Any]:
    share = values.singleuser.guarantee
    threads = str(max(1, int(pick.size.cpu)))
    given = str(pick.gpu) if pick.gpu else None
    return {
        "cpu_limit": pick.size.cpu,
        "cpu_guarantee": round(pick.size.cpu * share, 3),
        "mem_limit": _kibibytes(pick.size.memory),
        "mem_guarantee": _kibibytes(pick.size.memory * share),
        "environment": dict.fromkeys(_THREADS, threads),
        "extra_resource_limits": {values.gpu.resource: given},
        "extra_resource_guarantees": {values.gpu.resource: given},
        **(_gpu_node(pick, values) if pick.gpu else {}),
    }


def _kibibytes(count: float) -> str:
    """Give bytes as JupyterHub reads them; a large number would come out of a YAML file as a fraction."""
    return f"{int(count) // 1024}K"


def _gpu_node(pick: Pick, values: Values) -> dict[str, Any]:
    gpu = values.gpu
    selector: dict[str, str] = {**values.singleuser.node_selector, **gpu.node_selector}
    if pick.size.gpu_product:
        selector[gpu.product_label] = pick.size.gpu_product
    taint = {"key": gpu.toleration, "operator": "Exists", "effect": "NoSchedule"}
    made: dict[str, Any] = {
        "node_selector": selector,
        "tolerations": [*values.singleuser.tolerations, *([taint] if gpu.toleration else [])],
    }
    if gpu.runtime_class:
        made["extra_pod_config"] = {"runtimeClassName": gpu.runtime_class}
    return made


def _versions(offer: Offer, values: Values, tag: str) -> dict[str, Any]:
    registry = values.global_.image_registry
    usual = offer.image.tag or offer.image.digest[:19] or tag
    choices: dict[str, Any] = {
        USUAL: {"display_name": usual or "usual", "default": True, "kubespawner_override": {}}
    }
    for version in offer.versions:
        image = offer.image.model_copy(update={"tag": version.tag, "digest": version.digest})
        reference = image.reference(registry)
        choices[version.name] = {
            "display_name": version.title,
            "kubespawner_override": {"image": reference, "environment": {"DAISY_LAB_IMAGE": reference}},
        }
    return {"display_name": "Version", "choices": choices}
