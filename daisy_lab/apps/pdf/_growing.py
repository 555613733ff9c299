"""G(r) of a file that still grows: what is appended is read, integrated and transformed, and nothing twice."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.algorithms.azint import bins, integrate
from daisy_lab.algorithms.pdf import patterns_to_gr
from daisy_lab.apps.pdf._following import Follower
from daisy_lab.apps.pdf._frame import BINS
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DaisyError, DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.vocabulary import Array

__all__ = ["GrowingSeries"]


class GrowingSeries:
    """The patterns of a file that grows, and their G(r) for the page's recipe.

    Parameters
    ----------
    app
        The page.
    grown
        Hears G(r) of all frames, (frame, r), and r, (r,).
    ended
        Hears in words why nothing more comes, or why there is no G(r).
    """

    def __init__(
        self, app: PdfApp, grown: Callable[[Array, Array], None], ended: Callable[[str], None]
    ) -> None:
        self._app, self._grown, self._ended = app, grown, ended
        self._lock = RLock()
        self._follower: Follower | None = None
        self._turn = 0
        """How often a file was begun to be followed: what comes of an older turn is left out."""
        self._x: Array = np.zeros(0)
        self._patterns: list[Array] = []
        """What was read, since a recipe can change and a file is not read twice."""
        self._gr: Array | None = None
        self._made_with: dict[str, Any] = {}
        """Recipe of G(r)."""

    @property
    def is_followed(self) -> bool:
        """Whether a file is being followed."""
        return self._follower is not None

    def begin(self, source: Mapping[str, str]) -> None:
        """Follow a dataset: `path` and `dataset`.

        Raises
        ------
        DataError
            If there is none that can grow.
        """
        if not source:
            raise DataError(_("only an HDF5 file can grow; give one with frames or patterns, as scan.h5"))
        self.stop()
        axes = 3 if self._app.state.kind == "frames" else 2
        with self._lock:
            self._turn += 1
            self._gr, self._patterns = None, []
            self._follower = Follower(source, axes, partial(self.take, self._turn), self._ended)

    def stop(self) -> None:
        """Follow the file no longer."""
        if self._follower is not None:
            self._follower.stop()
            self._follower = None

    def take(self, turn: int, block: Array) -> None:
        """Make G(r) of what was appended, behind the rest."""
        x, patterns = self._integrated(block)
        with self._lock:
            if turn != self._turn:
                return
            self._x = x
            self._patterns.append(patterns)
            self._transform()

    def renew(self) -> None:
        """Make G(r) anew if the recipe changed."""
        with self._lock:
            if self._patterns and self._follower and self._made_with != self._app.state.recipe:
                self._transform()

    def _transform(self) -> None:
        """Make G(r) of the patterns that have none for the page's recipe."""
        recipe = dict(self._app.state.recipe)
        before = self._gr if recipe == self._made_with else None
        count = 0 if before is None else len(before)
        fresh = np.concatenate(self._patterns)[count:]
        try:
            made = self._gr_of(fresh, recipe)
        except DaisyError as error:
            # The recipe can be mended; what was read is kept.
            self._ended(str(error))
            return
        self._gr = made if before is None else np.concatenate([before, made])
        self._made_with = recipe
        self._grown(self._gr, np.asarray(recipe_of(recipe).distances.r))

    def _gr_of(self, patterns: Array, settings: Mapping[str, Any]) -> Array:
        recipe = recipe_of(settings)
        drawing = self._app.tune.drawing
        background = None if drawing is None else drawing.source.background
        given: dict[str, Any] = {**asdict(recipe), "bgscale": list(recipe.bgscale)}
        return np.asarray(patterns_to_gr(patterns, self._x, background, **given))

    def _integrated(self, block: Array) -> tuple[Array, Array]:
        """Give the first column, and the patterns of a block of what is followed."""
        state, live = self._app.state, self._app.frame.live
        if state.kind != "frames" or live is None:
            return np.asarray(self._app.work.array("x")), np.asarray(block)
        flip: Any = live.flip
        made = bins(block, live.geometry, live.gaps, bins=BINS, flip=flip, polarization=state.polarization)
        masks = state.masks
        found = integrate(block, made.binning, live.mask, lowest=masks.lowest, highest=masks.highest)
        return np.asarray(made.radius), np.asarray(found.intensity)
