"""What the sidebars cost a kernel, and how quickly it answers them while it works.

Round trips are those of a Python client over a subshell, as JupyterLab opens one; the browser's share is measured with
the views.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from kernels import Kernel

from daisy_lab import LocalEngine
from daisy_lab._bridge import Bridge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

pytest.importorskip("ipykernel")

_PINGS = 200
_ARRAYS = 200
_SIDE = 1323  # 200 float32 arrays of this side are 1.4 GB


class Silent:
    """A browser that only listens."""

    def __init__(self) -> None:
        self.count = 0

    def send(self, data: dict[str, Any], buffers: Sequence[Any] | None = None) -> None:  # noqa: ARG002 - a channel
        self.count += 1

    def close(self) -> None:
        """Nothing holds it."""


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    made.open()
    yield made
    made.close()


def _percentiles(times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[int(0.95 * len(ordered))]
    return f"median {1e3 * statistics.median(ordered):.1f} ms, p95 {1e3 * p95:.1f} ms, worst {1e3 * ordered[-1]:.1f} ms"


def _pings(kernel: Kernel, method: str = "alive", **params: Any) -> list[float]:
    times = []
    for _number in range(_PINGS):
        begin = time.perf_counter()
        assert kernel.ask(method, **params)["ok"]
        times.append(time.perf_counter() - begin)
        time.sleep(0.005)
    return times


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def test_answers_while_the_kernel_works(kernel: Kernel) -> None:
    kernel.run(
        "import daisy_lab, numpy as np; store = daisy_lab.store; store['a'] = np.zeros((4, 512, 512), 'f4')"
    )
    idle = _pings(kernel)
    print(f"\nidle kernel:                {_percentiles(idle)}")  # noqa: T201 - a benchmark tells
    kernel.run("while True: pass", wait=False)
    busy = _pings(kernel)
    opened = [*_pings(kernel, "view.image", name="a", height=256, width=256)]
    kernel.interrupt()
    print(f"pure-Python loop in a cell: {_percentiles(busy)}")  # noqa: T201 - a benchmark tells
    print(f"the same, a 256 x 256 view: {_percentiles(opened)}")  # noqa: T201 - a benchmark tells
    kernel.run(
        "import numba, numpy as np\n"
        "@numba.njit(nogil=True)\n"
        "def spin(n):\n"
        "    s = 0.0\n"
        "    for i in range(n):\n"
        "        s += np.sin(i)\n"
        "    return s\n"
        "spin(10)\n"
        "run = daisy_lab.engine.submit('spin', lambda run: spin(10**9))"
    )
    nogil = _pings(kernel)
    print(f"nogil run in a thread:      {_percentiles(nogil)}")  # noqa: T201 - a benchmark tells
    assert _p95(idle) < 0.05
    assert _p95(nogil) < 0.05


def test_a_no_op_cell_costs_the_same_with_a_front(kernel: Kernel) -> None:
    kernel.run(
        "import daisy_lab, numpy as np\n"
        f"for n in range({_ARRAYS}): daisy_lab.store[f'x{{n}}'] = np.zeros(({_SIDE}, {_SIDE}), np.float32)"
    )

    def cells() -> list[float]:
        times = []
        for _number in range(60):
            begin = time.perf_counter()
            kernel.run("pass")
            times.append(time.perf_counter() - begin)
        return times

    kernel.ask("watch", topics=[])
    closed = cells()
    kernel.ask("watch", topics=["objects", "runs", "algorithms", "workflow"])
    kernel.wait(lambda data: data.get("event") == "objects" and data["data"]["full"])
    shown = cells()
    print(  # noqa: T201 - a benchmark tells
        f"\na no-op cell, panels closed: {_percentiles(closed)}\na no-op cell, panels open:   {_percentiles(shown)}"
    )
    assert statistics.median(shown) < statistics.median(closed) * 1.5 + 0.005


def test_a_put_costs_about_the_same_with_a_front(tmp_path: Path) -> None:
    engine = LocalEngine(device="cpu")

    def puts() -> float:
        times = []
        for number in range(3000):
            begin = time.perf_counter()
            engine.store.put(f"p{number % 50}", number)
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    for number in range(_ARRAYS):
        engine.store.put(f"x{number}", np.zeros((_SIDE, _SIDE), np.float32))
    bare = puts()
    bridge = Bridge(engine, (tmp_path,))
    front = bridge.connect(Silent())
    hidden = puts()
    bridge.hear(front, {"id": 1, "method": "watch", "params": {"topics": ["objects"]}})
    shown = puts()
    bridge.close()
    engine.close()
    engine.store.close()
    print(  # noqa: T201 - a benchmark tells
        f"\na put: {1e6 * bare:.1f} us alone, {1e6 * hidden:.1f} us panels hidden, {1e6 * shown:.1f} us panels open"
    )
    assert shown < bare + 100e-6
