"""A store that changes a thousand times a second: the page stays responsive, nothing is left; for longer in soak."""

from __future__ import annotations

import statistics
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import storm

if TYPE_CHECKING:
    from browsers import Workbench
    from servers import Lab

pytestmark = pytest.mark.browser


def test_page_moves_on_while_the_store_changes_all_the_time(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("storm.ipynb"))
    storm.prepare(workbench)
    counts = [storm.left(workbench)]

    for _storm in range(3):
        felt = storm.blow(workbench, 1)
        counts.append(storm.left(workbench))

    assert felt.events <= felt.seconds / 0.08 + 3
    assert statistics.median(felt.frames) < 50
    assert len({count[:3] for count in counts}) == 1
    # JupyterLab makes parts of its own once, at any moment: what a storm leaves, each of them leaves.
    assert min(after.listeners - before.listeners for before, after in pairwise(counts)) <= 0
    assert min(after.nodes - before.nodes for before, after in pairwise(counts)) <= 0
