"""A real cluster of one node for all tests here, and what it showed, told at the end."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from charts import ROOT

sys.path.append(str(ROOT / ".ci" / "cluster"))

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cluster import Cluster

TOLD: dict[str, str] = {}
"""What was measured or counted, by what it is."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Start it; its logs stay in out/cluster."""
    from cluster import Cluster  # noqa: PLC0415 - only where these tests run

    with Cluster() as made:
        for what, seconds in made.seconds.items():
            TOLD[f"start of the cluster: {what}"] = f"{seconds:.1f} s"
        try:
            yield made
        finally:
            made.keep_logs(ROOT / "out" / "cluster")


@pytest.fixture(scope="session")
def tell() -> Callable[[str, object], None]:
    """Give what notes a figure for the summary."""

    def note(what: str, figure: object) -> None:
        TOLD[what] = f"{figure:.1f} s" if isinstance(figure, float) else str(figure)

    return note


@pytest.fixture(scope="session")
def loaded(cluster: Cluster, tell: Callable[[str, object], None]) -> Cluster:
    """Have the images on the node, and one GPU that is none."""
    from pictures import images  # noqa: PLC0415 - only where these tests run

    files = images("hub", "ct")
    since = time.monotonic()
    cluster.load(*files)
    tell("images loaded", time.monotonic() - since)
    cluster.kubectl(
        "patch",
        "node",
        "daisy-node",
        "--subresource=status",
        "--type=merge",
        '--patch={"status": {"capacity": {"nvidia.com/gpu": "1"}}}',
    )
    cluster.wait_until(
        lambda: "nvidia.com/gpu" in cluster.get("node", "daisy-node")["status"]["allocatable"],
        "the node has a GPU",
    )
    return cluster


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was noted."""
    if TOLD:
        terminalreporter.section("the real cluster")
        for what, figure in TOLD.items():
            terminalreporter.write_line(f"{what}: {figure}")
