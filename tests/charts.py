"""The chart, rendered with values as an operator would write them."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHART = ROOT / "helm" / "daisy-lab"
TOOLS = ROOT / ".venv" / "tools"
HELMS = ("helm3", "helm4")
SECRET: dict[str, Any] = {"hub": {"existingSecret": "own"}}

_OIDC = {
    "type": "oidc",
    "allowedGroups": ["staff"],
    "adminGroups": ["computing"],
    "oidc": {
        "clientId": "daisy",
        "authorizeUrl": "https://login.example.org/authorize",
        "tokenUrl": "https://login.example.org/token",
        "userdataUrl": "https://login.example.org/userinfo",
        "callbackUrl": "https://daisy.example.org/hub/oauth_callback",
        "uidClaim": "uidNumber",
        "gidClaim": "gidNumber",
        "gidsClaim": "gids",
    },
}
_DATA = {
    "raw": {"mountPath": "/data/raw", "nfs": {"server": "nfs.example.org", "path": "/export/raw"}},
    "proposals": {
        "mountPath": "/data/proposals",
        "csi": {"driver": "cephfs.csi.example.org", "volumeHandle": "proposals", "nodeStageSecret": "ceph"},
        "folders": {"groups": "proposal-(\\d+)", "subPath": "{1}", "mountAs": "{1}"},
    },
    "shared": {"mountPath": "/data/shared", "claim": "shared", "subPath": "calibration", "groups": ["staff"]},
}
_TOLERATION = {"key": "users", "operator": "Exists", "effect": "NoSchedule"}
_RULE = {"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}], "ports": [{"protocol": "TCP", "port": 5432}]}
MATRIX: dict[str, dict[str, Any]] = {
    "minimal": {},
    "full": {
        "fullnameOverride": "platform",
        "hub": {
            "baseUrl": "/daisy/",
            "db": {"type": "url"},
            "services": {"portal": {"scopes": ["list:users", "read:servers"]}},
            "config": {"JupyterHub": {"log_level": "INFO"}},
            "extraConfig": {"10-site": "c.JupyterHub.shutdown_on_logout = True\n"},
            "extraEnv": {"TZ": "Asia/Shanghai"},
            "serviceAccount": {"annotations": {"example.org/identity": "hub"}},
            "nodeSelector": {"disk": "ssd"},
            "tolerations": [_TOLERATION],
            "annotations": {"example.org/note": "hub"},
            "labels": {"example.org/team": "computing"},
            "pdb": {"enabled": True},
            "networkPolicy": {"ingress": [{"from": [{"podSelector": {}}]}], "egress": [_RULE]},
        },
        "proxy": {
            "service": {
                "type": "LoadBalancer",
                "nodePort": 30080,
                "loadBalancerSourceRanges": ["192.0.2.0/24"],
            },
            "pdb": {"enabled": True},
            "annotations": {"example.org/note": "proxy"},
            "ingressFrom": [{"namespaceSelector": {"matchLabels": {"name": "ingress"}}}],
            "networkPolicy": {"egress": [_RULE]},
        },
        "singleuser": {
            "nodeSelector": {"users": "yes"},
            "tolerations": [_TOLERATION],
            "networkPolicy": {"egressAllow": {"private": True, "ports": []}, "egress": [_RULE]},
        },
        "scheduling": {"podPriority": {"enabled": True}, "schedulerName": "packing"},
        "ingress": {
            "enabled": True,
            "ingressClassName": "nginx",
            "annotations": {"example.org/body-size": "0"},
            "hosts": ["daisy.example.org"],
            "tls": [{"hosts": ["daisy.example.org"], "secretName": "daisy-tls"}],
        },
        "monitoring": {"serviceMonitor": {"enabled": True, "namespaceSelector": {"name": "monitoring"}}},
    },
    "gpu": {
        "gpu": {"total": 4, "nodeSelector": {"gpu": "yes"}, "runtimeClass": "nvidia"},
        "environments": {
            "ct": {
                "sizes": [
                    {"name": "small", "cpu": 4, "memory": "16G", "gpuOptional": True},
                    {"name": "large", "cpu": 8, "memory": "64Gi", "gpu": 2, "gpuProduct": "NVIDIA-H200"},
                ],
                "versions": [{"name": "next", "title": "Next", "tag": "0.2.0"}],
                "groups": ["staff"],
            }
        },
    },
    "air-gapped": {
        "global": {"imageRegistry": "registry.example.org/daisy/", "imagePullSecrets": ["pull"]},
        "hub": {"image": {"digest": "sha256:" + "0" * 64}},
        "proxy": {"image": {"name": "daisy-lab-proxy", "tag": "5.3.0"}},
        "singleuser": {"networkPolicy": {"egressAllow": {"internet": False}}},
        "prePuller": {"skip": ["lab"]},
    },
    "oidc": {"auth": _OIDC, "hub": {"db": {"type": "sqlite-memory"}}, "singleuser": {"fsGid": 0}},
    "data": {"data": _DATA, "auth": _OIDC, "singleuser": {"storage": {"type": "static", "claim": "homes"}}},
    "small": {
        "hub": {"db": {"claim": "old"}, "serviceAccount": {"create": False, "name": "mine"}},
        "proxy": {"service": {"type": "NodePort"}},
        "singleuser": {"storage": {"type": "none"}},
        "prePuller": {"enabled": False},
        "cull": {"enabled": False},
        "tests": {"enabled": False},
        "environments": {"lab": None},
        "auth": {"type": "class", "className": "native", "allowAll": True},
    },
}
"""Values of operators, by what they are for."""


def merged(*parts: dict[str, Any]) -> dict[str, Any]:
    """Lay dictionaries over each other, as Helm does; what is None goes away."""
    made: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if value is None:
                made.pop(key, None)
            else:
                both = isinstance(value, dict) and isinstance(made.get(key), dict)
                made[key] = merged(made[key], value) if both else value
    return made


def values_of(name: str) -> dict[str, Any]:
    """Give all values of one of the matrix, as the hub reads them."""
    return merged(yaml.safe_load((CHART / "values.yaml").read_text("utf-8")), SECRET, MATRIX[name])


def run_helm(
    helm: str, *arguments: str, values: dict[str, Any] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of the helms; values come as a file at its standard input."""
    program = TOOLS / helm / "helm"
    if not program.is_file():
        reason = f"there is no {helm} in .venv/tools: run `python .ci/helm.py`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    given = ["--values=-"] if values is not None else []
    return subprocess.run(
        [program, *arguments, *given],
        check=False,
        capture_output=True,
        text=True,
        input=json.dumps(values) if values is not None else None,
        timeout=60,
    )


@cache
def rendered(helm: str, name: str) -> list[dict[str, Any]]:
    """Give all objects that the chart makes of values of the matrix, test pods included."""
    done = run_helm(
        helm,
        "template",
        "try",
        str(CHART),
        "--namespace=daisy",
        "--kube-version=1.34",
        values=merged(SECRET, MATRIX[name]),
    )
    assert done.returncode == 0, done.stderr
    return [found for found in yaml.safe_load_all(done.stdout) if found]


def only(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """Give the one object of a kind and name."""
    found = [one for one in objects if one["kind"] == kind and one["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} objects {kind} {name}"
    return found[0]
