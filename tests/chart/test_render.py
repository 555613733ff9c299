"""Every object that the chart makes, of every kind of values, by helm 3 and helm 4."""

from __future__ import annotations

import logging
import shutil
from typing import TYPE_CHECKING, Any

import kubernetes_validate
import pytest
import yaml
from charts import CHART, HELMS, MATRIX, SECRET, merged, only, rendered, run_helm
from policies import faults_of_pod, faults_of_policy, faults_of_role, pod_of, selects

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = ("1.25", "1.30", "1.34", "1.37")
FOREIGN = {"ServiceMonitor"}
"""Kinds that Kubernetes itself does not know."""
EVERY = [pytest.param(helm, name, id=f"{helm}-{name}") for helm in HELMS for name in MATRIX]
ALL = [pytest.param(name, id=name) for name in MATRIX]


def told(found: dict[str, Any]) -> str:
    return f"{found['kind']}/{found['metadata']['name']}"


@pytest.mark.parametrize(("helm", "name"), EVERY)
def test_helm_has_nothing_to_say_against_the_chart(helm: str, name: str) -> None:
    done = run_helm(helm, "lint", "--strict", str(CHART), values=merged(SECRET, MATRIX[name]))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[WARNING]" not in done.stdout
    assert "[ERROR]" not in done.stdout


@pytest.mark.parametrize("name", ALL)
def test_both_helms_make_the_same(name: str) -> None:
    def order(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {told(found): found for found in objects}

    assert order(rendered("helm3", name)) == order(rendered("helm4", name))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ALL)
def test_kubernetes_knows_every_field(name: str, version: str) -> None:
    logging.getLogger("kubernetes_validate").setLevel(logging.ERROR)
    checked = 0
    for found in rendered("helm3", name):
        if found["kind"] not in FOREIGN:
            kubernetes_validate.validate(found, version, strict=True)
            checked += 1
    assert checked >= 10


@pytest.mark.parametrize("name", ALL)
def test_every_pod_is_restricted(name: str) -> None:
    pods = {told(found): pod for found in rendered("helm3", name) if (pod := pod_of(found)) is not None}
    assert len(pods) >= 2
    assert {where: faults for where, pod in pods.items() if (faults := list(faults_of_pod(pod)))} == {}


@pytest.mark.parametrize("name", ALL)
def test_every_pod_begins_with_nothing_and_has_a_policy_of_its_own(name: str) -> None:
    objects = rendered("helm3", name)
    policies = [found for found in objects if found["kind"] == "NetworkPolicy"]
    assert {told(policy): faults for policy in policies if (faults := list(faults_of_policy(policy)))} == {}
    for found in objects:
        pod = pod_of(found)
        if pod is None:
            continue
        chosen = [policy for policy in policies if selects(policy, pod["metadata"]["labels"])]
        denied = [one for one in chosen if not one["spec"].get("ingress") and not one["spec"].get("egress")]
        assert denied, told(found)
        silent = pod["metadata"]["labels"]["app.kubernetes.io/component"] == "prepuller"
        assert len(chosen) == (1 if silent else 2), told(found)


@pytest.mark.parametrize("name", ALL)
def test_nobody_has_more_rights_than_the_hub_needs(name: str) -> None:
    roles = [found for found in rendered("helm3", name) if found["kind"] in {"Role", "ClusterRole"}]
    assert {told(role): faults for role in roles if (faults := list(faults_of_role(role)))} == {}
    assert len(roles) == (0 if name == "small" else 1)


@pytest.mark.parametrize("name", ALL)
def test_every_object_says_to_which_release_it_belongs(name: str) -> None:
    for found in rendered("helm3", name):
        labels = found["metadata"]["labels"]
        assert labels["app.kubernetes.io/instance"] == "try", told(found)
        assert labels["app.kubernetes.io/name"] == "daisy-lab", told(found)
        assert labels["helm.sh/chart"] == "daisy-lab-0.1.0", told(found)


@pytest.mark.parametrize("name", ALL)
def test_a_service_leads_to_a_port_that_a_pod_has(name: str) -> None:
    objects = rendered("helm3", name)
    pods = [pod for found in objects if (pod := pod_of(found)) is not None]
    services = [found for found in objects if found["kind"] == "Service"]
    assert len(services) == 3
    for service in services:
        selector = service["spec"]["selector"].items()
        chosen = [pod for pod in pods if selector <= pod["metadata"]["labels"].items()]
        assert len(chosen) == 1, told(service)
        names = {port["name"] for one in chosen[0]["spec"]["containers"] for port in one.get("ports", [])}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names


@pytest.mark.parametrize("name", ALL)
def test_names_are_short_enough_and_once(name: str) -> None:
    names = [told(found) for found in rendered("helm3", name)]
    assert len(set(names)) == len(names)
    assert all(len(named.partition("/")[2]) <= 63 for named in names)


@pytest.mark.parametrize("helm", HELMS)
def test_without_a_cluster_secrets_of_ones_own_are_needed(helm: str) -> None:
    done = run_helm(helm, "template", "try", str(CHART))
    assert done.returncode != 0
    assert "hub.existingSecret is needed" in done.stderr


@pytest.mark.parametrize("helm", HELMS)
def test_what_the_cluster_cannot_make_up_must_be_given(helm: str) -> None:
    for values in ({"auth": MATRIX["oidc"]["auth"]}, {"hub": {"db": {"type": "url"}}}):
        done = run_helm(helm, "template", "try", str(CHART), values=values)
        assert done.returncode != 0
        assert "name it in hub.existingSecret" in done.stderr


@pytest.mark.parametrize("helm", HELMS)
@pytest.mark.parametrize(
    "wrong",
    [
        {"hub": {"replicas": 2}},
        {"singleuser": {"uid": 0}},
        {"environments": {"ct": {"imagee": {"name": "x"}}}},
        {"environments": {"CT": {"title": "x", "image": {"name": "x"}}}},
        {"hub": {"image": {"name": "Upper"}}},
        {"proxy": {"service": {"type": "ExternalName"}}},
        {"data": {"raw": {"mountPath": "relative", "claim": "x"}}},
        {"cull": {"timeout": 5}},
    ],
    ids=str,
)
def test_a_value_that_is_none_is_refused(helm: str, wrong: dict[str, Any]) -> None:
    done = run_helm(helm, "template", "try", str(CHART), values=merged(SECRET, wrong))
    assert done.returncode != 0
    assert "schema" in done.stderr


def test_data_without_a_place_are_refused() -> None:
    done = run_helm(
        "helm3", "template", "try", str(CHART), values=merged(SECRET, {"data": {"raw": {"mountPath": "/x"}}})
    )
    assert done.returncode != 0
    assert "data.raw: say where the data are" in done.stderr


def test_latest_is_refused() -> None:
    wrong = {"hub": {"image": {"tag": "latest"}}}
    done = run_helm("helm3", "template", "try", str(CHART), values=merged(SECRET, wrong))
    assert done.returncode != 0
    assert "hub.image.tag" in done.stderr.replace("/", ".")


def test_all_images_come_from_the_sites_registry() -> None:
    pods = [pod for found in rendered("helm3", "air-gapped") if (pod := pod_of(found)) is not None]
    containers = [
        one for pod in pods for key in ("initContainers", "containers") for one in pod["spec"].get(key, [])
    ]
    assert len(containers) >= 6
    assert {
        one["image"] for one in containers if not one["image"].startswith("registry.example.org/daisy/")
    } == set()
    assert all(pod["spec"]["imagePullSecrets"] == [{"name": "pull"}] for pod in pods)


def test_data_are_volumes_that_nobody_writes() -> None:
    objects = rendered("helm3", "data")
    volumes = {
        found["metadata"]["name"]: found["spec"] for found in objects if found["kind"] == "PersistentVolume"
    }
    assert set(volumes) == {"daisy-try-daisy-lab-data-raw", "daisy-try-daisy-lab-data-proposals"}
    for spec in volumes.values():
        assert spec["accessModes"] == ["ReadOnlyMany"]
        assert (spec.get("nfs") or spec["csi"])["readOnly"] is True
        claim = only(objects, "PersistentVolumeClaim", spec["claimRef"]["name"])
        assert volumes[claim["spec"]["volumeName"]] is spec


def test_the_hubs_own_port_is_open_to_nobody_outside() -> None:
    for name in MATRIX:
        for found in rendered("helm3", name):
            if found["kind"] == "Service" and not found["metadata"]["name"].endswith("-public"):
                assert found["spec"]["type"] == "ClusterIP"


def test_the_proxys_interface_is_for_the_hub_alone() -> None:
    policy = only(rendered("helm3", "full"), "NetworkPolicy", "platform-proxy")
    rules = [rule for rule in policy["spec"]["ingress"] if {"protocol": "TCP", "port": 8001} in rule["ports"]]
    peers = [peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in rules[0]["from"]]
    assert (len(rules), peers) == (1, ["hub"])


def test_users_reach_no_private_network_unless_it_is_said() -> None:
    def blocks(name: str) -> set[str]:
        policies = [
            found for found in rendered("helm3", name) if found["metadata"]["name"].endswith("-singleuser")
        ]
        (policy,) = policies
        return {
            peer["ipBlock"]["cidr"]
            for rule in policy["spec"]["egress"]
            for peer in rule["to"]
            if "ipBlock" in peer
        }

    assert "10.0.0.0/8" not in blocks("minimal")
    assert "0.0.0.0/0" in blocks("minimal")
    assert "10.0.0.0/8" in blocks("full")
    assert blocks("air-gapped") == {"169.254.20.10/32"}


def test_the_hubs_database_stays_after_uninstalling() -> None:
    claim = only(rendered("helm3", "minimal"), "PersistentVolumeClaim", "try-daisy-lab-hub-db")
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_a_change_of_values_starts_the_hub_anew() -> None:
    def checksum(values: dict[str, Any]) -> str:
        done = run_helm(
            "helm3", "template", "t", str(CHART), "-s=templates/hub/deployment.yaml", values=values
        )
        (line,) = [line for line in done.stdout.splitlines() if "checksum/values" in line]
        return line

    assert checksum(SECRET) != checksum(merged(SECRET, {"cull": {"timeout": 7200}}))
    assert checksum(SECRET) == checksum(SECRET)


@pytest.mark.parametrize("helm", HELMS)
def test_the_notes_warn_of_what_is_open(helm: str, tmp_path: Path) -> None:
    # Helm shows notes only with a cluster: an object of a copy of the chart holds them.
    copy = tmp_path / "daisy-lab"
    shutil.copytree(CHART, copy)
    (copy / "templates" / "notes.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes }\n"
        'data:\n  notes: {{ include (print $.Template.BasePath "/NOTES.txt") . | quote }}\n',
        "utf-8",
    )

    def notes(values: dict[str, Any]) -> str:
        done = run_helm(
            helm, "template", "try", str(copy), "-s=templates/notes.yaml", values=merged(SECRET, values)
        )
        assert done.returncode == 0, done.stderr
        return str(yaml.safe_load(done.stdout)["data"]["notes"])

    warnings = ("one password for all", "nobody may log in yet", "no TLS")
    assert all(words in notes({}) for words in (*warnings, "daisy-home-*", "try-daisy-lab-hub-db"))
    quiet = notes(merged(MATRIX["oidc"], MATRIX["full"], MATRIX["air-gapped"]))
    assert "WARNING" not in quiet
    assert "https://daisy.example.org/daisy/" in quiet
