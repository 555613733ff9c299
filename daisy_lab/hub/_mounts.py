"""Measured data in a user's pod: which volumes, which folders of them, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab.hub._values import DataMount

__all__ = ["mounts_for"]


def mounts_for(
    data: Mapping[str, DataMount], wanted: Iterable[str], groups: Iterable[str], prefix: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give volumes and their mounts, by name, as KubeSpawner takes them.

    Parameters
    ----------
    data
        All there are.
    wanted
        Names of those that the environment sees; all when empty.
    groups
        Of the user; a folder of another group is not even in the pod.
    prefix
        Put before the name of a claim that the chart made.
    """
    named, mine = set(wanted), sorted(set(groups))
    volumes: dict[str, Any] = {}
    mounts: dict[str, Any] = {}
    for name, mount in data.items():
        if (named and name not in named) or (mount.groups and not set(mine) & set(mount.groups)):
            continue
        seen = _folders(mount, mine)
        if not seen:
            continue
        volume = f"data-{name}"
        volumes[volume] = {
            "name": volume,
            "persistentVolumeClaim": {
                "claimName": mount.claim or f"{prefix}-data-{name}",
                "readOnly": mount.read_only,
            },
        }
        for number, (sub_path, place) in enumerate(seen):
            mounts[f"{volume}-{number:04d}"] = _mount(volume, mount, sub_path, place)
    return volumes, mounts


def _folders(mount: DataMount, groups: list[str]) -> list[tuple[str, str]]:
    """Give folders of the volume, and where each is seen."""
    if not mount.folders.groups:
        return [(mount.sub_path, mount.mount_path)]
    found = (mount.folders.of(group) for group in groups)
    top = f"{mount.sub_path}/" if mount.sub_path else ""
    return sorted(
        {(f"{top}{inside}", f"{mount.mount_path}/{place}") for inside, place in filter(None, found)}
    )


def _mount(volume: str, mount: DataMount, sub_path: str, place: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": volume, "mountPath": place, "readOnly": mount.read_only}
    if sub_path:
        made["subPath"] = sub_path
    if mount.propagation != "None":
        made["mountPropagation"] = mount.propagation
    return made
