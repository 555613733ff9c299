"""Finds `bgscale`, `qmaxinst`, `qmax` and `rpoly` by trying many of each, and shows the score of every try."""

from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab.algorithms.pdf._abscissa import DataFormat
from daisy_lab.algorithms.pdf._kernel import PdfKernel
from daisy_lab.algorithms.pdf._recipe import Recipe, Scales
from daisy_lab.algorithms.pdf._scan import Scan, scan_parameters
from daisy_lab.algorithms.pdf._scattering import Mode
from daisy_lab.algorithms.pdf._settings import (
    AtomDensity,
    Composition,
    QMax,
    QMaxInst,
    QMin,
    RPoly,
    TwoThetaZero,
    Wavelength,
)
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import (
    Abscissa,
    Angstrom,
    Array,
    Axes,
    Backgrounds,
    Pattern,
    Unit,
)

__all__ = ["Chosen", "Found", "choose_parameters", "find_parameters"]


ShortestDistance = Annotated[Angstrom, Field(title="Shortest distance of two atoms", ge=0)]
Tries = Annotated[int, Field(title="Values tried of each", ge=2, le=60)]


class Found(NamedTuple):
    """The scores of all tries, what was tried, and the choice as a record."""

    score: Annotated[Array, Axes("bgscale", "qmax", "rpoly")]
    bgscales: Annotated[Array, Axes("bgscale")]
    qmaxs: Annotated[Array, Axes("qmax"), Unit("1/angstrom")]
    rpolys: Annotated[Array, Axes("rpoly"), Unit("angstrom")]
    recipe: dict[str, Any]


class Chosen(NamedTuple):
    """The settings, one by one, for a step that goes on with them."""

    bgscale: list[float]
    qmaxinst: float
    qmax: float
    rpoly: float


@algorithm
def find_parameters(  # noqa: PLR0913 - settings by their PDFgetX3 names
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
    bgscale: Scales = [],  # noqa: B006 - pydantic copies it
    rpoly: RPoly = 0.0,
    qmaxinst: QMaxInst = 0.0,
    qmin: QMin = 0.0,
    qmax: QMax = 0.0,
    shortest: ShortestDistance = 0.0,
    density: AtomDensity = 0.0,
    tries: Tries = 10,
) -> Found:
    """Find background scale, qmax and rpoly by trying many of each; the scores are a map to look at.

    Parameters
    ----------
    x
        First column of the pattern, (point,).
    intensity
        Intensity of the points, (point,).
    background
        Background patterns, (background, column, point); all are scaled by one factor.
    sigma
        Standard deviation of each intensity, (point,); without it the noise is taken from F(Q).
    composition
        Chemical formula.
    dataformat
        What the first column is: two theta in degree, Q in 1/angstrom (QA) or Q in 1/nm (Qnm).
    mode
        Radiation: X-rays scatter with form factors, neutrons with scattering lengths.
    wavelength
        Wavelength in angstrom; needed for two theta.
    twothetazero
        Two theta of the direct beam in degree, subtracted from each angle.
    bgscale
        Factor of each background that is to stay; empty tries many.
    rpoly
        Value in angstrom that is to stay; 0 tries many.
    qmaxinst
        Highest Q with meaningful intensity, in 1/angstrom. 0 looks for the edge of the detector.
    qmin
        Lowest Q that is used, in 1/angstrom.
    qmax
        Value in 1/angstrom that is to stay; 0 tries many.
    shortest
        Shortest distance of two atoms in angstrom; 0 takes it from the covalent radii of the elements.
    density
        Atoms per cubic angstrom; with it G(r) has to follow -4 pi rho0 r below the first peak, without it any line.
    tries
        Number of values of each of the three settings.

    Returns
    -------
    score
        Score of each try, (bgscale, qmax, rpoly); lower is better.
    bgscales
        Factors tried.
    qmaxs
        Values of qmax tried, in 1/angstrom.
    rpolys
        Values of rpoly tried, in angstrom.
    recipe
        The chosen settings by name, with their score and its parts, the lowest score of all, and the settings that
        the data do not decide and that were left as usual.

    Raises
    ------
    SettingError, DataError
        As `pattern_to_gr` has it.
    """
    given = Recipe(
        composition,
        dataformat,
        mode,
        wavelength,
        twothetazero,
        tuple(bgscale) or (1.0,),
        rpoly,
        qmaxinst,
        qmin,
        qmax,
        density=density,
    )
    kernel = PdfKernel(x, np.asarray(intensity, np.float64), background)
    scan = _searched(kernel, given, sigma, tries, shortest, scaled=background is not None and not bgscale)
    return Found(scan.score, scan.bgscales, scan.qmaxs, scan.rpolys, _record(scan, given))


@algorithm
def choose_parameters(  # noqa: PLR0913 - settings by their PDFgetX3 names
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
    bgscale: Scales = [],  # noqa: B006 - pydantic copies it
    rpoly: RPoly = 0.0,
    qmaxinst: QMaxInst = 0.0,
    qmin: QMin = 0.0,
    qmax: QMax = 0.0,
    shortest: ShortestDistance = 0.0,
    density: AtomDensity = 0.0,
    tries: Tries = 10,
) -> Chosen:
    """Choose background scale, qmaxinst, qmax and rpoly as `find_parameters` does, to go on with them.

    Parameters
    ----------
    x
        First column of the pattern, (point,).
    intensity
        Intensity of the points, (point,).
    background
        Background patterns, (background, column, point); all are scaled by one factor.
    sigma
        Standard deviation of each intensity, (point,); without it the noise is taken from F(Q).
    composition
        Chemical formula.
    dataformat
        What the first column is: two theta in degree, Q in 1/angstrom (QA) or Q in 1/nm (Qnm).
    mode
        Radiation: X-rays scatter with form factors, neutrons with scattering lengths.
    wavelength
        Wavelength in angstrom; needed for two theta.
    twothetazero
        Two theta of the direct beam in degree, subtracted from each angle.
    bgscale
        Factor of each background that is to stay; empty tries many.
    rpoly
        Value in angstrom that is to stay; 0 tries many.
    qmaxinst
        Highest Q with meaningful intensity, in 1/angstrom. 0 looks for the edge of the detector.
    qmin
        Lowest Q that is used, in 1/angstrom.
    qmax
        Value in 1/angstrom that is to stay; 0 tries many.
    shortest
        Shortest distance of two atoms in angstrom; 0 takes it from the covalent radii of the elements.
    density
        Atoms per cubic angstrom; with it G(r) has to follow -4 pi rho0 r below the first peak, without it any line.
    tries
        Number of values of each of the three settings.

    Returns
    -------
    bgscale
        Factor of each background.
    qmaxinst
        Highest Q with meaningful intensity, in 1/angstrom.
    qmax
        Highest Q of the transform, in 1/angstrom.
    rpoly
        Distance in angstrom below which G(r) is taken for error.

    Raises
    ------
    SettingError, DataError
        As `pattern_to_gr` has it.
    """
    given = Recipe(
        composition,
        dataformat,
        mode,
        wavelength,
        twothetazero,
        tuple(bgscale) or (1.0,),
        rpoly,
        qmaxinst,
        qmin,
        qmax,
        density=density,
    )
    kernel = PdfKernel(x, np.asarray(intensity, np.float64), background)
    found = _record(
        _searched(kernel, given, sigma, tries, shortest, scaled=background is not None and not bgscale), given
    )
    log(_in_words(found))
    return Chosen(found["bgscale"], found["qmaxinst"], found["qmax"], found["rpoly"])


def _searched(
    kernel: PdfKernel, given: Recipe, sigma: Array | None, tries: int, shortest: float, *, scaled: bool
) -> Scan:
    fixed = [name for name in ("qmax", "rpoly") if getattr(given, name) > 0]
    return scan_parameters(
        kernel, given, tries=tries, shortest=shortest, scaled=scaled, sigma=sigma, fixed=fixed
    )


def _record(scan: Scan, given: Recipe) -> dict[str, Any]:
    at = scan.chosen
    return {
        "bgscale": [float(scan.bgscales[at[0]]) * one for one in given.bgscale],
        "qmaxinst": float(scan.qmaxinst),
        "qmax": float(scan.qmaxs[at[1]]),
        "rpoly": float(scan.rpolys[at[2]]),
        "score": float(scan.score[at]),
        "lowest": float(scan.score.min()),
        "misfit": float(scan.misfit[at]),
        "ripple": float(scan.ripple[at]),
        "noise": float(scan.noise[at]),
        "undecided": scan.undecided,
    }


def _in_words(found: dict[str, Any]) -> str:
    told = _(
        "bgscale {bgscale}, qmaxinst {qmaxinst:.4g}, qmax {qmax:.4g}, rpoly {rpoly:.3g}; of the height of the peaks, "
        "{misfit:.1%} misfit at small r, {ripple:.1%} ripple, {noise:.1%} noise"
    ).format(**{**found, "bgscale": ", ".join(f"{one:.3g}" for one in found["bgscale"])})
    if found["undecided"]:
        told += "; " + _("{names} left as usual, as any value is as good").format(
            names=", ".join(found["undecided"])
        )
    return told
