"""The chart installed by helm in a real cluster, and its hub for visitors."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
import tarfile
import time
from typing import TYPE_CHECKING, Any

import yaml
from charts import CHART, ROOT, TOOLS, merged
from hubs import Visitor
from servers import wait_until

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

    from cluster import Cluster

NODE = "172.31.241.2"
MINUTES = 300.0
_SIZE = {"cpu": 1, "memory": "2G"}
SMALL: dict[str, Any] = {
    "auth": {"allowAll": True, "adminUsers": ["boss"]},
    "singleuser": {"guarantee": 0.1, "schedulingTimeout": 5, "sharedMemory": "256Mi"},
    "hub": {"resources": {"requests": {"cpu": "50m", "memory": "256Mi"}}},
    "proxy": {"resources": {"requests": {"cpu": "50m", "memory": "64Mi"}}},
    "environments": {
        "ct": {
            "sizes": [_SIZE | {"name": "small"}, _SIZE | {"name": "gpu", "title": "With a GPU", "gpu": 1}]
        },
        "pdf": None,
        "lab": {"sizes": [_SIZE], "image": {"tag": "0.0.0-missing"}},
    },
    "prePuller": {"skip": ["lab"]},
    "data": {"samples": {"mountPath": "/data/samples", "claim": "samples"}},
}
"""Values for a node with two cores; the workbench's image is in no registry."""


class Release:
    """An installation of the chart: names, pods, and what helm says."""

    def __init__(self, cluster: Cluster, folder: Path, namespace: str, helm: str, port: int) -> None:
        self.cluster, self.namespace, self._helm, self._folder = cluster, namespace, helm, folder
        self.name = "try"
        self.url, self.user = f"http://{NODE}:{port}", "ann"
        self.values = merged(SMALL, {"proxy": {"service": {"type": "NodePort", "nodePort": port}}})
        self.chart = relaxed(CHART, folder / "chart")
        self._prepare()

    def _prepare(self) -> None:
        """Make the namespace as the operator's page says, and volumes where a cloud would."""
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        space = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": self.namespace, "labels": labels},
        }
        self.cluster.apply(space)
        make_ct(self.volume("samples", "samples") / "scan.h5", size=128, angles=120, rows=48, seed=1)
        for number in range(8):
            self.volume(f"any-{number}")
        claim = {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "samples", "namespace": self.namespace},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "volumeName": f"{self.namespace}-samples",
                "storageClassName": "",
                "resources": {"requests": {"storage": "1Gi"}},
            },
        }
        self.cluster.apply(claim)

    def volume(self, name: str, claim: str = "") -> Path:
        """Make a volume for a claim of this namespace, or for whichever comes; gives its folder on this machine."""
        folder = self.cluster.work / "volumes" / f"{self.namespace}-{name}"
        folder.mkdir(parents=True)
        folder.chmod(0o777)
        spec: dict[str, Any] = {
            "capacity": {"storage": "20Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": str(folder)},
        }
        if claim:
            spec["claimRef"] = {"namespace": self.namespace, "name": claim}
        metadata = {"name": f"{self.namespace}-{name}"}
        self.cluster.apply(
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec}
        )
        return folder

    def helm(self, *words: str, check: bool = True, values: dict[str, Any] | None = None) -> str:
        """Run helm; gives what it said."""
        command = [str(TOOLS / self._helm / "helm"), f"--kubeconfig={self.cluster.settings}"]
        command += [f"--namespace={self.namespace}", *words, *(["--values=-"] if values is not None else [])]
        given = json.dumps(values) if values is not None else None
        done = subprocess.run(command, check=False, capture_output=True, text=True, input=given, timeout=600)
        assert not check or done.returncode == 0, done.stdout + done.stderr + self.state()
        return done.stdout + done.stderr

    def install(self, chart: Path | None = None) -> str:
        """Install it; hub and proxy are ready when this returns. Gives the notes."""
        return self.helm(
            "install", self.name, str(chart or self.chart), *self._patiently(), values=self.values
        )

    def upgrade(self, changed: dict[str, Any] | None = None) -> str:
        """Upgrade it, with other values too."""
        self.values = merged(self.values, changed or {})
        return self.helm("upgrade", self.name, str(self.chart), *self._patiently(), values=self.values)

    @staticmethod
    def _patiently() -> tuple[str, ...]:
        return "--wait", f"--timeout={MINUTES:.0f}s"

    def state(self) -> str:
        """Give what the cluster says of the namespace."""
        said = [self.cluster.kubectl("-n", self.namespace, "get", "pods,pvc,events", check=False)]
        for part in ("hub", "proxy"):
            pod = f"deployment/try-daisy-lab-{part}"
            said.append(self.cluster.kubectl("-n", self.namespace, "logs", pod, "--tail=60", check=False))
        return "\n".join(said)

    def home(self, user: str) -> Path:
        """Give the folder on this machine that is a user's home."""
        return self.folder_of(f"daisy-home-{user}")

    def folder_of(self, claim: str) -> Path:
        """Give the folder on this machine that a claim got."""
        volume = self.cluster.get("-n", self.namespace, "pvc", claim)["spec"]["volumeName"]
        return self.cluster.work / "volumes" / str(volume)

    def objects(self, kind: str, component: str = "") -> list[dict[str, Any]]:
        """Give the objects of a kind."""
        which = [f"--selector=app.kubernetes.io/component={component}"] if component else []
        found: list[dict[str, Any]] = self.cluster.get("-n", self.namespace, kind, *which)["items"]
        return found

    def secret(self, name: str = "try-daisy-lab-hub") -> dict[str, str]:
        """Give what is in a Secret."""
        data = self.cluster.get("-n", self.namespace, "secret", name)["data"]
        return {key: base64.b64decode(value).decode() for key, value in data.items()}

    @property
    def password(self) -> str:
        """Give everybody's password, as the notes say how."""
        return self.secret()["dummy-password"]

    def visitor(self, name: str = "") -> Visitor:
        """Give somebody with a browser of their own; logged in where they have a name."""
        made = Visitor(self)  # type: ignore[arg-type]  # it asks for url, user and password only
        if name:
            answer = made.log_in(name, self.password)
            assert answer.url.endswith("/hub/home"), answer.text
        return made

    def until_answers(self) -> None:
        """Wait until the hub answers through the proxy."""
        wait_until(self.answers, "the hub answers", MINUTES, pause=0.2)

    def answers(self) -> bool:
        """Say whether it answers now."""
        try:
            return self.visitor().get("/hub/health").status == 200
        except OSError:
            return False

    def spawn(self, visitor: Visitor, user: str, size: str = "small", environment: str = "ct") -> float:
        """Start a server; gives the seconds from pressing Start until it is ready."""
        since = time.monotonic()
        form = {"environment": environment, "size": size, "language": "en"}
        answer = visitor.send(f"/hub/spawn/{user}/{environment}", form)
        assert answer.status == 200, answer.text + self.state()
        wait_until(
            lambda: visitor.servers(user).get(environment, {}).get("ready"),
            f"'{environment}' is ready",
            MINUTES,
        )
        return time.monotonic() - since

    def refusal(self, visitor: Visitor, user: str, environment: str, **wishes: str) -> str:
        """Try to start a server that does not start; gives the page that says why."""
        form = {"environment": environment, "size": "", "language": "en", **wishes}
        pages = [visitor.send(f"/hub/spawn/{user}/{environment}", form)]

        def ended() -> bool:
            if pages[-1].status == 200:
                pages.append(visitor.get(f"/hub/spawn-pending/{user}/{environment}"))
            return pages[-1].status != 200

        wait_until(ended, "the start ends", MINUTES, pause=0.5)
        return pages[-1].text

    def __repr__(self) -> str:
        return f"Release({self.namespace})"


def relaxed(chart: Path, copy: Path) -> Path:
    """Copy a chart that admits an older Kubernetes, as the cluster's is; nothing else of it changes."""
    shutil.copytree(chart, copy)
    facts = copy / "Chart.yaml"
    facts.write_text(
        re.sub(r"(?m)^kubeVersion:.*$", 'kubeVersion: ">=1.20.0-0"', facts.read_text("utf-8")), "utf-8"
    )
    assert yaml.safe_load(facts.read_text("utf-8"))["kubeVersion"] == ">=1.20.0-0"
    return copy


def last_chart(folder: Path) -> Path | None:
    """Give the chart of the last tag, or nothing where there is none."""
    git = ["git", "-C", str(ROOT)]
    tag = subprocess.run(
        [*git, "describe", "--tags", "--abbrev=0"], check=False, capture_output=True, text=True
    )
    if tag.returncode != 0:
        return None
    where = "helm/daisy-lab"
    packed = subprocess.run([*git, "archive", tag.stdout.strip(), where], check=False, capture_output=True)
    if packed.returncode != 0:
        return None
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="data")
    return relaxed(folder / where, folder / "last")
