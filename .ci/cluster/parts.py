"""The command line of each part of the cluster, in the order in which they start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from places import NAME, NODE, PODS, PORT, SERVICES, binaries

STORE = "http://127.0.0.1:2379"
_PEER = "http://127.0.0.1:2380"


class Part(NamedTuple):
    """A program that runs as long as the cluster."""

    name: str
    command: list[str]
    waits_for: tuple[str, int] | None = None
    """Address and port that must answer before."""


def parts(work: Path) -> list[Part]:
    """Give all parts of a cluster whose papers lie in a folder."""
    programs = binaries()
    admin = f"--kubeconfig={work / 'admin.kubeconfig'}"
    api = (NODE, PORT)
    return [
        Part("etcd", ["etcd", *_options(_store(work))]),
        Part(
            "kube-apiserver", [str(programs / "kube-apiserver"), *_options(_api(work))], ("127.0.0.1", 2379)
        ),
        Part(
            "kube-controller-manager",
            [str(programs / "kube-controller-manager"), admin, *_options(_manager(work))],
            api,
        ),
        Part("kube-scheduler", [str(programs / "kube-scheduler"), admin, "--leader-elect=false"], api),
        Part("names", [sys.executable, str(Path(__file__).parent / "names.py"), str(work)], api),
        Part("containerd", ["containerd", f"--config={work / 'containerd.toml'}"]),
        Part("kubelet", [str(programs / "kubelet"), *_options(_kubelet(work))], api),
        Part("kube-proxy", [str(programs / "kube-proxy"), admin, *_options(_proxy())], api),
    ]


def _options(named: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in named.items()]


def _store(work: Path) -> dict[str, object]:
    return {
        "data-dir": work / "etcd",
        "listen-client-urls": STORE,
        "advertise-client-urls": STORE,
        "listen-peer-urls": _PEER,
        "initial-advertise-peer-urls": _PEER,
        "initial-cluster": f"default={_PEER}",
        "unsafe-no-fsync": "true",  # it lives for a test
    }


def _api(work: Path) -> dict[str, object]:
    return {
        "etcd-servers": STORE,
        "secure-port": PORT,
        "bind-address": NODE,
        "advertise-address": NODE,
        "tls-cert-file": work / "api.crt",
        "tls-private-key-file": work / "api.key",
        "token-auth-file": work / "tokens.csv",
        "authorization-mode": "Node,RBAC",
        "service-cluster-ip-range": SERVICES,
        "service-account-key-file": work / "accounts.pub",
        "service-account-signing-key-file": work / "accounts.key",
        "service-account-issuer": "https://kubernetes.default.svc",
        "allow-privileged": "true",
        "kubelet-preferred-address-types": "InternalIP",  # the node's name is known to nobody
    }


def _manager(work: Path) -> dict[str, object]:
    return {
        "service-account-private-key-file": work / "accounts.key",
        "root-ca-file": work / "api.crt",
        "use-service-account-credentials": "true",
        "leader-elect": "false",
        "allocate-node-cidrs": "false",
    }


def _kubelet(work: Path) -> dict[str, object]:
    return {
        "config": work / "kubelet.json",
        "kubeconfig": work / "node.kubeconfig",
        "container-runtime": "remote",
        "container-runtime-endpoint": f"unix://{work / 'c.sock'}",
        "root-dir": work / "kubelet",
        "cert-dir": work / "kubelet-certificates",
        "hostname-override": NAME,
        "node-ip": NODE,
    }


def _proxy() -> dict[str, object]:
    # Kernel limits are the machine's: nothing here may raise them.
    return {
        "proxy-mode": "iptables",
        "cluster-cidr": PODS,
        "hostname-override": NAME,
        "bind-address": NODE,
        "conntrack-max-per-core": 0,
        "conntrack-tcp-timeout-established": 0,
        "conntrack-tcp-timeout-close-wait": 0,
    }
