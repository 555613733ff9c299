"""Rules that every object and every pod of the platform keeps: the standard `restricted`, and stricter ones of ours."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

METADATA = ("169.254.169.254", "fd00:ec2::254")
_VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
_TOKENS = {"hub"}
"""Components whose pods speak to Kubernetes."""


def pod_of(found: dict[str, Any]) -> dict[str, Any] | None:
    """Give the pod that an object is or makes: labels and specification."""
    if found["kind"] == "Pod":
        return found
    if found["kind"] in {"DaemonSet", "Deployment", "Job", "StatefulSet"}:
        template: dict[str, Any] = found["spec"]["template"]
        return template
    return None


def faults_of_pod(pod: dict[str, Any]) -> Iterator[str]:
    """Tell what a pod does that it must not."""
    spec = pod["spec"]
    component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
    context = spec.get("securityContext") or {}
    yield from _unless(context.get("runAsNonRoot") is True, "may run as root")
    yield from _unless(context.get("runAsUser", 1) != 0, "runs as root")
    yield from _unless(_seccomp(context), "pod without a seccomp profile")
    for key in ("hostNetwork", "hostPID", "hostIPC", "hostUsers"):
        yield from _unless(not spec.get(key), f"shares the node's {key}")
    yield from _unless(not context.get("sysctls"), "sets sysctls")
    token = spec.get("automountServiceAccountToken")
    yield from _unless(token is (component in _TOKENS), f"service account token is {token}")
    yield from _unless(spec.get("enableServiceLinks") is False, "hears of all services by its environment")
    for volume in spec.get("volumes", []):
        kinds = {key for key, value in volume.items() if key != "name" and value is not None}
        yield from _unless(len(kinds) == 1 and kinds <= _VOLUMES, f"volume {volume['name']} is {kinds}")
        if "emptyDir" in kinds:
            yield from _unless("sizeLimit" in volume["emptyDir"], f"volume {volume['name']} has no limit")
    containers = [*spec.get("initContainers", []), *spec["containers"]]
    for container in containers:
        yield from (f"{container['name']}: {fault}" for fault in faults_of_container(container))


def faults_of_container(container: dict[str, Any]) -> Iterator[str]:
    """Tell what a container does that it must not."""
    context = container.get("securityContext") or {}
    capabilities = context.get("capabilities") or {}
    yield from _unless(context.get("allowPrivilegeEscalation") is False, "may gain privileges")
    yield from _unless(capabilities.get("drop") == ["ALL"], "keeps capabilities")
    yield from _unless(not capabilities.get("add"), "adds capabilities")
    yield from _unless(not context.get("privileged"), "is privileged")
    yield from _unless(context.get("readOnlyRootFilesystem") is True, "writes into its root")
    yield from _unless(context.get("runAsNonRoot", True) is True, "may run as root")
    yield from _unless(context.get("runAsUser", 1) != 0, "runs as root")
    yield from _unless(not context.get("procMount"), "sees more of /proc")
    yield from _unless(
        not any("hostPort" in port for port in container.get("ports", [])), "takes a node's port"
    )
    for kind in ("requests", "limits"):
        given = (container.get("resources") or {}).get(kind) or {}
        yield from _unless(bool(given.get("cpu")) and bool(given.get("memory")), f"has no {kind}")
    yield from faults_of_image(container.get("image", ""))


def faults_of_image(image: str) -> Iterator[str]:
    """Tell whether nobody could say what ran."""
    name, _at, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    yield from _unless(bool(image), "has no image")
    yield from _unless(tag != "latest" and bool(tag or digest), f"image {image} says not which version")


def faults_of_role(role: dict[str, Any]) -> Iterator[str]:
    """Tell which rights nobody of ours needs."""
    yield from _unless(role["kind"] == "Role", "has rights in the whole cluster")
    for rule in role["rules"]:
        for key in ("apiGroups", "resources", "verbs"):
            yield from _unless("*" not in rule.get(key, []), f"has rights for all {key}")
        wrong = set(rule["resources"]) & {
            "secrets",
            "pods/exec",
            "pods/attach",
            "nodes",
            "roles",
            "rolebindings",
        }
        yield from _unless(not wrong, f"has rights for {wrong}")
        yield from _unless(not {"escalate", "bind", "impersonate"} & set(rule["verbs"]), "may become another")


def faults_of_policy(policy: dict[str, Any]) -> Iterator[str]:
    """Tell which policy leaves a door open."""
    spec = policy["spec"]
    yield from _unless(set(spec["policyTypes"]) == {"Ingress", "Egress"}, "speaks of one direction only")
    yield from _unless(bool(spec["podSelector"].get("matchLabels")), "is for pods of others too")
    for rule in spec.get("egress", []):
        yield from _unless(bool(rule.get("to")), "reaches everything")
        for peer in rule.get("to", []):
            for address in METADATA:
                yield from _unless(not _includes(peer.get("ipBlock"), address), f"reaches {address}")


def selects(policy: dict[str, Any], labels: dict[str, str]) -> bool:
    """Say whether a policy is for a pod with these labels."""
    return policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()


def _seccomp(context: dict[str, Any]) -> bool:
    return (context.get("seccompProfile") or {}).get("type") in {"RuntimeDefault", "Localhost"}


def _includes(block: dict[str, Any] | None, address: str) -> bool:
    if block is None:
        return False
    wanted = ip_address(address)
    inside = wanted in ip_network(block["cidr"])
    return inside and not any(wanted in ip_network(part) for part in block.get("except", []))


def _unless(good: bool, fault: str) -> Iterator[str]:  # noqa: FBT001 - reads as it is used
    if not good:
        yield fault
