"""Many patterns of one set-up: the grid, the form factors, the polynomials and the chirps are made once for all."""

import numpy as np

from daisy_lab._algorithm import Window as Piece
from daisy_lab._algorithm import algorithm, parallel
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
from daisy_lab.algorithms.pdf._transform import Calculation, Distances, Window
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import (
    Abscissa,
    Array,
    Backgrounds,
    DistanceFunctions,
    Patterns,
    RGrid,
)

__all__ = ["even_distances", "many", "patterns_to_gr"]

_BATCH = 16


@algorithm
def even_distances(
    *,
    rmin: RMin = 0.0,
    rmax: RMax = 30.0,
    rstep: RStep = 0.01,
) -> RGrid:
    """Give the distances that belong to the G(r) of `patterns_to_gr` with the same settings.

    Parameters
    ----------
    rmin
        First distance in angstrom.
    rmax
        Last distance in angstrom.
    rstep
        Step of the distances in angstrom.

    Returns
    -------
    r
        Distances in angstrom, (r,).
    """
    return Distances(rmin, rmax, rstep).r


@algorithm(splits={"frame": Piece(batch=_BATCH)})
def patterns_to_gr(  # noqa: PLR0913 - settings by their PDFgetX3 names
    patterns: Patterns,
    x: Abscissa,
    background: Backgrounds | None = None,
    *,
    composition: Composition,
    dataformat: DataFormat = "QA",
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
) -> DistanceFunctions:
    """Give G(r) of each pattern of a series.

    Parameters
    ----------
    patterns
        Intensities, (frame, point); a frame without any number gives NaN.
    x
        First column of all patterns, (point,).
    background
        Background patterns, (background, column, point); shorter ones end in NaN.
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
        Highest Q with meaningful intensity, in 1/angstrom. 0 takes all.
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
        Damps the ripple that the end at qmax makes, and broadens the peaks.
    calculation
        `exact` sums at each r; `compatible` interpolates as PDFgetX3 does.
    normalization
        `fit` scales each intensity to the level of the self-scattering; `absolute` by the density of atoms.
    density
        Atoms per cubic angstrom; needed for an absolute scale.
    shape
        A capillary or a plate whose absorption is corrected; `none` corrects nothing.
    mud
        Absorption coefficient times the diameter of the capillary or the thickness of the plate.

    Returns
    -------
    gr
        G(r) of each pattern in 1/angstrom^2, (frame, r); `even_distances` gives r.

    Raises
    ------
    SettingError, DataError
        As `pattern_to_gr` has it.
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
    return many(np.asarray(patterns), np.asarray(x), recipe, background)


def many(patterns: Array, x: Array, recipe: Recipe, background: Array | None = None) -> Array:
    """Give G(r) of each pattern, (frame, r), for a recipe; what is the same for all is prepared once.

    Raises
    ------
    DataError
        If the patterns are no frames of as many points as `x`.
    """
    if patterns.ndim != 2 or patterns.shape[1:] != x.shape:  # noqa: PLR2004 - (frame, point)
        raise DataError(
            _(
                "patterns have the shape {patterns} and x {x}; they must be (frame, point) and (point,)"
            ).format(patterns=patterns.shape, x=x.shape)
        )
    made = np.full((len(patterns), recipe.distances.count), np.nan)
    whole: Array = np.logical_and.reduce(np.isfinite(patterns), axis=1)
    # Any pattern will do: what is shared does not depend on the numbers in it.
    first = PdfKernel(x, np.ones(len(x)), background)
    first.prepare(recipe)

    def work(start: int) -> None:
        part = slice(start, start + _BATCH)
        good = np.flatnonzero(whole[part]) + start
        if len(good):
            made[good] = first.over(patterns[good].astype(np.float64)).curves(recipe).gr
        for frame in np.flatnonzero(~whole[part]) + start:
            if np.isfinite(patterns[frame]).any():
                made[frame] = PdfKernel(x, patterns[frame].astype(np.float64), background).curves(recipe).gr

    parallel(work, range(0, len(patterns), _BATCH), text="G(r)")
    return made
