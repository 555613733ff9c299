"""Small algorithms whose every result is known, one for each way in which a step can be split."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Annotated, Any, NamedTuple

import numpy as np
import pytest

from daisy_lab import EACH, LocalEngine, Window, algorithm
from daisy_lab.vocabulary import Array, Axes, Same

Stack = Annotated[Array, Axes("angle", "row", "column")]
Map = Annotated[Array, Axes("row", "column")]
Volume = Annotated[Array, Axes("row", "y", "x")]


class Bands(NamedTuple):
    low: Stack
    high: Stack


class Levelled(NamedTuple):
    flat: Stack
    level: float


@algorithm(splits=EACH)
def scale(image: Same, *, factor: float = 1.5) -> Same:
    return image * np.float32(factor)


@algorithm(splits=EACH)
def add(image: Same, other: Same) -> Same:
    return image + other


@algorithm(splits={"row": lambda settings: settings.half, "angle": 0})
def smooth(stack: Stack, *, half: int = 1) -> Stack:
    """Mean over neighbouring rows, fewer at the edge."""
    out = np.empty_like(stack)
    rows = stack.shape[1]
    for row in range(rows):
        first, end = max(row - half, 0), min(row + half + 1, rows)
        total = stack[:, first].copy()
        for other in range(first + 1, end):
            total = total + stack[:, other]
        out[:, row] = total / np.float32(end - first)
    return out


@algorithm(splits={"row": Window(before=2), "column": 0})
def slope(stack: Stack) -> Stack:
    """Difference to the second row before, the first row where there is none."""
    out = np.empty_like(stack)
    for row in range(stack.shape[1]):
        out[:, row] = stack[:, row] - stack[:, max(row - 2, 0)]
    return out


@algorithm(splits={"row": Window(stride=2), "angle": 0})
def pair(stack: Stack) -> Stack:
    """Sum of two rows; an odd one stays alone."""
    rows = stack.shape[1]
    out = np.empty((stack.shape[0], -(-rows // 2), stack.shape[2]), stack.dtype)
    for row in range(out.shape[1]):
        last = min(2 * row + 1, rows - 1)
        out[:, row] = stack[:, 2 * row] + stack[:, last] * np.float32(2 * row + 1 < rows)
    return out


@algorithm(splits={"row": Window(before=1, after=3, stride=2)})
def thin(stack: Stack) -> Stack:
    """Every second row, with its neighbours before and after."""
    rows = stack.shape[1]
    out = np.empty((stack.shape[0], -(-rows // 2), stack.shape[2]), stack.dtype)
    for row in range(out.shape[1]):
        total = np.zeros_like(stack[:, 0])
        for other in range(max(2 * row - 1, 0), min(2 * row + 5, rows)):
            total = total + stack[:, other]
        out[:, row] = total
    return out


@algorithm(splits={"angle": 0})
def spin(stack: Stack) -> Stack:
    """Mix all rows of each frame: it cannot be split along row."""
    return np.stack([np.cumsum(frame, axis=0)[::-1] for frame in stack]).astype(stack.dtype)


@algorithm(splits={"angle": 0, "row": Window(before=2, after=2, tolerance=0.5)})
def blur(stack: Stack) -> Stack:
    """A filter of whole frames whose far reach is small."""
    out = np.empty_like(stack)
    for frame, filtered in zip(stack, out, strict=True):
        mean = frame.astype(np.float64).mean()
        filtered[...] = frame + mean * 1e-3
    return out


@algorithm(splits={"row": Window(batch=4)})
def batch(stack: Stack) -> Stack:
    """Each row with those before it in its batch of four, counted from the first row it is given."""
    out = np.empty_like(stack)
    for row in range(stack.shape[1]):
        total = stack[:, row].copy()
        for other in range(row - row % 4, row):
            total = total + stack[:, other] * np.float32(0.25)
        out[:, row] = total
    return out


@algorithm(splits={"row": 0, "angle": 0})
def weigh(stack: Stack, weights: Map) -> Stack:
    return stack * weights


@algorithm(splits={"row": 0, "angle": 0, "column": 0})
def cover(stack: Stack, mask: Map | None = None) -> Stack:
    return stack if mask is None else np.where(mask > 0, stack, np.float32(0))


@algorithm(splits={"row": 1})
def bands(stack: Stack) -> Bands:
    low = smooth(stack, half=1)
    return Bands(low, stack - low)


@algorithm
def relate(stack: Stack) -> Stack:
    """Relate to the largest value of all: whole input only."""
    return stack / np.float32(np.abs(stack).max() + 1)


@algorithm
def even(weights: Map) -> Map:
    """Whole input, off the main path."""
    return weights + np.float32(weights.astype(np.float64).sum() % 7)


@algorithm
def find_level(stack: Stack) -> float:
    return float(stack.astype(np.float64).sum())


@algorithm
def level(stack: Stack) -> Levelled:
    found = float(stack[0, 0, 0])
    return Levelled(stack - np.float32(found), found)


@algorithm(splits=EACH)
def subtract(image: Same, *, offset: float) -> Same:
    return image - np.float32(offset)


@algorithm(splits={"row": 0})
def raise_volume(stack: Stack) -> Volume:
    """Turn (angle, row, column) into (row, column, column)."""
    out = np.zeros((stack.shape[1], stack.shape[2], stack.shape[2]), stack.dtype)
    for row in range(stack.shape[1]):
        for frame in stack[:, row]:
            out[row] += frame[:, None] * frame[None, :]
    return out


@pytest.fixture
def steps() -> SimpleNamespace:
    """Give the algorithms by name."""
    return SimpleNamespace(
        scale=scale,
        add=add,
        smooth=smooth,
        slope=slope,
        pair=pair,
        thin=thin,
        spin=spin,
        blur=blur,
        batch=batch,
        weigh=weigh,
        cover=cover,
        bands=bands,
        relate=relate,
        even=even,
        find_level=find_level,
        level=level,
        subtract=subtract,
        raise_volume=raise_volume,
    )


@pytest.fixture
def engine() -> Any:
    with_threads = LocalEngine(workers=2)
    yield with_threads
    with_threads.close()
    with_threads.store.close()


@pytest.fixture
def stack() -> Array:
    """Give a stack of 4 frames of 12 rows and 3 columns with values of their own."""
    return np.random.default_rng(7).normal(size=(4, 12, 3)).astype(np.float32)


@algorithm
def too_few(image: Same) -> Levelled:
    return (image,)  # type: ignore[return-value]


@algorithm
def flat(image: Same) -> Stack:
    return image


@algorithm(splits={"angle": 0})
def short(image: Stack) -> Stack:
    return image[:-1]


@algorithm(splits=EACH)
def ravel(image: Same) -> Same:
    return image.ravel()


@pytest.fixture
def wrong_outputs() -> SimpleNamespace:
    """Give algorithms that do not do what they say."""
    return SimpleNamespace(too_few=too_few, flat=flat, short=short, ravel=ravel)
