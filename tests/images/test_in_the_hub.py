"""From the login to a picture, with hub, proxy and apps each in their own image, as pods of the chart."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from browsers import PICTURES
from containers import (
    ALONE,
    HARDENED,
    ContainerFacility,
    Node,
    docker,
    facility_in_containers,
    folders,
    reference,
    require_images,
)
from pdfpages import write_pattern
from servers import PATIENCE, wait_until

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.images, pytest.mark.browser, pytest.mark.timeout(900)]
_DRAWN = "document.querySelector('.daisy-panels')?.dataset.drawn > 0"
_CLAIM = "daisy-home-ann"
# Addresses as numbers: without a network, no name is known.
_ALONE = """
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.bind_url = "http://127.0.0.1:8000/"
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ContainerFacility, Node]]:
    require_images()
    with facility_in_containers(tmp_path_factory.mktemp("f"), auth={"allowAll": True}) as made:
        home = made[1].volume(_CLAIM)
        make_ct(home / "scan.h5", size=128, angles=120, rows=48, seed=1)
        write_pattern(home / "Ni.xye")
        yield made


@pytest.fixture
def page(
    browser: Browser, there: tuple[ContainerFacility, Node], request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Open the picker as somebody who has logged in; leaves no server behind."""
    facility, _node = there
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    made = context.new_page()
    made.set_default_timeout(3000 * PATIENCE)
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.goto(facility.url)
    made.locator("input[name=username]").fill("ann")
    made.locator("input[name=password]").fill(facility.password)
    made.keyboard.press("Enter")
    made.wait_for_selector(".cards")
    yield made
    PICTURES.mkdir(parents=True, exist_ok=True)
    made.screenshot(path=PICTURES / f"{request.node.name}.png")
    context.close()
    visitor = facility.visitor()
    visitor.log_in()
    for name in visitor.servers():
        visitor.stop(name)
    assert faults == []


def start(page: Page, title: str, server: str) -> None:
    """Press Start on a card; the server answers when this returns."""
    page.get_by_role("button", name=f"Start {title}").click()
    page.wait_for_url(re.compile(f"/user/ann/{server}/"), wait_until="commit")


def healthy(container: str) -> bool:
    """Ask what the image's own health check asks."""
    (config,) = json.loads(docker("inspect", container).stdout)
    return (
        docker("exec", container, *config["Config"]["Healthcheck"]["Test"][1:], check=False).returncode == 0
    )


def test_a_slice_is_on_the_screen(page: Page, there: tuple[ContainerFacility, Node]) -> None:
    _facility, node = there
    start(page, "CT reconstruction", "ct")
    page.locator("tr[data-name='scan.h5']").dblclick()
    page.get_by_text(re.compile(r"^preview \d+ ms$")).wait_for()
    assert healthy(node.container("ct"))
    page.get_by_role("button", name="Reconstruct volume").click()
    page.get_by_text("CT reconstruction: done").first.wait_for()
    said = docker("exec", node.container("ct"), "daisy", "show", "scan_rec.h5", "--json").stdout
    assert json.loads(said)["image"] == reference("ct")


def test_curves_are_on_the_screen(page: Page, there: tuple[ContainerFacility, Node]) -> None:
    _facility, node = there
    start(page, "Pair distribution function", "pdf")
    page.locator("tr[data-name='Ni.xye']").dblclick()
    formula = page.locator("[data-field=composition] input")
    formula.fill("Ni")
    formula.press("Enter")
    page.wait_for_function(_DRAWN)
    page.locator("[data-panel=gr]").wait_for()
    assert healthy(node.container("pdf"))


def test_the_workbench_opens(page: Page, there: tuple[ContainerFacility, Node]) -> None:
    _facility, node = there
    start(page, "Workbench", "lab")
    page.locator("#jp-main-dock-panel").wait_for()
    # Of our extension: it is in the image, built.
    page.get_by_role("menuitem", name="Daisy").wait_for()
    assert healthy(node.container("lab"))


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[str]:
    """Run the hub's image by itself, with the proxy that is in it and no network."""
    require_images()
    config = tmp_path / "config.py"
    config.write_text(_ALONE, "utf-8")
    options = (*HARDENED, *ALONE, "--user=1000:0", *folders("1000:0"), f"--volume={config}:/config.py:ro")
    command = ("jupyterhub", "--config=/config.py")
    made = docker("run", "--detach", "--workdir=/home/daisy", *options, reference("hub"), *command)
    yield made.stdout.strip()
    docker("rm", "--force", made.stdout.strip())


def test_the_hub_says_when_it_is_well(alone: str) -> None:
    assert not healthy(alone)
    wait_until(lambda: healthy(alone), "the hub is well", 2 * PATIENCE)
    work = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/hub/login', timeout=9).status)"
    wait_until(
        lambda: docker("exec", alone, "python3", "-c", work, check=False).stdout.strip() == "200",
        "the proxy answers",
    )
