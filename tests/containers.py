"""The images as containers: one run with nothing allowed, or what a cluster's node would make of a pod."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tomllib
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import kmock
import pytest
from clusters import ApiServer, cluster_beside
from facilities import Facility
from hubs import skip_where_no_hub

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
TABLE: dict[str, dict[str, Any]] = {
    name: facts
    for name, facts in tomllib.loads((ROOT / "images" / "images.toml").read_text("utf-8")).items()
    if facts.get("built", True) and "target" not in facts
}
# As Kubernetes runs a pod under the standard `restricted`, and with no network at all.
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges")
ALONE = ("--network=none",)
HOME = "/home/daisy"


def reference(name: str) -> str:
    """Give the reference of an image by its folder."""
    return f"{TABLE[name]['name']}:{VERSION}"


def docker(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Ask docker for something."""
    done = subprocess.run(
        ["docker", *words], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if check:
        assert done.returncode == 0, f"docker {' '.join(words)}\n{done.stdout}{done.stderr}"
    return done


def require_images() -> None:
    """Skip where no daemon answers; an image that is not built is a failure."""
    if shutil.which("docker") is None or docker("version", check=False).returncode != 0:
        pytest.skip("no docker daemon answers: make images-test starts one")
    missing = [
        name for name in map(reference, TABLE) if docker("image", "inspect", name, check=False).returncode
    ]
    assert missing == [], "make images builds them"


def folders(user: str) -> list[str]:
    """Give options for a home and a folder for scratch, which are all that may be written."""
    number, _colon, group = user.partition(":")
    return [f"--tmpfs={HOME}:uid={number},gid={group or 0},mode=0700", "--tmpfs=/tmp:mode=1777"]


class Node(ApiServer):
    """A cluster of one node whose pods are containers, each with an address of its own.

    Parameters
    ----------
    place
        Where users' volumes lie.
    """

    def __init__(self, place: Path) -> None:
        super().__init__()
        self._volumes = place
        self._containers: dict[str, str] = {}
        self.network = f"daisy-{uuid.uuid4().hex[:8]}"
        # No way out: what a pod reaches is the hub.
        docker("network", "create", "--internal", self.network)
        facts = json.loads(docker("network", "inspect", self.network).stdout)[0]
        self.gateway = str(facts["IPAM"]["Config"][0]["Gateway"])

    def close(self) -> None:
        """End all pods."""
        for name in list(self._containers):
            self._remove(name)
        docker("network", "rm", self.network)

    def container(self, environment: str) -> str:
        """Give the container of an environment's pod."""
        (found,) = (own for name, own in self._containers.items() if environment in name)
        return found

    def volume(self, claim: str) -> Path:
        """Give the folder behind a claim, as a disk that is there already."""
        folder = self._volumes / claim
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def _handle(self, request: Any) -> Any:
        plural = getattr(request.resource, "plural", "")
        if request.action == kmock.action.DELETE and plural == "pods":
            self._remove(request.name)
        return await super()._handle(request)

    def _status(self, pod: dict[str, Any]) -> dict[str, Any]:
        name = pod["metadata"]["name"]
        self._containers[name] = f"{self.network}-{name}"
        docker("run", "--detach", f"--name={self._containers[name]}", *self._options(pod["spec"]))
        facts = json.loads(docker("inspect", self._containers[name]).stdout)[0]
        self.address = facts["NetworkSettings"]["Networks"][self.network]["IPAddress"]
        return super()._status(pod)

    def _remove(self, name: str) -> None:
        own = self._containers.pop(name, None)
        if own is not None:
            docker("rm", "--force", own)

    def _options(self, spec: dict[str, Any]) -> list[str]:
        (container,) = spec["containers"]
        context, limits = container["securityContext"], container["resources"]["limits"]
        assert context["readOnlyRootFilesystem"]
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["allowPrivilegeEscalation"] is False
        group = spec["securityContext"].get("fsGroup", 0)
        cores = min(float(limits["cpu"]), os.cpu_count() or 1)
        return [
            *(*HARDENED, f"--network={self.network}", f"--group-add={group}"),
            f"--user={context['runAsUser']}:{context['runAsGroup']}",
            *(f"--cpus={cores}", f"--memory={limits['memory']}", f"--workdir={container['workingDir']}"),
            *(f"--env={one['name']}={one['value']}" for one in container["env"]),
            *self._mounts(spec, container, group),
            *(container["image"], *container["args"]),
        ]

    def _mounts(self, spec: dict[str, Any], container: dict[str, Any], group: int) -> Iterator[str]:
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for mount in container["volumeMounts"]:
            volume, path = volumes[mount["name"]], mount["mountPath"]
            if "persistentVolumeClaim" in volume:
                folder = self.volume(volume["persistentVolumeClaim"]["claimName"])
                assert spec["securityContext"]["fsGroupChangePolicy"] == "OnRootMismatch"
                _give_to(folder, group)
                yield f"--volume={folder}:{path}"
            else:
                yield f"--tmpfs={path}:mode=1777,exec"


def _give_to(folder: Path, group: int) -> None:
    """Open a volume to a group as a kubelet does: once, since later its root says that it is done."""
    facts = folder.stat()
    if facts.st_gid == group and facts.st_mode & stat.S_ISGID:
        return
    for inner in (folder, *folder.rglob("*")):
        os.chown(inner, -1, group)
        inner.chmod(inner.stat().st_mode | (0o2770 if inner.is_dir() else 0o660))


class ContainerFacility(Facility):
    """The chart's hub and proxy in the hub's image, users' servers in theirs."""

    programs: ClassVar[dict[str, list[str]]] = {
        "hub": ["jupyterhub"],
        "proxy": ["configurable-http-proxy"],
    }

    def _start(self, command: list[str], told: dict[str, str]) -> subprocess.Popen[bytes]:
        state = self._folder / "state"
        os.chown(state, 1000, 0)
        for folder in (self.config, self.secrets):
            folder.chmod(0o755)
        shown = [self.config, self.secrets, self._kubeconfig]
        mounts = [f"--volume={path}:{path}:ro" for path in shown] + [f"--volume={state}:{state}"]
        words = ["docker", "run", "--rm", "--network=host", *HARDENED, "--user=1000:0", f"--workdir={state}"]
        words += [*folders("1000:0"), *mounts, *(f"--env={key}={value}" for key, value in told.items())]
        return super()._start([*words, reference("hub"), *command], {})


@contextmanager
def facility_in_containers(folder: Path, **values: Any) -> Iterator[tuple[ContainerFacility, Node]]:
    """Give a hub as the chart makes it, in containers, and the node that its pods run on."""
    skip_where_no_hub()
    node = Node(folder / "volumes")
    try:
        with cluster_beside(folder, node) as (_api, kubeconfig):

            class Here(ContainerFacility):
                host = node.gateway

            with Here(folder, node, kubeconfig, 8888, values) as made:
                yield made, node
    finally:
        node.close()
