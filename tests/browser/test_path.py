"""A stranger's path: from a scan in the file browser to a slice, by mouse; the same as Python and as a workflow."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import h5py
import pytest
from playwright.sync_api import expect

from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

    from browsers import Workbench
    from playwright.sync_api import Locator
    from servers import Lab

pytestmark = pytest.mark.browser

# Of the volume that a scan of 16 rows and 128 columns gives.
SHAPE = (16, 128, 128)
HASH = "import hashlib, numpy as np; print(hashlib.sha256(np.ascontiguousarray(store['volume'])).hexdigest())"


def test_scan_becomes_slice_by_mouse(workbench: Workbench, lab: Lab) -> None:
    truth = make_ct(lab.root / "scan.h5", size=128, angles=180, rows=16, seed=3)
    workbench.page.goto(f"{lab.url}/lab/workspaces/path?token={lab.token}&reset")
    workbench.page.locator(".jp-LauncherCard", has_text="Daisy Workbench").click()
    workbench.wait_for_kernel()

    center = reconstruct(workbench, "scan.h5")

    assert float(center) == pytest.approx(truth.center, abs=0.1)
    script, workflow = as_python(workbench, lab.root), as_workflow(workbench, lab.root)
    once = workbench.execute(f"from daisy_lab import store; {HASH}")
    assert run_again(lab.root, script, workflow) == [once, once]


def test_tooth_becomes_slice_by_mouse(workbench: Workbench, lab: Lab, shared_data: Path) -> None:
    shutil.copy(shared_data / "tomo" / "tooth.h5", lab.root)
    workbench.open(lab.notebook("tooth.ipynb"))

    center = reconstruct(workbench, "tooth.h5")

    assert float(center) == pytest.approx(296, abs=1)


def reconstruct(workbench: Workbench, name: str) -> str:
    """Go the way with clicks, until a slice is painted; gives the value of the axis that was found."""
    page = workbench.page
    tab(workbench, "daisy-lab-data")
    workbench.panel("data").get_by_text("Nothing is stored yet").wait_for()
    tab(workbench, "filebrowser")
    page.locator(".jp-DirListing-item", has_text=name).click(button="right")
    page.locator(".lm-Menu-item", has_text="Load all that this scan is for").click()
    workbench.object("projections").wait_for()

    tab(workbench, "daisy-lab-algorithms")
    start(opened(workbench, "correction", "ct.normalize"), "transmission")
    start(opened(workbench, "correction", "ct.minus_log"), "absorption")
    start(opened(workbench, "axis", "ct.find_center"), "center")
    form = opened(workbench, "fbp", "ct.reconstruct")
    form.get_by_label("Projections", exact=True).select_option("absorption")
    form.get_by_role("button", name="= center").click()
    made = start(form, "volume")
    made.get_by_role("button", name="volume").click()

    workbench.painted()
    return workbench.execute("from daisy_lab import store; print(float(store['center']))")


def tab(workbench: Workbench, name: str) -> None:
    """Click on the tab of a side bar, unless its panel is in front already."""
    if not workbench.page.locator(f"[id='{name}']").is_visible():
        workbench.page.locator(f".jp-SideBar [data-id='{name}']").click()


def opened(workbench: Workbench, group: str, algorithm: str) -> Locator:
    """Click on an algorithm; gives its form."""
    workbench.algorithm(algorithm, group).click()
    return workbench.panel("algorithms").locator(".jp-DaisyForm")


def start(form: Locator, result: str) -> Locator:
    """Run what a form says; gives the line that says what came out."""
    button = form.get_by_role("button", name="Run", exact=True)
    expect(button).to_have_attribute("aria-disabled", "false")
    button.click()
    line = form.locator(".jp-DaisyRunLine.jp-mod-done")
    line.get_by_text(result, exact=True).wait_for()
    return line


def as_python(workbench: Workbench, folder: Path) -> list[str]:
    """Have the session as Python with the mouse; gives the command that runs it again, into `python.h5`."""
    workbench.page.locator(".jp-Notebook .jp-Cell .cm-content").click()
    runs = workbench.bring("daisy-lab-runs")
    runs.get_by_role("button", name="Insert as Python").click()
    workbench.wait_until(lambda: "reconstruct" in workbench.cell(), "the script is in the cell")
    (folder / "session.py").write_text(workbench.cell(), "utf-8")
    return ["session.py", "scan.h5", "python.h5"]


def as_workflow(workbench: Workbench, folder: Path) -> list[str]:
    """Have the session as a workflow file with the mouse; gives the command that runs it, into `workflow.h5`."""
    workbench.panel("runs").get_by_role("button", name="Save as workflow").click()
    workbench.page.locator(".lm-TabBar-tab.lm-mod-current", has_text="workflow.json").wait_for()
    assert (folder / "workflow.json").is_file()
    return ["-m", "daisy_lab", "run", "workflow.json", "scan.h5", "-o", "workflow.h5"]


def run_again(folder: Path, *commands: list[str]) -> list[str]:
    """Run commands in fresh processes beside each other; gives the hash of the volume that each wrote."""
    running = [
        subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    for process in running:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
    return [volume_hash(folder / command[-1]) for command in commands]


def volume_hash(path: Path) -> str:
    """Give the hash of the volume in a file."""
    with h5py.File(path) as file:
        found: list[h5py.Dataset] = []
        file.visititems(lambda _, item: found.append(item) if getattr(item, "shape", None) == SHAPE else None)
        return hashlib.sha256(found[0][()].tobytes()).hexdigest()
