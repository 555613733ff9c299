"""Paganin's single-distance phase retrieval: thickness of a sample of one material."""

from types import SimpleNamespace
from typing import Annotated, Literal

from pydantic import Field

from daisy_lab._algorithm import Window, algorithm, log
from daisy_lab.algorithms.ct.phase._optics import spread
from daisy_lab.algorithms.ct.phase._screen import Padding, Screen, reach, screen_frames
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import KiloElectronVolt, Micrometre, Millimetre, Projections

__all__ = ["paganin"]


def _screen(settings: SimpleNamespace) -> Screen:
    weight = settings.delta_beta * spread(settings.energy, settings.distance, settings.pixel_size) / 2
    return Screen(constant=1.0, weight=weight, discrete=settings.method == "generalised")


def _reach(settings: SimpleNamespace) -> Window:
    return reach(_screen(settings))


@algorithm(splits={"angle": 0, "row": _reach, "column": _reach}, cuda=True)
def paganin(
    transmission: Projections,
    *,
    energy: Annotated[KiloElectronVolt, Field(title="Photon energy", gt=0, allow_inf_nan=False)],
    distance: Annotated[Millimetre, Field(title="Sample to detector", ge=0, allow_inf_nan=False)],
    pixel_size: Annotated[Micrometre, Field(title="Pixel size", gt=0, allow_inf_nan=False)],
    delta_beta: Annotated[float, Field(title="Delta over beta", ge=0, allow_inf_nan=False)] = 1000.0,
    method: Annotated[Literal["paganin", "generalised"], Field(title="Method")] = "paganin",
    padding: Annotated[Padding, Field(title="Beyond the edge")] = "edge",
) -> Projections:
    """Give the transmission without its interference fringes: what the sample would let through at contact.

    For a sample of one material, one distance is enough: the fringes that propagation drew around each edge
    are undone by a low-pass filter that is exact for this material. The result is still a transmission, so
    the way goes on as usual: normalize, paganin, minus_log, reconstruct. Divided by the attenuation
    coefficient, its minus_log is the thickness along each ray. Noise falls a lot; with too large a delta_beta
    edges are washed out, with too small a one fringes remain.

    Parameters
    ----------
    transmission
        Fraction of the beam that passed, (angle, row, column). Values that are no finite numbers are
        interpolated within their row and counted in the log.
    energy
        Photon energy in keV; of a broad spectrum its mean.
    distance
        Distance from the sample to the detector in mm. In a diverging beam divide it by the magnification.
    pixel_size
        Size of a pixel in the plane of the sample, in um.
    delta_beta
        Refractive decrement over absorption index of the sample, delta / beta: about 300 for bone, 1000 to
        2000 for soft tissue and plastics at 20 to 30 keV. In a liquid take the differences of both.
    method
        paganin is the filter of 2002. generalised takes derivatives as the pixels of the detector do, which
        keeps more of the finest detail where the filter is as short as a few pixels.
    padding
        How a frame goes on beyond its edges: edge repeats its outermost pixels over four lengths of the filter,
        which suits a sample cut off by the frame; reflect mirrors it without end, and costs a quarter less.

    Returns
    -------
    transmission
        Filtered transmission, float32, (angle, row, column); its mean over a frame is kept.

    Raises
    ------
    DataError
        If there is no projection, or an axis is missing.

    Notes
    -----
    D. Paganin et al., Simultaneous phase and amplitude extraction from a single defocused image of a
    homogeneous object, J. Microsc. 206, 33 (2002): the frame is divided by `1 + delta/beta wavelength distance
    k^2 / (4 pi)` in Fourier space. generalised: D. M. Paganin et al., Boosting spatial resolution by
    incorporating periodic boundary conditions into single-distance hard-x-ray phase retrieval, J. Opt. 22,
    115607 (2020): k^2 becomes `(4 - 2 cos(kx W) - 2 cos(ky W)) / W^2`, with W the size of a pixel.
    """
    screen = _screen(
        SimpleNamespace(
            energy=energy, distance=distance, pixel_size=pixel_size, delta_beta=delta_beta, method=method
        )
    )
    log(_("the phase filter smooths over {length:.2f} pixels").format(length=screen.length))
    return screen_frames(transmission, "transmission", screen, padding)
