"""Measured data in users' pods: where they lie, where they are seen, and who sees which folder."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daisy_lab.hub._values._fact import Fact, Quantity, Strings
from daisy_lab.texts import gettext as _

__all__ = ["Csi", "DataMount", "Folders", "Nfs"]


def safe(path: str) -> bool:
    """Say whether a path stays where it is put."""
    return bool(path) and not path.startswith("/") and not {"", ".", ".."} & set(path.split("/"))


class Nfs(Fact):
    """A folder of an NFS server; the chart makes a PersistentVolume of it, since a pod may not name it itself."""

    server: str = ""
    """Name or address of the server; no NFS when empty."""
    path: Annotated[str, Field(pattern=r"^(/.*)?$")] = ""
    """Exported folder."""
    mount_options: list[str] = ["ro", "nosuid", "nodev"]
    """Options of the mount."""


class Csi(Fact):
    """A volume of a storage driver; the chart makes a PersistentVolume of it."""

    driver: str = ""
    """Name of the driver; no CSI volume when empty."""
    volume_handle: str = ""
    """What the driver calls the volume."""
    volume_attributes: Strings = {}
    """What else the driver wants to know."""
    node_stage_secret: str = ""
    """Secret in the release's namespace that the driver needs to attach the volume."""


class Folders(Fact):
    """Folders by group: each member sees the folders of the own groups and nothing else."""

    groups: str = ""
    """Regular expression that a group's whole name matches, as `proposal-(\\d+)`; no such rule when empty."""
    sub_path: str = "{0}"
    """Folder in the volume; {0} is the group's name, {1} the first part in parentheses."""
    mount_as: str = "{0}"
    """Folder below `mountPath`."""

    @model_validator(mode="after")
    def _can_be_used(self) -> Self:
        try:
            parts = re.compile(self.groups).groups
        except re.error as error:
            message = _("'groups' is no regular expression: {reason}").format(reason=error)
            raise ValueError(message) from None
        for key, pattern in (("subPath", self.sub_path), ("mountAs", self.mount_as)):
            try:
                made = pattern.format(*("x" for _part in range(parts + 1)))
            except (IndexError, KeyError, ValueError):
                made = ""
            if not safe(made) or (self.groups and made == pattern):
                message = _(
                    "'{key}' must be a folder inside with {{0}} to {{{parts}}} in it; it is '{pattern}'"
                ).format(key=key, parts=parts, pattern=pattern)
                raise ValueError(message)
        return self

    def of(self, group: str) -> tuple[str, str] | None:
        """Give a group's folder in the volume and below the mount, or nothing where the group has none."""
        found = re.fullmatch(self.groups, group) if self.groups else None
        if found is None:
            return None
        words = (group, *(part or "" for part in found.groups()))
        pair = self.sub_path.format(*words), self.mount_as.format(*words)
        return pair if all(map(safe, pair)) else None


class DataMount(Fact):
    """Measured data that pods see."""

    title: str = ""
    """What it is, for people."""
    mount_path: Annotated[str, Field(pattern=r"^/[^:]*[^:/]$")]
    """Where pods see it."""
    claim: str = ""
    """A PersistentVolumeClaim that is there already; otherwise `nfs` or `csi` says what to make."""
    nfs: Nfs = Nfs()
    """An NFS folder."""
    csi: Csi = Csi()
    """A volume of a storage driver."""
    capacity: Quantity = "1Ti"
    """Size that the made volume says it has; nothing enforces it."""
    sub_path: str = ""
    """Folder in the volume; all of it when empty."""
    read_only: bool = True
    """Nobody writes into measured data."""
    propagation: Literal["None", "HostToContainer"] = "None"
    """`HostToContainer` where folders appear while a pod runs, as with autofs and CVMFS."""
    groups: list[str] = []
    """Only members of one of these groups see it; everybody when empty."""
    folders: Folders = Folders()
    """Proposal folders: who sees which part."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        given = [
            key
            for key, there in (("claim", self.claim), ("nfs", self.nfs.server), ("csi", self.csi.driver))
            if there
        ]
        if len(given) != 1:
            message = _("say where the data are with exactly one of 'claim', 'nfs' and 'csi'")
            raise ValueError(message)
        if self.sub_path and not safe(self.sub_path):
            message = _("'subPath' must be a folder inside; it is '{path}'").format(path=self.sub_path)
            raise ValueError(message)
        return self
