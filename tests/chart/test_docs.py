"""What operators read: the values on each page are values of the chart, and what is named there exists."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from charts import CHART, ROOT, SECRET, merged, run_helm

from daisy_lab.hub import values_from

PAGES = ["how-to/operate-on-kubernetes.md", "how-to/air-gapped.md"]
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def told(page: str) -> dict[str, Any]:
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
    assert blocks
    # Not what takes away: the next block may speak of it.
    return merged(*(yaml.safe_load(block.replace("  lab: null\n", "")) for block in blocks))


@pytest.mark.parametrize("page", PAGES)
def test_values_on_a_page_install(page: str) -> None:
    values_from(told(page))
    done = run_helm("helm4", "template", "daisy", str(CHART), "-n=daisy", values=merged(SECRET, told(page)))
    assert done.returncode == 0, done.stderr


def test_objects_that_the_operators_page_names_are_those_that_are_made() -> None:
    text = (ROOT / "docs" / PAGES[0]).read_text("utf-8")
    done = run_helm("helm4", "template", "daisy-lab", str(CHART), "-n=daisy", values=SECRET)
    made = {found["metadata"]["name"] for found in yaml.safe_load_all(done.stdout) if found}
    for kind, name in re.findall(r"(deployment|deploy)/([a-z-]+)", text):
        assert name in made, kind
    assert "daisy-lab-hub-db" in made
    assert "daisy-lab-hub-db" in text
