"""No test of the chart reaches a real cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_cluster_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have KubeSpawner load a configuration that names nothing."""
    pytest.importorskip("kubespawner")
    from clusters import kubeconfig  # noqa: PLC0415 - after the check
    from kubespawner.clients import load_config  # noqa: PLC0415 - likewise

    path = tmp_path / "kubeconfig"
    path.write_text(kubeconfig("http://127.0.0.1:9"), "utf-8")
    monkeypatch.setenv("KUBECONFIG", str(path))
    monkeypatch.setattr("kubernetes_asyncio.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(path))
    load_config.cache_clear()
