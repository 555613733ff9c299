"""What a real API server says of every object of the chart and of every pod of a user, without making any."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from charts import MATRIX, rendered
from policies import faults_of_pod, pod_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster import Cluster

pytestmark = pytest.mark.kubernetes

OLDER = {"policy/v1": "policy/v1beta1"}
"""What this cluster's Kubernetes calls what it knows by an older name, with the same fields."""
FOREIGN = {"monitoring.coreos.com/v1"}
"""Kinds that an operator of its own brings; tests/chart compares the rest of them."""


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Cluster:
    """Have what the chart's objects name and others would make."""
    handler = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "handler": "runc"}
    cluster.apply(handler | {"metadata": {"name": "nvidia"}}, _space("daisy"))
    cluster.wait_until(
        lambda: "default" in cluster.kubectl("-n=daisy", "get", "serviceaccounts", "-o=name"),
        "the namespace has its account",
    )
    return cluster


def _space(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def tried(server: Cluster, objects: list[dict[str, Any]], *words: str) -> list[str]:
    """Have the server look at objects; gives what it would have made."""
    given = "\n---\n".join(map(json.dumps, objects))
    asked = (*words, "--namespace=daisy", "--dry-run=server", "--output=name", "--filename=-")
    return server.kubectl(*asked, given=given).split()


@pytest.mark.parametrize("name", MATRIX)
def test_the_server_admits_every_object_of_the_chart(
    name: str, server: Cluster, tell: Callable[[str, object], None]
) -> None:
    objects = rendered("helm4", name)
    known = [
        one | {"apiVersion": OLDER.get(one["apiVersion"], one["apiVersion"])}
        for one in objects
        if one["apiVersion"] not in FOREIGN
    ]
    # As helm 3 sends them, and as helm 4 does.
    assert len(tried(server, known, "apply")) == len(known)
    assert len(tried(server, known, "apply", "--server-side")) == len(known)
    foreign = [one["kind"] for one in objects if one["apiVersion"] in FOREIGN]
    older = [one["kind"] for one in objects if one["apiVersion"] in OLDER]
    told = f"{len(known)} admitted"
    told += f", of them by an older name: {', '.join(older)}" if older else ""
    tell(
        f"objects of the values '{name}'",
        told + (f"; unknown there: {', '.join(foreign)}" if foreign else ""),
    )


def test_the_server_refuses_what_is_wrong(server: Cluster) -> None:
    """A check that admits everything would be none."""
    (proxy,) = [
        copy.deepcopy(one)
        for one in rendered("helm4", "minimal")
        if one["kind"] == "Deployment" and one["metadata"]["name"].endswith("-proxy")
    ]
    proxy["spec"]["template"]["spec"]["containers"][0]["ports"][0]["name"] = "more-than-fifteen-letters"
    words = ("apply", "-n=daisy", "--dry-run=server", "-f=-")
    said = server.kubectl(*words, given=json.dumps(proxy), check=False)
    assert "must be no more than 15 characters" in said


def test_the_server_admits_every_pod_of_a_user(
    server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell: Callable[[str, object], None]
) -> None:
    pytest.importorskip("kubespawner")
    from clusters import CLAIMS, STAFF, every_wish, forget_clusters, manifest  # noqa: PLC0415 - after the check

    forget_clusters(tmp_path, monkeypatch)
    pods = []
    for number, (name, options) in enumerate(every_wish()):
        pod = manifest(name, tmp_path, options=options, groups=STAFF, state=CLAIMS)
        pod["metadata"]["name"] += f"-{number}"
        pods.append({"apiVersion": "v1", "kind": "Pod", **pod})
    assert len(tried(server, pods, "create")) == len(pods)
    assert [fault for pod in pods for fault in faults_of_pod(pod)] == []
    assert pod_of(pods[0]) is pods[0]
    tell("pods of users", f"{len(pods)} admitted")
