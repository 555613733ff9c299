"""The whole way of one pattern as one step: what `daisy run pdf` runs."""

from typing import NamedTuple

import numpy as np

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._abscissa import DataFormat
from daisy_lab.algorithms.pdf._absorption import Shape
from daisy_lab.algorithms.pdf._kernel import PdfKernel
from daisy_lab.algorithms.pdf._recipe import Recipe, Scales
from daisy_lab.algorithms.pdf._scattering import Mode
from daisy_lab.algorithms.pdf._settings import (
    AtomDensity,
    Composition,
    MuD,
    QMax,
    QMaxInst,
    QMin,
    RMax,
    RMin,
    RPoly,
    RStep,
    TwoThetaZero,
    Wavelength,
)
from daisy_lab.algorithms.pdf._structure import Normalization
from daisy_lab.algorithms.pdf._transform import Calculation, Window
from daisy_lab.algorithms.pdf._variance import error_band
from daisy_lab.vocabulary import (
    Abscissa,
    Backgrounds,
    Pattern,
    QCurve,
    QGrid,
    RCurve,
    RGrid,
)

__all__ = ["PatternResult", "pattern_to_gr"]


class PatternResult(NamedTuple):
    """All curves of one pattern."""

    q: QGrid
    iq: QCurve
    sq: QCurve
    fq: QCurve
    r: RGrid
    gr: RCurve
    gr_sigma: RCurve


@algorithm
def pattern_to_gr(  # noqa: PLR0913 - settings by their PDFgetX3 names
    x: Abscissa,
    intensity: Pattern,
    background: Backgrounds | None = None,
    sigma: Pattern | None = None,
    *,
    composition: Composition,
    dataformat: DataFormat = "twotheta",
    mode: Mode = "xray",
    wavelength: Wavelength = 0.0,
    twothetazero: TwoThetaZero = 0.0,
    bgscale: Scales = [1.0],  # noqa: B006 - pydantic copies it
    rpoly: RPoly = 0.9,
    qmaxinst: QMaxInst = 0.0,
    qmin: QMin = 0.0,
    qmax: QMax = 0.0,
    rmin: RMin = 0.0,
    rmax: RMax = 30.0,
    rstep: RStep = 0.01,
    window: Window = "none",
    calculation: Calculation = "exact",
    normalization: Normalization = "fit",
    density: AtomDensity = 0.0,
    shape: Shape = "none",
    mud: MuD = 0.0,
) -> PatternResult:
    """Give S(Q), F(Q) and G(r) of one powder pattern.

    The way of the data is that of the steps `to_q`, `subtract_background`, `resample`, `structure_function`,
    `correct_polynomial` and `transform`.

    Parameters
    ----------
    x
        First column of the pattern, (point,): two theta in degree, or Q.
    intensity
        Intensity of the points, (point,).
    background
        Background patterns, (background, column, point); shorter ones end in NaN. A third column is the error of
        their intensity, and goes into the error band.
    sigma
        Standard deviation of each intensity, (point,); with it G(r) gets an error band.
    composition
        Chemical formula, as PbTi0.5Zr0.5O3 or Pb(TiZr)0.5O3.
    dataformat
        What the first column is: two theta in degree, Q in 1/angstrom (QA) or Q in 1/nm (Qnm).
    mode
        Radiation: X-rays scatter with form factors, neutrons with scattering lengths.
    wavelength
        Wavelength in angstrom; needed for two theta.
    twothetazero
        Two theta of the direct beam in degree, subtracted from each angle.
    bgscale
        Factor of each background; one factor goes for all of them.
    rpoly
        Distance in angstrom below which G(r) is taken for error; less than the shortest distance of two atoms.
    qmaxinst
        Highest Q with meaningful intensity, in 1/angstrom; the polynomial is fitted up to here. 0 takes all.
    qmin
        Lowest Q that is used, in 1/angstrom.
    qmax
        Highest Q of the transform in 1/angstrom; at most qmaxinst. 0 takes all.
    rmin
        First distance in angstrom.
    rmax
        Last distance in angstrom.
    rstep
        Step of the distances in angstrom.
    window
        Damps the ripple that the end at qmax makes, and broadens the peaks: Lorch, or the softer revised Lorch.
    calculation
        `exact` sums at each r; `compatible` interpolates as PDFgetX3 does, to be compared with its output.
    normalization
        `fit` scales the intensity to the level of the self-scattering; `absolute` by the density of atoms.
    density
        Atoms per cubic angstrom; needed for an absolute scale.
    shape
        A capillary or a plate whose absorption is corrected; `none` corrects nothing.
    mud
        Absorption coefficient times the diameter of the capillary or the thickness of the plate.

    Returns
    -------
    q
        Uniform grid up to qmaxinst in 1/angstrom, (q,).
    iq
        Intensity less background on it, (q,).
    sq
        Total scattering structure function S(Q), (q,).
    fq
        Reduced structure function F(Q) = Q (S(Q) - 1) in 1/angstrom, (q,).
    r
        Distances in angstrom, (r,).
    gr
        G(r) in 1/angstrom^2, (r,).
    gr_sigma
        Standard deviation of G(r), (r,); NaN without `sigma`.

    Raises
    ------
    SettingError
        If a setting cannot be understood, or lies outside the data.
    DataError
        If the columns are no pattern, or do not fit each other.

    References
    ----------
    P. Juhas, T. Davis, C. L. Farrow and S. J. L. Billinge, J. Appl. Cryst. 46 (2013) 560.
    """
    recipe = Recipe(
        composition,
        dataformat,
        mode,
        wavelength,
        twothetazero,
        tuple(bgscale),
        rpoly,
        qmaxinst,
        qmin,
        qmax,
        rmin,
        rmax,
        rstep,
        window,
        calculation,
        normalization,
        density,
        shape,
        mud,
    )
    kernel = PdfKernel(x, np.asarray(intensity, np.float64), background)
    curves = kernel.curves(recipe)
    band = np.full(len(curves.r), np.nan) if sigma is None else error_band(kernel, recipe, sigma, background)
    return PatternResult(curves.q, curves.iq, curves.sq, curves.fq, curves.r, curves.gr, band)
