"""The hub of the chart, live: log in, see one's cards, get a pod, keep it while the hub starts anew."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import kubernetes_validate
import pytest
from policies import faults_of_pod

pytest.importorskip("kubespawner")

from facilities import Facility, facility

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTH = {"allowAll": True, "adminUsers": ["boss"]}
ENVIRONMENTS = {"secret": {"title": "Secret", "image": {"name": "secret", "tag": "1"}, "groups": ["staff"]}}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facility]:
    services = {"portal": {"scopes": ["list:users"]}}
    folder = tmp_path_factory.mktemp("facility")
    with facility(
        folder, auth=AUTH, environments=ENVIRONMENTS, hub={"services": services}, gpu={"total": 1}
    ) as made:
        yield made


def test_a_user_logs_in_sees_cards_gets_a_pod_and_keeps_it(there: Facility) -> None:
    ann = there.visitor()
    home = ann.log_in("ann", there.password)
    assert "CT reconstruction" in home.text
    assert "Workbench" in home.text
    assert "1 of 1 GPUs are free" in home.text
    assert "Secret" not in home.text
    ann.start("lab")
    server = ann.wait_for("lab")
    assert f"pod at {server['url']}" in ann.get(server["url"]).text
    (pod,) = there.pods()
    assert pod["spec"]["containers"][0]["image"] == "daisy-lab-workbench:0.1.0"
    kubernetes_validate.validate({"apiVersion": "v1", "kind": "Pod", **_sent(pod)}, "1.34", strict=True)
    assert list(faults_of_pod(pod)) == []
    there.stop_hub()
    assert f"pod at {server['url']}" in ann.get(server["url"]).text
    there.start_hub()
    assert ann.servers()["lab"]["ready"]
    assert there.pods() == [pod]
    ann.stop("lab")
    assert there.pods() == []


def _sent(pod: dict[str, object]) -> dict[str, object]:
    return {"metadata": pod["metadata"], "spec": pod["spec"]}


def test_the_second_who_wants_the_only_gpu_reads_why_not(there: Facility) -> None:
    ann, ben = there.visitor(), there.visitor()
    ann.log_in("ann", there.password)
    ben.log_in("ben", there.password)
    ann.send("/hub/spawn/ann/ct", {"environment": "ct", "size": "large", "language": "en"})
    ann.wait_for("ct", "ann")
    assert "all GPUs are in use" in ben.get("/hub/home").text
    refused = ben.send("/hub/spawn/ben/ct", {"environment": "ct", "size": "large", "language": "en"})
    assert "needs 1 GPUs, and 0 of 1 are free" in refused.text
    ann.stop("ct", "ann")
    assert "1 of 1 GPUs are free" in ben.get("/hub/home").text


def test_an_environment_of_a_group_cannot_be_started_by_hand(there: Facility) -> None:
    eve = there.visitor()
    eve.log_in("eve", there.password)
    for form in ({"environment": "secret"}, {"environment": "ct", "size": "huge"}):
        answer = eve.send("/hub/spawn/eve/x", form | {"language": "en"})
        assert "there are" in answer.text
    assert there.pods() == []


def test_a_wrong_password_is_refused(there: Facility) -> None:
    assert "Name or password is wrong" in there.visitor().log_in("ann", "guessed").text


def test_a_token_reaches_as_far_as_its_scopes(there: Facility) -> None:
    token = (there.secrets / "service-portal").read_text("utf-8")

    def status(path: str, method: str = "GET") -> int:
        request = urllib.request.Request(f"{there.url}/hub/api/{path}", method=method)  # noqa: S310 - our own hub
        request.add_header("Authorization", f"token {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - likewise
                json.load(answer)
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    assert status("users") == 200
    assert status("users/ann/server", "POST") in {403, 404}
    assert status("proxy") == 403


def test_pages_tell_nothing_to_who_is_not_logged_in(there: Facility) -> None:
    answer = there.visitor().get("/hub/home")
    assert answer.url.partition("?")[0].endswith("/hub/login")
    assert "CT reconstruction" not in answer.text
