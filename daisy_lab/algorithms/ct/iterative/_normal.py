"""Methods that need only `A'b` and `A'A`: the rows are back-projected once, and then iterate without any view."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct.iterative._pair import Support, plan_pair
from daisy_lab.algorithms.ct.iterative._rays import energy
from daisy_lab.algorithms.ct.iterative._run import Steps, each, in_batches
from daisy_lab.algorithms.ct.iterative._toeplitz import convolve, transfer

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.iterative._batch import Batch
    from daisy_lab.algorithms.ct.iterative._pair import Pair
    from daisy_lab.algorithms.ct.iterative._scan import Scan
    from daisy_lab.vocabulary import Array

__all__ = ["Normal", "Problem", "Solver", "dot", "solve_rows"]

_SAFE: Final = 1.05


class Normal(Protocol):
    """Projects slices (row, y, x) and back-projects them, within the support."""

    def __call__(self, image: Array) -> Array: ...


@dataclass(frozen=True, eq=False)
class Problem:
    """Some rows whose slices are looked for, with what is known of them."""

    normal: Normal
    gradient: Array
    """The back-projected data, (row, y, x)."""
    energy: Array
    """Sum of the squares of each row's data, float64, (row,)."""
    image: Array
    """What to begin with, (row, y, x), and where the solution goes."""
    rows: slice
    bound: float
    """No slice grows by more than this when it is projected and back-projected."""


class Solver(Protocol):
    """Solves one problem."""

    def __call__(self, problem: Problem, steps: Steps) -> None: ...


def dot(first: Array, second: Array) -> float:
    """Give the sum of the products of two slices, in double precision: the same bits on any number of threads."""
    xp = namespace(first)
    return float(xp.sum(first * second, dtype=xp.float64))


def _bound(normal: Normal, ones: Array) -> float:
    """Give a bound of the norm: the largest row sum, of a table with next to no negative numbers."""
    return _SAFE * float(normal(ones).max())


def solve_rows(scan: Scan, support: Support, solve: Solver, text: str) -> None:
    """Solve for all rows: one by one as a convolution, or in batches through all views where some are cut off."""
    width = scan.projections.shape[2]
    pair = plan_pair(scan.theta, width, scan.center, support, fine=support == "circle")
    if support == "circle":
        _as_convolution(scan, pair, solve, text)
    else:
        work = partial(_through_views, scan, solve)
        in_batches(len(scan.volume), pair.on(scan.projections), work, scan.projections, text)


def _as_convolution(scan: Scan, pair: Pair, solve: Solver, text: str) -> None:
    """Back-project all rows, then solve for one after the other, or each in a thread."""
    xp = namespace(scan.projections)
    table = xp.asarray(transfer(scan.theta, pair))
    mask = xp.asarray(pair.mask)
    gradient, energies = xp.empty_like(scan.volume), np.zeros(len(scan.volume))
    pair = pair.on(scan.projections)

    def back_project(batch: Batch, rows: slice, _steps: Steps) -> None:
        data = scan.read(rows, pair.columns, batch.lanes)
        energies[rows] = energy(data)[: rows.stop - rows.start]
        batch.back_project(data, gradient[rows])

    in_batches(len(scan.volume), pair, back_project, scan.projections, "back-project")

    def normal(image: Array) -> Array:
        product: Array = (convolve(image[0], table) * mask)[xp.newaxis]
        return product

    bound = _bound(normal, mask[xp.newaxis].astype(np.float32))

    def row(index: int, steps: Steps) -> None:
        rows = slice(index, index + 1)
        problem = Problem(normal, gradient[rows], energies[rows], scan.begin(rows, mask), rows, bound)
        solve(problem, steps)

    each(row, range(len(scan.volume)), scan.projections, text)


def _through_views(scan: Scan, solve: Solver, batch: Batch, rows: slice, steps: Steps) -> None:
    """Solve for a batch of rows with the projector pair itself."""
    data = scan.read(rows, batch.pair.columns, batch.lanes)
    image = scan.begin(rows, None)
    gradient = namespace(image).empty_like(image)
    energies = energy(data)[: len(image)]
    batch.back_project(data, gradient)
    del data

    def normal(image: Array) -> Array:
        product: Array = namespace(image).empty_like(image)
        batch.back_project(batch.project(image), product)
        return product

    bound = _bound(normal, namespace(image).ones_like(image))
    solve(Problem(normal, gradient, energies, image, rows, bound), steps)
