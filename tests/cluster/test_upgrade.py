"""An installation's life: a revision, another one with users in it, and what is left when it is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from releases import MINUTES, Release, last_chart
from servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cluster import Cluster

pytestmark = [pytest.mark.kubernetes, pytest.mark.timeout(1200)]

CHANGED: dict[str, Any] = {
    "cull": {"timeout": 3600},
    "hub": {"services": {"portal": {"scopes": ["list:users"]}}},
    "monitoring": {"serviceMonitor": {"enabled": False}},
}
KINDS = "all,secrets,configmaps,serviceaccounts,roles,rolebindings,networkpolicies,persistentvolumeclaims,ingresses"
OF_THE_CLUSTER = {"configmap/kube-root-ca.crt", "serviceaccount/default"}
"""What each namespace has."""


def names(there: Release) -> set[str]:
    """Give all that is in the namespace."""
    said = there.cluster.kubectl("-n", there.namespace, "get", KINDS, "-o=name").split()
    return {
        name for name in said if name not in OF_THE_CLUSTER and not name.startswith("secret/default-token")
    }


def test_users_and_secrets_outlive_an_upgrade_and_homes_the_end(
    loaded: Cluster, tmp_path: Path, tell: Callable[[str, object], None]
) -> None:
    there = Release(loaded, tmp_path, "daisy-old", "helm3", 30081)
    last = last_chart(tmp_path)
    tell("upgraded from", "the last tag" if last else "a first revision of the same chart (there is no tag)")
    nothing = names(there)
    there.install(last)
    there.until_answers()
    secrets, claims = there.secret(), there.objects("persistentvolumeclaims")
    ann = there.visitor("ann")
    there.spawn(ann, "ann")
    (pod,) = there.objects("pods", "singleuser")

    there.upgrade(CHANGED)

    there.until_answers()
    kept = there.secret()
    assert {key: kept[key] for key in secrets} == secrets
    assert set(kept) - set(secrets) == {"service-portal"}
    # The same cookie, the same server, the same pod.
    assert ann.servers("ann")["ct"]["ready"]
    assert [one["metadata"]["uid"] for one in there.objects("pods", "singleuser")] == [pod["metadata"]["uid"]]
    assert ann.get("/user/ann/ct/api").status == 200
    assert there.objects("deployments", "hub")[0]["metadata"]["generation"] >= 2
    assert "deployed" in there.helm("status", there.name)
    tell("upgrade", "users, cookies, secrets and pods kept")

    notes = there.helm("get", "notes", there.name)
    promised = notes.partition("`helm uninstall` leaves:")[2]
    assert "daisy-home-*" in promised
    there.helm("uninstall", there.name, "--wait")
    left = {"persistentvolumeclaim/daisy-home-ann", "persistentvolumeclaim/try-daisy-lab-hub-db"}
    left |= {f"pod/{pod['metadata']['name']}"}
    wait_until(lambda: names(there) - nothing == left, "only what the notes promised is left", MINUTES)
    assert "try-daisy-lab-hub-db" in promised
    assert "users' pods" in promised
    assert {claim["metadata"]["name"] for claim in claims} <= {
        name.partition("/")[2] for name in left | nothing
    }
    tell("left by uninstall", ", ".join(sorted(left)))


def test_who_installs_again_finds_users_homes(loaded: Cluster, tmp_path: Path) -> None:
    there = Release(loaded, tmp_path, "daisy-again", "helm4", 30082)
    there.install()
    there.until_answers()
    cat = there.visitor("cat")
    there.spawn(cat, "cat")
    (there.home("cat") / "mine").write_text("kept", "utf-8")
    cat.stop("ct", "cat")
    there.helm("uninstall", there.name, "--wait")
    there.install()
    there.until_answers()
    again = there.visitor("cat")
    there.spawn(again, "cat")
    (pod,) = there.objects("pods", "singleuser")
    inside = ("exec", pod["metadata"]["name"], "--", "cat", "/home/daisy/mine")
    assert there.cluster.kubectl("-n", there.namespace, *inside) == "kept"
    again.stop("ct", "cat")
    there.helm("uninstall", there.name, "--wait")
