"""Maximum likelihood for counts, by ratios: positive by itself, and in subsets of views faster."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab._arrays import namespace, to_host
from daisy_lab.algorithms.ct.iterative._batch import Batch
from daisy_lab.algorithms.ct.iterative._pair import plan_pair, take_views
from daisy_lab.algorithms.ct.iterative._rays import energy, ratio
from daisy_lab.algorithms.ct.iterative._run import in_batches
from daisy_lab.algorithms.ct.iterative._stop import Convergence

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._pair import Pair, Support
    from daisy_lab.algorithms.ct.iterative._run import Steps
    from daisy_lab.algorithms.ct.iterative._scan import Scan
    from daisy_lab.algorithms.ct.iterative._stop import Rule
    from daisy_lab.vocabulary import Array

__all__ = ["maximise"]

# Part of the largest absorption that is added to what is measured and to what is projected.
_FLOOR: Final = 0.01
# A pixel counts as seen by this part of the views at least.
_SEEN: Final = 0.1


def maximise(scan: Scan, subsets: int, rule: Rule, support: Support, text: str) -> Array:
    """Fill the volume of a scan."""
    if scan.volume.size == 0:
        return scan.volume
    pair = plan_pair(scan.theta, scan.projections.shape[2], scan.center, support)
    # Views in the order of their angles, so that each subset goes all around.
    order = np.argsort(np.mod(scan.theta, np.pi), kind="stable")
    sets = [order[first::subsets] for first in _spread_out(subsets)]
    parts = [take_views(pair, views).on(scan.projections) for views in sets]
    seen = [_seen(part) for part in parts]
    work = partial(_solve, scan, list(zip(sets, parts, seen, strict=True)), rule)
    in_batches(len(scan.volume), pair.on(scan.projections), work, scan.projections, text)
    return scan.finish()


def _spread_out(count: int) -> list[int]:
    """Give the numbers below `count` so that those in a row are far apart."""
    bits = max(1, (count - 1).bit_length())
    return [number for number in (int(f"{n:0{bits}b}"[::-1], 2) for n in range(1 << bits)) if number < count]


def _seen(pair: Pair) -> Array:
    """Give how much of a pixel the views of a pair see together: their number, within the circle."""
    xp, views, size = namespace(pair.response), len(pair.grid.views), pair.grid.width
    if pair.mask is not None:
        same: Array = xp.full((1, 1), views, np.float32)
        return same
    image = xp.empty((1, size, size), np.float32)
    Batch(pair, 4).back_project(xp.ones((views, pair.columns, 4), np.float32), image)
    seen: Array = xp.maximum(image[0], np.float32(_SEEN * views))
    return seen


def _solve(  # noqa: PLR0917 - what all batches share, then what is this one's
    scan: Scan,
    subsets: list[tuple[Array, Pair, Array]],
    rule: Rule,
    batch: Batch,
    rows: slice,
    steps: Steps,
) -> None:
    """Improve the slices of one batch of rows."""
    pair, lanes = batch.pair, batch.lanes
    image = scan.begin(rows, pair.mask, nonnegative=True)
    data = scan.read(rows, pair.columns, lanes)
    xp = namespace(data)
    xp.maximum(data, np.float32(0), out=data)
    highest = to_host(data.max(axis=(0, 1)))
    floor = np.where(highest > 0, _FLOOR * highest, 1).astype(np.float32)
    if not scan.began:
        image[...] = _even(data, pair)[: len(image), np.newaxis, np.newaxis]
        scan.begin(rows, pair.mask)
    convergence = Convergence(rule, energy(data)[: len(image)], scan.shown(rows))
    batches = [Batch(part, lanes, batch.memory) for _views, part, _seen in subsets]
    measured = [data[xp.asarray(views)] for views, _part, _seen in subsets]
    del data
    moving, change = np.flatnonzero(convergence.moving), xp.empty_like(image)
    for _step in steps(rule.iterations):
        squares = np.zeros(lanes)
        for part, values, (_views, _pair, seen) in zip(batches, measured, subsets, strict=True):
            rays = part.project(image)
            squares += ratio(rays, values, floor)
            part.back_project(rays, change)
            for row in moving:
                change[row] /= seen
                image[row] *= xp.maximum(change[row], np.float32(0))
        moving = convergence.note(squares[: len(image)])
        if len(moving) == 0:
            return


def _even(data: Array, pair: Pair) -> Array:
    """Give the value of even slices that absorb as much as was measured, float32, (lane,)."""
    xp, size = namespace(data), pair.grid.width
    pixels = size * size if pair.mask is None else int(pair.mask.sum())
    total: Array = data.sum(axis=(0, 1), dtype=xp.float64)
    return (total / (len(data) * max(pixels, 1))).astype(np.float32)
