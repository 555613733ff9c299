"""The rules catch what they are there to catch: each fault in an otherwise good object is told."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from charts import only, rendered
from policies import faults_of_container, faults_of_image, faults_of_pod, faults_of_policy, faults_of_role


def good_pod() -> dict[str, Any]:
    return deepcopy(
        only(rendered("helm3", "minimal"), "Deployment", "try-daisy-lab-proxy")["spec"]["template"]
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.hostNetwork", True),
        ("spec.hostPID", True),
        ("spec.automountServiceAccountToken", True),
        ("spec.enableServiceLinks", True),
        ("spec.securityContext.runAsNonRoot", False),
        ("spec.securityContext.runAsUser", 0),
        ("spec.securityContext.seccompProfile", {"type": "Unconfined"}),
        ("spec.securityContext.sysctls", [{"name": "kernel.x", "value": "1"}]),
        ("spec.volumes", [{"name": "x", "hostPath": {"path": "/"}}]),
        ("spec.volumes", [{"name": "x", "nfs": {"server": "x", "path": "/"}}]),
        ("spec.volumes", [{"name": "x", "emptyDir": {}}]),
        ("spec.initContainers", [{"name": "x", "image": "x:1"}]),
    ],
)
def test_a_pod_with_one_fault_is_found(path: str, value: object) -> None:
    pod = good_pod()
    assert list(faults_of_pod(pod)) == []
    *inner, last = path.split(".")
    held = pod
    for key in inner:
        held = held[key]
    held[last] = value
    assert list(faults_of_pod(pod)) != []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("securityContext.allowPrivilegeEscalation", True),
        ("securityContext.capabilities", {"drop": ["NET_RAW"]}),
        ("securityContext.capabilities", {"drop": ["ALL"], "add": ["NET_ADMIN"]}),
        ("securityContext.privileged", True),
        ("securityContext.readOnlyRootFilesystem", False),
        ("securityContext.runAsUser", 0),
        ("securityContext.procMount", "Unmasked"),
        ("resources", {}),
        ("resources", {"requests": {"cpu": "1", "memory": "1Gi"}}),
        ("image", "proxy:latest"),
        ("ports", [{"containerPort": 1, "hostPort": 1}]),
    ],
)
def test_a_container_with_one_fault_is_found(path: str, value: object) -> None:
    container = good_pod()["spec"]["containers"][0]
    assert list(faults_of_container(container)) == []
    *inner, last = path.split(".")
    held = container
    for key in inner:
        held = held[key]
    held[last] = value
    assert len(list(faults_of_container(container))) >= 1


def test_images_without_a_version_are_found() -> None:
    assert [image for image in ("a", "r:5000/a", "a:latest", "") if list(faults_of_image(image))] == [
        "a",
        "r:5000/a",
        "a:latest",
        "",
    ]
    assert list(faults_of_image("r:5000/a@sha256:0")) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
        {"apiGroups": ["*"], "resources": ["pods"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["*"]},
    ],
)
def test_rights_that_nobody_needs_are_found(rule: dict[str, Any]) -> None:
    assert list(faults_of_role({"kind": "Role", "rules": [rule]})) != []
    assert list(faults_of_role({"kind": "ClusterRole", "rules": []})) != []


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]},
        {"to": [{"ipBlock": {"cidr": "169.254.0.0/16"}}]},
        {"to": [{"ipBlock": {"cidr": "::/0"}}]},
    ],
)
def test_a_policy_that_reaches_metadata_is_found(rule: dict[str, Any]) -> None:
    policy = deepcopy(only(rendered("helm3", "minimal"), "NetworkPolicy", "try-daisy-lab-singleuser"))
    assert list(faults_of_policy(policy)) == []
    policy["spec"]["egress"].append(rule)
    assert list(faults_of_policy(policy)) != []
