"""A store that changes a thousand times a second: the page stays responsive, nothing is left; for longer in soak."""

from __future__ import annotations

import statistics
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
    before = storm.left(workbench)

    felt = storm.blow(workbench, 2)

    after = storm.left(workbench)
    assert felt.events <= felt.seconds / 0.08 + 3
    assert statistics.median(felt.frames) < 50
    assert after[:3] == before[:3]
    assert after.listeners <= before.listeners
    assert after.nodes <= before.nodes + 50
