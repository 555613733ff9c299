"""No test of the chart reaches a real cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_cluster_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("kubespawner")
    from clusters import forget_clusters  # noqa: PLC0415 - after the check

    forget_clusters(tmp_path, monkeypatch)
