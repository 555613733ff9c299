"""The methods of the real tomopy, never of our stand-in of that name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.ct.peers._methods import Method, real_module
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["INSTALL", "REQUIRES", "methods"]

REQUIRES: Final = "tomopy"
INSTALL: Final = _("conda install -c conda-forge tomopy")

_FILTERED: Final = ("fbp", "gridrec")
_ITERATIVE: Final = (
    "art",
    "bart",
    "grad",
    "mlem",
    "osem",
    "ospml_hybrid",
    "ospml_quad",
    "pml_hybrid",
    "pml_quad",
    "sirt",
    "tv",
)
# It transforms two slices at a time as real and imaginary part, so that each has a trace of the other.
_PAIRED: Final = "gridrec"
_PAIR: Final = 2


def methods() -> dict[str, Method]:
    """Give tomopy's methods by its own names."""
    return {
        name: Method(partial(_reconstruct, name), iterates=name in _ITERATIVE)
        for name in (*_FILTERED, *_ITERATIVE)
    }


def _reconstruct(
    name: str,
    projections: Array,
    theta: Array,
    centers: Array,
    *,
    filter: str,
    iterations: int,
) -> Array:
    """Give slices by tomopy, whose orientation and sign are ours; its absolute values are its own."""
    options: dict[str, object] = {"num_iter": iterations}
    if name in _FILTERED:
        options = {"filter_name": "ramlak" if filter == "ramp" else filter}
    step = _PAIR if name == _PAIRED else 1
    if step > 1:
        # Beside an empty row each has the same bits in any block.
        apart = np.zeros(
            (projections.shape[0], step * projections.shape[1], projections.shape[2]), np.float32
        )
        apart[:, ::step] = projections
        projections, centers = apart, np.repeat(centers, step)
    found = real_module(REQUIRES).recon(
        projections, theta, center=centers, sinogram_order=False, algorithm=name, nchunk=_PAIR, **options
    )
    return np.asarray(found, np.float32)[::step]
