"""What all users' pods have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daisy_lab.hub._values._fact import Fact, Name, Object, Quantity, Strings
from daisy_lab.hub._values._pod import Netpol

__all__ = ["Egress", "Singleuser", "Storage"]


class Egress(Fact):
    """What users' pods may reach; the hub and the names' service always."""

    internet: bool = True
    """Public addresses. Cloud metadata (169.254.169.254) stays closed all the same."""
    private: bool = False
    """Private networks (10/8, 172.16/12, 192.168/16): other services of the site."""
    ports: list[Annotated[int, Field(ge=1, le=65535)]] = [80, 443]
    """Ports of public and private addresses; all when empty."""


class UserNetpol(Netpol):
    """Who reaches users' pods and what these reach."""

    egress_allow: Egress = Egress()
    """What they may reach."""


class Storage(Fact):
    """Where a user's home is."""

    type: Literal["dynamic", "static", "none"] = "dynamic"
    """A volume for each user; one volume with a folder each; or nothing that lasts."""
    capacity: Quantity = "10Gi"
    """Size of a user's own volume."""
    storage_class: str = ""
    """StorageClass of users' own volumes; the cluster's usual one when empty."""
    access_modes: list[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]] = ["ReadWriteOnce"]
    """ReadWriteMany where a user's servers run on several nodes at once."""
    claim: str = ""
    """For `static`: the PersistentVolumeClaim that holds all homes."""
    sub_path: str = "home/{username}"
    """For `static`: a user's folder in it."""
    home_mount_path: str = "/home/daisy"
    """Where a pod sees the home."""


class Singleuser(Fact):
    """Users' pods."""

    uid: Annotated[int, Field(ge=1)] = 1000
    """User id in a pod, where the login tells none."""
    gid: Annotated[int, Field(ge=1)] = 1000
    """Group id in a pod, where the login tells none."""
    fs_gid: Annotated[int, Field(ge=0)] = 1000
    """Group that new volumes are made readable for; 0 leaves them as they are (NFS)."""
    minimum_uid: Annotated[int, Field(ge=1)] = 1000
    """Ids that the login tells below this one are refused."""
    guarantee: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of a size's CPU and memory that is kept free for its pod."""
    start_timeout: Annotated[int, Field(ge=10)] = 300
    """Seconds that a start may take, pulling the image included."""
    scheduling_timeout: Annotated[int, Field(ge=1)] = 60
    """Seconds that a pod may wait for a node with room; more where the cluster adds nodes by itself."""
    storage: Storage = Storage()
    """Where a user's home is."""
    shared_memory: Quantity = "2Gi"
    """Size of the memory that processes share (/dev/shm); it counts as memory of the pod."""
    scratch: Quantity = "10Gi"
    """Size of the pod's temporary folder, on the node's disk."""
    read_only_root: bool = True
    """The image's own files cannot be written."""
    node_selector: Strings = {}
    """Nodes for users' pods."""
    tolerations: list[Object] = []
    """Taints that users' pods tolerate."""
    extra_labels: Strings = {}
    """Further labels of users' pods."""
    extra_annotations: Strings = {}
    """Further annotations of users' pods."""
    extra_env: Strings = {}
    """Environment variables of all users' pods."""
    priority_class: str = ""
    """PriorityClass that is there already; `scheduling.podPriority` makes one."""
    runtime_class: str = ""
    """RuntimeClass, as gVisor's."""
    image_pull_secrets: list[Name] = []
    """Further secrets for pulling users' images."""
    network_policy: UserNetpol = UserNetpol()
    """Who reaches users' pods and what these reach."""
