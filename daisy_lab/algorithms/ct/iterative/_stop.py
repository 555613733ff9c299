"""When an iteration ends: each row for itself, so that its bits do not depend on the rows it is computed with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab._algorithm import check_cancelled, curve

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Convergence", "Rule"]

_TINY = 1e-30


@dataclass(frozen=True)
class Rule:
    """What ends the iteration of a row."""

    iterations: int
    tolerance: float = 0.0
    """It ends once a step lowers the residual, or changes the slice, by less than this part; 0 for never."""
    residual: float = 0.0
    """It ends once the residual is no larger than this part of the data; 0 for never."""


class Convergence:
    """Which rows of a batch still move, and the curve of one of them."""

    def __init__(self, rule: Rule, energy: Array, shown: int | None) -> None:
        """Begin.

        Parameters
        ----------
        rule
            What ends the iteration.
        energy
            Sum of the squares of each row's rays, float64; what residuals are relative to.
        shown
            Row whose residuals are told as a curve, None for none.
        """
        self.rule = rule
        self.moving = np.ones(len(energy), bool)
        """Rows whose iteration has not ended."""
        self._energy = np.where(energy > 0, energy, 1.0)
        self._shown = shown
        self._before = np.full(len(energy), np.inf)

    def note(self, squares: Array, changes: Array | None = None) -> Array:
        """Take what a step has brought, and give the rows, by number, that go on.

        Parameters
        ----------
        squares
            Sum of each row's squared residuals.
        changes
            How much of each slice the last step has changed, where that says more than the residual.
        """
        check_cancelled()
        residual = np.sqrt(np.maximum(squares, 0) / self._energy)
        if self._shown is not None and self.moving[self._shown]:
            curve("residual", float(residual[self._shown]))
        rule = self.rule
        ended = (residual <= rule.residual) & (rule.residual > 0)
        if changes is None:
            before = np.maximum(self._before, _TINY)
            # Residuals that are summed up end at zero where they are no longer resolved.
            changes = np.where(np.isinf(before), np.inf, np.where(residual > 0, 1 - residual / before, 0))
        if rule.tolerance > 0:
            ended |= changes < rule.tolerance
        self.moving &= ~ended
        self._before = residual
        return np.flatnonzero(self.moving)
