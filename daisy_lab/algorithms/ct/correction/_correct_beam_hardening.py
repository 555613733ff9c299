"""Beam hardening: soft X-rays stop first, so that absorption grows slower than the sample's thickness."""

from functools import partial
from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import EACH, algorithm, parallel
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import frame_blocks
from daisy_lab.vocabulary import Array, Same

__all__ = ["correct_beam_hardening"]


@algorithm(splits=EACH, cuda=True)
def correct_beam_hardening(
    absorption: Same,
    *,
    coefficients: Annotated[
        tuple[Annotated[float, Field(allow_inf_nan=False)], ...],
        Field(title="Coefficients", min_length=1, max_length=12),
    ],
) -> Same:
    """Give the absorption that a beam of one energy would have: a1 p + a2 p^2 + a3 p^3 ...

    For white and pink beams and for samples of mainly one material. Measure the absorption p of known thicknesses
    of that material (a wedge, a stack of foils), fit the thickness times the attenuation wanted as a polynomial
    of p without a constant term, and give its coefficients. A sign that they are right: a homogeneous disc has the
    same value in its middle and near its rim.

    Parameters
    ----------
    absorption
        Line integral of the attenuation as measured, any axes.
    coefficients
        a1, a2, a3 ...: factors of p, p^2, p^3 ...; 1, 0.1 raises an absorption of 2 by 20 %, and 1 alone changes
        nothing.

    Returns
    -------
    absorption
        Line integral of the attenuation at one energy, float32, same axes; NaN where it was NaN.

    Notes
    -----
    G. T. Herman, "Correction for beam hardening in computed tomography", Phys. Med. Biol. 24, 81 (1979).
    """
    xp = namespace(absorption)
    corrected: Array = xp.empty(absorption.shape, np.float32)
    frames = xp.atleast_1d(corrected)
    fill = partial(_fill, xp.atleast_1d(absorption), coefficients, frames)
    parallel(fill, frame_blocks(frames.shape), text="correct_beam_hardening")
    return corrected


def _fill(absorption: Array, coefficients: tuple[float, ...], corrected: Array, block: slice) -> None:
    """Fill one block by Horner's rule."""
    out = corrected[block]
    # Absorption beyond float32 becomes infinite, as it would be.
    with np.errstate(over="ignore", invalid="ignore"):
        values = absorption[block].astype(np.float32)
        out[...] = np.float32(coefficients[-1])
        for coefficient in reversed(coefficients[:-1]):
            out *= values
            out += np.float32(coefficient)
        out *= values
