"""A kernel that computes: the panels answer all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from browsers import Workbench
    from servers import Lab

pytestmark = pytest.mark.browser

PUT = """
import time
import numpy as np
from daisy_lab import algorithm, engine, progress, store
from daisy_lab.vocabulary import Array
for n in range(20):
    store[f'part/image{n}'] = np.random.default_rng(n).random((64, 64))
@algorithm
def wait_long(image: Array) -> Array:
    \"\"\"Give the image, late.\"\"\"
    for _ in progress(range(6000)):
        time.sleep(0.01)
    return image
engine.run(wait_long, image='part/image1', into='late')
"""
LOOP = "import time; until = time.time() + 25\nwhile time.time() < until: sum(range(1000))"


def test_list_filters_array_opens_and_run_is_cancelled_while_a_cell_loops(
    workbench: Workbench, lab: Lab
) -> None:
    workbench.open(lab.notebook("busy.ipynb"))
    data = workbench.show("data")
    workbench.show("runs")
    workbench.execute(PUT)
    workbench.object("part/image19").wait_for()
    workbench.runs("running").wait_for()

    workbench.start(LOOP)
    data.get_by_role("searchbox").fill("image7")
    workbench.object("part/image7").wait_for()
    workbench.object("part/image8").wait_for(state="detached")
    workbench.object("part/image7").dblclick()
    workbench.painted()
    workbench.runs("running").get_by_role("button", name="Cancel").click()
    workbench.runs("cancelled").wait_for()

    assert workbench.is_running()
