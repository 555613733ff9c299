"""The idle culler understands what the chart's hub tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from charts import merged, values_of

pytest.importorskip("kubespawner")

from clusters import place_of
from jupyterhub_idle_culler import IdleCuller

from daisy_lab.hub.kubernetes import _culler

if TYPE_CHECKING:
    from pathlib import Path


def test_the_culler_takes_every_word_of_its_command(tmp_path: Path) -> None:
    values = merged(
        values_of("minimal"), {"cull": {"timeout": 600, "every": 60, "maxAge": 7200, "concurrency": 3}}
    )
    _python, _m, _module, *words = _culler(place_of(values, tmp_path))
    made = IdleCuller()
    made.parse_command_line(words)
    assert (made.timeout, made.cull_every, made.max_age, made.concurrency) == (600, 60, 7200, 3)
    assert made.remove_named_servers is True
    assert made.url.endswith("/hub/api")
