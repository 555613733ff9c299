"""Who has JupyterLab speak Chinese has our panels, menus and errors in Chinese."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsers import Workbench
    from servers import Lab

pytestmark = pytest.mark.browser

PACK = "jupyterlab_language_pack_zh_CN"
SETTING = f"lab/api/settings/{quote('@jupyterlab/translation-extension:plugin', safe='')}"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture
def chinese(lab: Lab) -> Iterator[None]:
    """Have the server's pages speak Chinese, for one test."""
    if find_spec(PACK) is None:
        pytest.skip(f"JupyterLab speaks no Chinese: {PACK} is part of daisy-lab[lab]")
    lab.ask(SETTING, "PUT", raw='{"locale": "zh_CN"}')
    yield
    lab.ask(SETTING, "PUT", raw="{}")


def test_panels_speak_chinese(chinese: None, workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("zh.ipynb"))
    page = workbench.page

    data = workbench.show("data")
    expect(data.get_by_text("存储中还没有数据")).to_be_visible()
    workbench.execute("import numpy as np\nfrom daisy_lab import store\nstore['kept'] = np.ones((3, 4))")
    workbench.object("kept").click(button="right")
    assert CHINESE.search(page.locator(".lm-Menu-item[data-command='daisy:delete-objects']").inner_text())
    page.keyboard.press("Escape")

    # What the kernel says follows the page: what an algorithm is for, and titles of its settings.
    algorithms = workbench.show("algorithms")
    workbench.algorithm("ct.normalize", "correction").click()
    form = algorithms.locator(".jp-DaisyForm")
    expect(form.get_by_role("button", name="运行", exact=True)).to_be_visible()
    expect(form).to_contain_text("透射率")
    expect(form.locator("label", has_text=CHINESE).first).to_be_attached()
    runs = workbench.show("runs")
    expect(runs.get_by_role("tab").first).to_contain_text(CHINESE)
    expect(page.get_by_role("button", name=re.compile("^Daisy: 1 .*[\u4e00-\u9fff]"))).to_be_visible()
