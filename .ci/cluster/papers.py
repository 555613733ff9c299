"""Keys, tokens and settings of the cluster's parts: made anew for each cluster, of no use anywhere else."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from places import API, CNI, DOMAIN, GROUP, NODE, PODS, PORT, TOKENS, run

if TYPE_CHECKING:
    from pathlib import Path


def write_papers(work: Path, pause: str) -> None:
    """Write all that the parts read.

    Parameters
    ----------
    work
        The cluster's folder.
    pause
        Name of the image that holds a pod's network.
    """
    _keys(work)
    _tokens(work)
    (work / "containerd.toml").write_text(_containerd(work, pause), "utf-8")
    (work / "kubelet.json").write_text(json.dumps(_kubelet()), "utf-8")
    (work / "cni").mkdir()
    (work / "cni" / "10-daisy.conflist").write_text(json.dumps(_network(work)), "utf-8")


def _keys(work: Path) -> None:
    names = f"subjectAltName=IP:{NODE},IP:127.0.0.1,IP:{API},DNS:kubernetes.default.svc"
    request = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "7",
        "-subj",
        "/CN=daisy-cluster",
    )
    run(*request, "-addext", names, "-keyout", work / "api.key", "-out", work / "api.crt")
    run("openssl", "genrsa", "-out", work / "accounts.key", "2048")
    run("openssl", "rsa", "-in", work / "accounts.key", "-pubout", "-out", work / "accounts.pub")


def _tokens(work: Path) -> None:
    lines = []
    for number, (name, group) in enumerate(TOKENS.items()):
        token = secrets.token_hex(16)
        user = "system:node:daisy-node" if name == "node" else name
        lines.append(f'{token},{user},{number},"{group}"\n')
        (work / f"{name}.kubeconfig").write_text(json.dumps(_kubeconfig(work, token)), "utf-8")
    (work / "tokens.csv").write_text("".join(lines), "utf-8")


def _kubeconfig(work: Path, token: str) -> dict[str, object]:
    server = {"server": f"https://{NODE}:{PORT}", "certificate-authority": str(work / "api.crt")}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [{"name": "test", "cluster": server}],
        "users": [{"name": "test", "user": {"token": token}}],
    }


def _containerd(work: Path, pause: str) -> str:
    # Nothing may lower its score with the out-of-memory killer where the machine itself is a container.
    return f"""
version = 2
root = "{work}/containerd"
state = "{work}/run"
[grpc]
  address = "{work}/c.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{CNI}"
    conf_dir = "{work}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
"""


def _kubelet() -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{GROUP}",
        "failSwapOn": False,
        "enforceNodeAllocatable": [],
        "evictionHard": {"nodefs.available": "0%", "imagefs.available": "0%", "memory.available": "0%"},
        "imageGCHighThresholdPercent": 100,
        "oomScoreAdj": 0,
        # Of a cluster that no other machine reaches.
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "clusterDNS": [NODE],
        "clusterDomain": DOMAIN,
        "resolvConf": "",
        "featureGates": {"DevicePlugins": False},  # no device is asked: the test says how many GPUs there are
        "nodeStatusUpdateFrequency": "5s",
    }


def _network(work: Path) -> dict[str, object]:
    addresses = {"type": "host-local", "ranges": [[{"subnet": PODS}]], "dataDir": str(work / "addresses")}
    bridge = {
        "type": "bridge",
        "bridge": "cni0",
        "isGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": addresses | {"routes": [{"dst": "0.0.0.0/0"}]},
    }
    return {
        "cniVersion": "0.4.0",
        "name": "daisy",
        "plugins": [bridge, {"type": "portmap", "capabilities": {"portMappings": True}}],
    }
