"""Where the test cluster keeps its things, and how its parts find each other."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = "1.20.2"
PARTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet")
GO = Path("/usr/lib/go-1.19/bin")
CNI = Path("/usr/lib/cni")

# The cluster lives in a network of its own; this machine sees one cable, and these addresses behind it.
LINK = "daisy-cluster"
OUTSIDE, NODE, PREFIX = "172.31.241.1", "172.31.241.2", 30
PODS = "172.31.240.0/24"
SERVICES = "10.96.0.0/16"
API = "10.96.0.1"
DOMAIN = "cluster.local"
NAME = "daisy-node"
PORT = 6443
GROUP = "daisy-lab-cluster"
TOKENS = {"admin": "system:masters", "node": "system:nodes"}


def cache() -> Path:
    """Give the folder of what outlives a run: one for each version of Kubernetes."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "daisy-lab" / "cluster" / VERSION


def binaries() -> Path:
    """Give the folder of the built parts."""
    return cache() / "bin"


def works() -> list[Path]:
    """Give the folders of clusters that run, or that were left."""
    return sorted(Path(tempfile.gettempdir()).glob("daisy-cluster-*"))


def run(
    *command: str | Path,
    given: str = "",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    check: bool = True,
) -> str:
    """Run a command and give what it said; its complaints too where that is not checked.

    Raises
    ------
    SystemExit
        It failed; with its own words.
    """
    words = [str(part) for part in command]
    done = subprocess.run(words, check=False, capture_output=True, text=True, input=given, cwd=cwd, env=env)
    said = "\n".join(filter(None, (done.stdout, done.stderr)))
    if done.returncode != 0 and check:
        raise SystemExit(f"failed ({done.returncode}): {' '.join(words)}\n{said[-4000:]}")
    return done.stdout if check else said
