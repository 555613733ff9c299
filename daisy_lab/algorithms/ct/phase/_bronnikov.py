"""Bronnikov's phase retrieval for samples that hardly absorb: the phase shift along each ray."""

from types import SimpleNamespace
from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import Window, algorithm, log
from daisy_lab.algorithms.ct.phase._optics import spread
from daisy_lab.algorithms.ct.phase._screen import Padding, Screen, reach, screen_frames
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, KiloElectronVolt, Micrometre, Millimetre, Projections, Unit

__all__ = ["bronnikov"]


def _screen(settings: SimpleNamespace) -> Screen:
    weight = spread(settings.energy, settings.distance, settings.pixel_size)
    return Screen(settings.alpha * settings.pixel_size**2 * weight, weight, scale=-1.0, offset=1.0)


def _reach(settings: SimpleNamespace) -> Window:
    return reach(_screen(settings))


@algorithm(splits={"angle": 0, "row": _reach, "column": _reach}, cuda=True)
def bronnikov(
    transmission: Projections,
    *,
    energy: Annotated[KiloElectronVolt, Field(title="Photon energy", gt=0, allow_inf_nan=False)],
    distance: Annotated[Millimetre, Field(title="Sample to detector", gt=0, allow_inf_nan=False)],
    pixel_size: Annotated[Micrometre, Field(title="Pixel size", gt=0, allow_inf_nan=False)],
    alpha: Annotated[float, Unit("1/um^2"), Field(title="Regularisation", ge=0, allow_inf_nan=False)] = 1e-3,
    padding: Annotated[Padding, Field(title="Beyond the edge")] = "edge",
) -> Annotated[Array, Axes("angle", "row", "column"), Unit("rad")]:
    """Give the phase shift along each ray of a sample that hardly absorbs.

    The phase takes the place of the absorption: reconstruct it directly, without minus_log. A slice then
    holds 2 pi delta / wavelength per pixel, with delta the refractive decrement of the sample.

    Parameters
    ----------
    transmission
        Fraction of the beam that passed, (angle, row, column), near 1 but for fringes. Values that are no
        finite numbers are interpolated within their row and counted in the log.
    energy
        Photon energy in keV; of a broad spectrum its mean.
    distance
        Distance from the sample to the detector in mm. In a diverging beam divide it by the magnification.
    pixel_size
        Size of a pixel in the plane of the sample, in um.
    alpha
        What keeps noise and weak absorption from growing without bound where the sample changes slowly, in
        1/um^2: about (pi / size of the largest structure in um)^2 / 10. 0 is Bronnikov's own formula, whose
        mean over a frame is unknown and taken as 0. For a sample of one material 4 pi beta / (delta
        wavelength distance) makes it Paganin's filter.
    padding
        How a frame goes on beyond its edges: edge repeats its outermost pixels over four lengths of the filter,
        which suits a sample cut off by the frame; reflect mirrors it without end, and costs a quarter less.

    Returns
    -------
    phase
        Phase shift in rad, positive for matter, float32, (angle, row, column).

    Raises
    ------
    DataError
        If there is no projection, or an axis is missing.
    SettingError
        If padding is edge and alpha is 0: the filter is then wider than any frame.

    Notes
    -----
    A. V. Bronnikov, Reconstruction formulas in phase-contrast tomography, Opt. Commun. 171, 239 (1999); alpha
    after A. Groso, R. Abela and M. Stampanoni, Implementation of a fast method for high resolution phase
    contrast tomography, Opt. Express 14, 8103 (2006): `phase = F^-1[F[1 - transmission] / (k^2 + alpha)] 2 pi
    / (wavelength distance)`, k in rad/um.
    """
    if padding == "edge" and alpha == 0:
        raise SettingError(
            _(
                "padding 'edge' repeats the edge over four lengths of the filter, and with alpha 0 that has no "
                "end; choose padding 'reflect', or an alpha above 0"
            )
        )
    screen = _screen(SimpleNamespace(energy=energy, distance=distance, pixel_size=pixel_size, alpha=alpha))
    log(_("the phase filter smooths over {length:.2f} pixels").format(length=screen.length))
    return screen_frames(transmission, "transmission", screen, padding)
