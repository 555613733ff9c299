"""What happens to the page: reload, a second browser, a kernel or server that dies, a kernel without daisy_lab."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsers import PageAt, Workbench
    from servers import Lab, Server

pytestmark = pytest.mark.browser

PUT = "import numpy as np\nfrom daisy_lab import store\nstore['kept'] = np.arange(12.0).reshape(3, 4)"


def test_two_browsers_see_the_same_kernel_and_a_reload_keeps_it(
    workbench: Workbench, second: Workbench, lab: Lab
) -> None:
    name = lab.notebook("shared.ipynb")
    workbench.open(name)
    second.open(name, "two")
    workbench.show("data")
    second.show("data")
    assert len(lab.kernels()) == 1

    workbench.execute(PUT)
    workbench.object("kept").wait_for()
    second.object("kept").wait_for()

    # What one deletes is gone from the other.
    second.object("kept").click()
    second.page.keyboard.press("Delete")
    workbench.object("kept").wait_for(state="detached")

    workbench.execute(PUT)
    workbench.reload()
    workbench.show("data")
    workbench.object("kept").wait_for()
    workbench.execute("store['later'] = np.ones(3)")
    second.object("later").wait_for()


def test_panels_survive_a_kernel_that_is_restarted_or_killed(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("brittle.ipynb"))
    data = workbench.show("data")

    def comes_back_empty(after: Callable[[], object]) -> None:
        workbench.execute(PUT)
        workbench.object("kept").wait_for()
        after()
        workbench.object("kept").wait_for(state="detached")
        expect(data.get_by_text("Nothing is stored yet")).to_be_visible()
        workbench.wait_for_kernel()

    # From another page, of which this one hears nothing by itself.
    comes_back_empty(lambda: lab.ask(f"api/kernels/{workbench.kernel()}/restart", "POST"))
    # With the button.
    comes_back_empty(workbench.restart)
    # The server starts a killed kernel anew by itself.
    comes_back_empty(lambda: os.kill(int(workbench.execute("import os; print(os.getpid())")), signal.SIGKILL))
    workbench.execute(PUT)
    workbench.object("kept").wait_for()


def test_kernel_without_daisy_lab_gets_a_friendly_panel(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("bare.ipynb", kernel="bare"))

    panel = workbench.bring("daisy-lab-data")

    expect(panel.get_by_text("This kernel has no Daisy Lab")).to_be_visible()
    assert panel.get_by_text("pip install daisy-lab").is_visible()
    assert panel.get_by_text("Traceback").count() == 0
    # Once it is installed, the panel needs no reload.
    workbench.execute("import sys; sys.modules.pop('daisy_lab')")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.get_by_text("Nothing is stored yet")).to_be_visible()


def test_panels_say_what_happened_when_the_server_dies(own_server: Server, page_at: PageAt) -> None:
    with page_at(own_server.lab) as bench:
        bench.open(own_server.lab.notebook("night.ipynb"))
        data = bench.show("data")
        bench.execute(
            "import numpy as np\nfrom daisy_lab import store\nstore['kept'] = np.random.rand(30, 40)"
        )
        bench.object("kept").dblclick()
        bench.painted()

        # Its kernels die with it. What was there last stays in sight, and so does the picture.
        own_server.kill()
        expect(data.get_by_text("This is what the kernel held last")).to_be_visible()
        expect(bench.page.get_by_text("No connection to the kernel.")).to_be_visible()
        assert bench.object("kept").is_visible()

        own_server.start()
        expect(data.get_by_text("No kernel", exact=True)).to_be_visible()
        expect(bench.page.get_by_text("What you see is the last it told of kept")).to_be_visible()
        bench.painted()

        # The notebook takes a new kernel, and the panels follow it. JupyterLab may tell of the server, too.
        told = bench.page.locator(".jp-Dialog", has_text="Server Connection Error")
        if told.is_visible():
            told.get_by_role("button", name="Close").click()
        bench.page.locator(".lm-TabBar-tab", has_text="night.ipynb").click()
        bench.command("notebook:change-kernel")
        bench.page.locator(".jp-Dialog", has_text="Select Kernel").locator("button.jp-mod-accept").click()
        bench.wait_for_kernel()
        expect(data.get_by_text("Nothing is stored yet")).to_be_visible()
        bench.execute(PUT)
        bench.object("kept").wait_for()
