"""Fifty users at once: every one of them gets a pod, and the hub tells how long that took."""

from __future__ import annotations

import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("kubespawner")

from facilities import Facility, facility

if TYPE_CHECKING:
    from pathlib import Path

USERS = 50
AT_ONCE = 10


def _work(there: Facility, name: str) -> float:
    """Log in, start, open, stop; gives the seconds from pressing Start to a server that is ready."""
    visitor = there.visitor()
    visitor.log_in(name, there.password)
    since = time.monotonic()
    answer = visitor.start("lab", user=name)
    assert answer.status == 200, answer.text
    server = visitor.wait_for("lab", name)
    seconds = time.monotonic() - since
    assert "pod at" in visitor.get(server["url"]).text
    visitor.stop("lab", name)
    return seconds


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_fifty_users_get_a_pod_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with facility(tmp_path, auth={"allowAll": True}) as there, ThreadPoolExecutor(AT_ONCE) as pool:
        seconds = list(pool.map(lambda number: _work(there, f"user{number}"), range(USERS)))
        assert there.pods() == []
        faults = [line for line in there.log().splitlines() if line.startswith("[E") or "Traceback" in line]
    assert faults == []
    parts = statistics.quantiles(seconds, n=20)
    told = {"users": USERS, "at once": AT_ONCE, "p50": round(parts[9], 2), "p95": round(parts[18], 2)}
    with capsys.disabled():
        print(f"\n{json.dumps(told)}")  # noqa: T201 - what was measured
