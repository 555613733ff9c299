"""A few algorithms and a stack to run them on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from daisy_lab import EACH, LocalEngine, Workflow, algorithm, middle, ref
from daisy_lab.vocabulary import Array, Axes, Pixel, Same

Stack = Annotated[Array, Axes("angle", "row", "column")]


class Parts(NamedTuple):
    low: Stack
    high: Stack


@algorithm(splits=EACH)
def scale(image: Same, *, factor: float = 2.0) -> Same:
    return image * np.float32(factor)


@algorithm(splits={"row": 0})
def split(stack: Stack, *, size: int = 1) -> Parts:
    return Parts(np.minimum(stack, np.float32(size)), np.maximum(stack, np.float32(size)))


@algorithm
def find_peak(stack: Stack, *, method: str = "max") -> Pixel:
    return float(stack.max())


@algorithm(splits=EACH)
def subtract(image: Same, *, offset: Annotated[float, "any"] = 0.0, factor: float = 1.0) -> Same:
    return (image - np.float32(offset)) * np.float32(factor)


@algorithm(splits=EACH)
def note(image: Same, *, text: str = "", options: dict[str, float] = {}) -> Same:  # noqa: B006 - never changed
    return image + np.float32(len(text) + sum(options.values()))


@pytest.fixture
def steps() -> SimpleNamespace:
    return SimpleNamespace(scale=scale, split=split, find_peak=find_peak, subtract=subtract, note=note)


@pytest.fixture
def chain() -> Workflow:
    """Give: scale, find the peak of two rows, subtract it."""
    made = Workflow("chain", title="A chain", summary="Subtracts a peak.", inputs_text={"stack": "Frames"})
    made.add(scale, into="scaled", image="stack", name="gain")
    made.add(find_peak, into="peak", stack=ref("scaled", row=middle(2), angle=slice(0, 1)))
    return made.add(subtract, into="flat", image="scaled", offset=ref("peak"))


@pytest.fixture
def stack() -> Any:
    return np.random.default_rng(1).normal(size=(3, 8, 5)).astype(np.float32)


@pytest.fixture
def engine(stack: Any) -> Any:
    made = LocalEngine(workers=1)
    made.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
    yield made
    made.close()
    made.store.close()
