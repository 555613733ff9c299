"""The chart in a real cluster: pods that run, refusals in words, a hub that goes away while somebody works."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from browsers import PICTURES
from policies import faults_of_pod
from releases import MINUTES, Release
from servers import wait_until

from daisy_lab.hub._look import amount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cluster import Cluster
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.kubernetes, pytest.mark.timeout(1200)]

_LOOK = """
import os, pathlib
said = dict(line.split(":", 1) for line in pathlib.Path("/proc/1/status").read_text().splitlines())
print(*(said[name].split()[0] for name in ("Uid", "CapEff", "NoNewPrivs", "Seccomp")))
print(os.path.exists("/var/run/secrets/kubernetes.io"))
for folder in ("/", "/opt/daisy", "/data/samples", "/home/daisy", "/tmp"):
    try:
        pathlib.Path(folder, "written").write_text("x")
        print("written")
    except OSError as error:
        print(error.strerror)
"""


@pytest.fixture(scope="module")
def there(
    loaded: Cluster, tmp_path_factory: pytest.TempPathFactory, tell: Callable[[str, object], None]
) -> Release:
    made = Release(loaded, tmp_path_factory.mktemp("release"), "daisy-users", "helm4", 30080)
    since = time.monotonic()
    notes = made.install()
    made.until_answers()
    tell("helm install until the hub answers", time.monotonic() - since)
    assert "Users can pick: ct, lab." in notes
    return made


@pytest.fixture
def page(browser: Browser, there: Release) -> Iterator[Page]:
    """Give a browser of its own; a request to elsewhere fails the test, as does a fault of the page."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(1000 * MINUTES)
    hosts: set[str] = set()
    faults: list[str] = []
    lost: list[str] = []
    made.on("requestfailed", lambda request: lost.append(f"{request.url}: {request.failure}"))
    made.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    made.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).netloc))
    made.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield made
        assert hosts - {urlsplit(there.url).netloc, ""} == set()
        assert faults == [], f"requests without an answer: {lost}"
    finally:
        PICTURES.mkdir(parents=True, exist_ok=True)
        made.screenshot(path=PICTURES / "cluster-last.png")
        context.close()


def log_in(page: Page, there: Release, user: str) -> None:
    page.goto(there.url)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(there.password)
    page.keyboard.press("Enter")
    wait_until(lambda: page.locator(".cards").count(), "the picker is there", MINUTES)


def start_ct(page: Page) -> None:
    """Press Start, and wait until the app can be used."""
    page.locator("#environment-ct").get_by_role("button").first.click()
    wait_until(lambda: page.locator(".daisy-shell-bar").count(), "the app is there", MINUTES, pause=0.2)


def open_file(page: Page, *ways: str) -> None:
    """Go through folders to a scan, and wait for its slice."""
    for way in ways:
        page.get_by_text(way, exact=True).first.dblclick()
    wait_until(
        lambda: page.get_by_text(re.compile(r"^preview \d+ ms$")).count(),
        "a slice is there",
        MINUTES,
        pause=0.2,
    )


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"cluster-{name}.png")


def test_from_the_login_to_a_slice_in_a_hardened_pod(
    page: Page, there: Release, tell: Callable[[str, object], None]
) -> None:
    since = time.monotonic()
    log_in(page, there, "ann")
    picture(page, "picker")
    pressed = time.monotonic()
    start_ct(page)
    tell("press Start until the app can be used", time.monotonic() - pressed)
    # Measured data lies beside the home, in a volume of the site.
    open_file(page, "/data/samples", "scan.h5")
    tell("login until a slice is on the screen", time.monotonic() - since)
    picture(page, "slice")
    (pod,) = there.objects("pods", "singleuser")
    assert list(faults_of_pod(pod)) == []
    said = there.cluster.kubectl(
        "-n", there.namespace, "exec", pod["metadata"]["name"], "--", "python3", "-c", _LOOK
    ).splitlines()
    assert said[0].split() == ["1000", "0000000000000000", "1", "2"], (
        "user, capabilities, no new privileges, filter"
    )
    assert said[1] == "False", "no token of the cluster"
    assert said[2:] == ["Read-only file system"] * 3 + ["written"] * 2
    there.visitor("ann").stop("ct", "ann")
    wait_until(lambda: there.objects("pods", "singleuser") == [], "the pod is gone", MINUTES)


def test_the_second_who_wants_the_only_gpu_reads_why_not(
    there: Release, tell: Callable[[str, object], None]
) -> None:
    ben, eve = there.visitor("ben"), there.visitor("eve")
    tell("spawn request until ready, image on the node", there.spawn(ben, "ben", "gpu"))
    since = time.monotonic()
    assert "no GPU is free; pick a size without one" in there.refusal(eve, "eve", "ct", size="gpu")
    tell("the second who wants a GPU reads why not, after", time.monotonic() - since)
    wait_until(lambda: "ct" not in eve.servers("eve"), "nothing is left of the try", MINUTES)
    assert len(there.objects("pods", "singleuser")) == 1
    there.spawn(eve, "eve", "small")
    ben.stop("ct", "ben")
    eve.stop("ct", "eve")
    there.spawn(eve, "eve", "gpu")
    eve.stop("ct", "eve")


def test_an_image_that_no_node_finds_is_told_and_marks_the_card(there: Release) -> None:
    fay = there.visitor("fay")
    assert "取不到镜像" in there.refusal(fay, "fay", "lab", language="zh_CN")
    wait_until(lambda: "image could not be fetched" in fay.get("/hub/home").text, "the card says so", MINUTES)
    assert "Start" in fay.get("/hub/home").text


def test_a_quota_is_told_on_the_card_and_at_the_start(there: Release) -> None:
    gus = there.visitor("gus")
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "tight", "namespace": there.namespace},
    }
    there.cluster.apply(quota | {"spec": {"hard": {"limits.memory": "1Gi"}}})
    try:
        wait_until(
            lambda: "the quota leaves 0.0 GB of memory" in gus.get("/hub/home").text,
            "the card",
            MINUTES,
            pause=1,
        )
        (found,) = there.objects("resourcequotas")
        assert amount(found["status"]["used"]["limits.memory"]) > amount("1Gi")
        refused = there.refusal(gus, "gus", "ct", size="small")
        assert "the quota of this cluster is used up" in refused
        assert "exceeded" not in refused
    finally:
        there.cluster.kubectl("-n", there.namespace, "delete", "resourcequota", "tight")
    wait_until(
        lambda: "the quota leaves" not in gus.get("/hub/home").text,
        "the card is free again",
        MINUTES,
        pause=1,
    )


def test_who_works_keeps_working_while_the_hubs_pod_is_deleted(
    page: Page, there: Release, tell: Callable[[str, object], None]
) -> None:
    log_in(page, there, "ida")
    start_ct(page)
    home = there.home("ida")
    shutil.copy(there.folder_of("samples") / "scan.h5", home / "own.h5")
    page.get_by_role("button", name="Look again").click()
    open_file(page, "own.h5")
    (before,) = there.objects("pods", "hub")
    since = time.monotonic()
    there.cluster.kubectl("-n", there.namespace, "delete", "pod", before["metadata"]["name"], "--wait=false")
    wait_until(lambda: not there.answers(), "the hub is away", MINUTES)
    page.get_by_role("button", name="Reconstruct volume").click()
    wait_until(lambda: page.get_by_text("CT reconstruction: done").count(), "the volume", MINUTES, pause=0.2)
    picture(page, "without-hub")
    assert (home / "own_rec.h5").is_file()
    there.until_answers()
    tell("the hub's pod deleted until the next one answers", time.monotonic() - since)
    # The next one may answer while the one before still ends.
    left = lambda: [pod["metadata"]["uid"] for pod in there.objects("pods", "hub")]  # noqa: E731 - asked again
    wait_until(lambda: before["metadata"]["uid"] not in left(), "the hub before is gone", MINUTES)
    # Still logged in, and the new hub knows the server.
    page.goto(f"{there.url}/hub/home")
    wait_until(lambda: page.get_by_text("running since").count(), "the server is known", MINUTES, pause=0.2)
    there.visitor("ida").stop("ct", "ida")


def test_the_hubs_own_services_run(there: Release) -> None:
    said = there.cluster.kubectl("-n", there.namespace, "logs", "deployment/try-daisy-lab-hub")
    assert "idle-culler" in said
    assert [line for line in said.splitlines() if "exited with status" in line] == []


def test_helm_test_passes_where_it_can_and_finds_a_network_without_policies(there: Release) -> None:
    """The bridge plug-in of this cluster enforces no policy, and that is what the third test is for."""
    said = there.helm(
        "test", there.name, "--filter=name=try-daisy-lab-test-health,name=try-daisy-lab-test-route"
    )
    assert said.count("Succeeded") == 2
    open_network = there.helm(
        "test", there.name, "--filter=name=try-daisy-lab-test-forbidden", "--timeout=60s", check=False
    )
    assert "failed" in open_network.lower()


@pytest.mark.parametrize(
    ("verb", "what", "namespace", "allowed"),
    [
        ("create", "pods", "", "yes"),
        ("create", "persistentvolumeclaims", "", "yes"),
        ("list", "resourcequotas", "", "yes"),
        ("delete", "persistentvolumeclaims", "", "no"),
        ("get", "secrets", "", "no"),
        ("create", "pods --subresource=exec", "", "no"),
        ("create", "rolebindings", "", "no"),
        ("list", "nodes", "", "no"),
        ("list", "pods", "default", "no"),
    ],
)
def test_the_hub_may_do_what_it_needs_and_no_more(
    verb: str, what: str, namespace: str, allowed: str, there: Release
) -> None:
    account = f"--as=system:serviceaccount:{there.namespace}:try-daisy-lab-hub"
    asked = ("auth", "can-i", verb, *what.split(), account, f"--namespace={namespace or there.namespace}")
    assert there.cluster.kubectl(*asked, check=False).split()[0] == allowed
