"""A cancel is felt within a second, wherever the algorithm is; measured, so not part of `make test`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import numpy as np
import pytest

from daisy_lab import LocalEngine, algorithm, progress
from daisy_lab.errors import CancelledError
from daisy_lab.vocabulary import Array, Axes, Same

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab import Run

pytestmark = pytest.mark.soak

Stack = Annotated[Array, Axes("angle", "row", "column")]
ROUNDS = 10


@algorithm
def endless(image: Same) -> Same:
    """Iterate for hours."""
    for _item in progress(range(10**9)):
        pass
    return image


@algorithm(isolate=True)
def deaf(image: Same) -> Same:
    """Hold the lock for hours and listen to nobody."""
    sum(range(10**12))
    return image


def _slices(engine: LocalEngine, method: str) -> Run:
    return engine.run(
        "ct.reconstruct", projections="scan", theta="theta", center=700.0, method=method, into="out"
    )


CASES: dict[str, Callable[[LocalEngine], Run]] = {
    "a loop that reports": lambda engine: engine.run(endless, image="theta", into="out"),
    "a child that does not listen": lambda engine: engine.run(deaf, image="theta", into="out"),
    "reconstruction, fbp": lambda engine: _slices(engine, "fbp"),
    "reconstruction, direct": lambda engine: _slices(engine, "direct"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cancel_is_felt_within_a_second(name: str) -> None:
    engine = LocalEngine()
    engine.store.put("theta", np.linspace(0, np.pi, 2000, endpoint=False), axes=("angle",))
    engine.store.put("scan", np.ones((2000, 64, 1400), np.float32), axes=("angle", "row", "column"))
    taken = []
    for number in range(ROUNDS):
        run = CASES[name](engine)
        assert not run.wait(0.2 + 0.1 * number)
        asked = time.perf_counter()
        run.cancel()
        with pytest.raises(CancelledError):
            run.result()
        taken.append(time.perf_counter() - asked)
    print(f"\n{name}: {np.median(taken):.3f} s, at most {max(taken):.3f} s")  # noqa: T201
    assert max(taken) < 1
