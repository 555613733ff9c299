"""How far the interference of one distance blurs, from the numbers that a beamline knows."""

from math import pi, sqrt
from typing import Annotated, Final

from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import KiloElectronVolt, Micrometre, Millimetre, Pixel

__all__ = ["paganin_length", "spread"]

# Planck's constant times the speed of light, keV um.
_HC: Final = 1.2398419843320026e-3
_UM_PER_MM: Final = 1e3


@algorithm
def paganin_length(
    *,
    energy: Annotated[KiloElectronVolt, Field(title="Photon energy", gt=0, allow_inf_nan=False)],
    distance: Annotated[Millimetre, Field(title="Sample to detector", ge=0, allow_inf_nan=False)],
    pixel_size: Annotated[Micrometre, Field(title="Pixel size", gt=0, allow_inf_nan=False)],
    delta_beta: Annotated[float, Field(title="Delta over beta", ge=0, allow_inf_nan=False)] = 1000.0,
) -> Pixel:
    """Give over how many pixels `paganin` smooths with these settings; below about half a pixel it does nothing.

    Parameters
    ----------
    energy
        Photon energy in keV; of a broad spectrum its mean.
    distance
        Distance from the sample to the detector in mm.
    pixel_size
        Size of a pixel in the plane of the sample, in um.
    delta_beta
        Refractive decrement over absorption index of the sample, delta / beta.

    Returns
    -------
    length
        Distance in pixels over which the filter's response falls to 1/e: sqrt(delta/beta wavelength distance
        / (4 pi)) / pixel_size.
    """
    length = sqrt(delta_beta * spread(energy, distance, pixel_size) / 2)
    log(_("the phase filter smooths over {length:.2f} pixels").format(length=length))
    return length


def spread(energy: float, distance: float, pixel_size: float) -> float:
    """Give wavelength times distance over 2 pi, in squared pixels."""
    return _HC / energy * distance * _UM_PER_MM / (2 * pi * pixel_size * pixel_size)
