"""The methods of the ASTRA toolbox, row by row, in our orientation and absolute scale.

Its beams lie as ours do: y upwards in both, a positive angle turns the same way. The axis is the middle of its
detector, so the detector is moved; where a method takes no moved detector, the row is.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from math import pi
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy.fft

from daisy_lab._algorithm import progress
from daisy_lab.algorithms.ct._angles import angle_weights
from daisy_lab.algorithms.ct.peers._methods import Method, real_module
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["INSTALL", "REQUIRES", "methods"]

REQUIRES: Final = "astra"
INSTALL: Final = _("pip install astra-toolbox")

_DIRECT: Final = ("BP", "FBP")
_ITERATIVE: Final = ("CGLS", "SART", "SIRT")
_DEVICE: Final = ("BP_CUDA", "CGLS_CUDA", "EM_CUDA", "FBP_CUDA", "SART_CUDA", "SIRT_CUDA")
_FILTERS: Final = {
    "ramp": "ram-lak",
    "shepp": "shepp-logan",
    "cosine": "cosine",
    "hamming": "hamming",
    "hann": "hann",
    "parzen": "parzen",
}
# Rows of views that are moved by parts of a pixel get this many columns more on either side.
_MARGIN: Final = 16


def methods() -> dict[str, Method]:
    """Give the methods by ASTRA's own names; those for CUDA where it has a device."""
    device = _DEVICE if real_module(REQUIRES).astra.use_cuda() else ()
    names = (*_DIRECT, *_ITERATIVE, *device)
    return {
        name: Method(partial(_reconstruct, name), iterates=name.removesuffix("_CUDA") not in _DIRECT)
        for name in names
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
    """Give slices by one of ASTRA's methods."""
    views, rows, width = projections.shape
    settings: dict[str, object] = {}
    plain = name.removesuffix("_CUDA")
    if plain == "FBP":
        if filter not in {*_FILTERS, "none"}:
            raise SettingError(
                _("{method} has no filter '{filter}'; choose one of {known}").format(
                    method=f"astra:{name}", filter=filter, known=", ".join([*_FILTERS, "none"])
                )
            )
        settings["option"] = {"FilterType": _FILTERS.get(filter, filter)}
    # It takes views as evenly spread over half a turn.
    scale = np.ones(views, np.float32)
    if plain in _DIRECT:
        share = angle_weights(theta)
        scale = (share * views / pi if plain == "FBP" else share).astype(np.float32)
    runs = 1 if plain in _DIRECT else iterations * (views if plain == "SART" else 1)
    volume = np.empty((rows, width, width), np.float32)
    for row in progress(range(rows), text=f"astra:{name}"):
        sinogram = np.ascontiguousarray(projections[:, row]) * scale[:, np.newaxis]
        volume[row] = _slice(name, sinogram, theta, float(centers[row]), settings, runs)
    return volume


def _slice(  # noqa: PLR0917 - what one run of the library takes
    name: str, sinogram: Array, theta: Array, center: float, settings: dict[str, object], runs: int
) -> Array:
    astra = real_module(REQUIRES)
    width = sinogram.shape[1]
    with ExitStack() as held:
        if name.removesuffix("_CUDA") == "FBP":
            sinogram = _middle(sinogram, center)
            beams = astra.create_proj_geom("parallel", 1.0, sinogram.shape[1], theta)
        else:
            beams = astra.create_proj_geom("parallel_vec", width, _beams(theta, (width - 1) / 2 - center))
        space = astra.create_vol_geom(width, width)
        data = held.enter_context(_kept(astra.data2d, astra.data2d.create("-sino", beams, sinogram)))
        image = held.enter_context(_kept(astra.data2d, astra.data2d.create("-vol", space, 0)))
        wanted = astra.astra_dict(name) | settings
        wanted |= {"ProjectionDataId": data, "ReconstructionDataId": image}
        if not name.endswith("_CUDA"):
            projector = astra.create_projector("linear", beams, space)
            wanted["ProjectorId"] = held.enter_context(_kept(astra.projector, projector))
        work = held.enter_context(_kept(astra.algorithm, astra.algorithm.create(wanted)))
        astra.algorithm.run(work, runs)
        return np.asarray(astra.data2d.get(image), np.float32)


class _kept:  # noqa: N801 - reads as a verb after `with`
    """Deletes what the library holds under a number."""

    def __init__(self, owner: Any, number: int) -> None:  # noqa: ANN401 - one of the library's modules
        self._owner, self._number = owner, number

    def __enter__(self) -> int:
        return self._number

    def __exit__(self, *_error: object) -> None:
        self._owner.delete(self._number)


def _beams(theta: Array, moved: float) -> Array:
    """Give direction of the ray, middle of the detector and its pixel step for each view, with y upwards."""
    cosine, sine = np.cos(theta), np.sin(theta)
    return np.stack([sine, -cosine, moved * cosine, moved * sine, cosine, sine], axis=1)


def _middle(sinogram: Array, center: float) -> Array:
    """Move the axis to the middle of the row: whole half pixels by empty columns, the rest by phases."""
    width = sinogram.shape[1]
    # Columns added on the left less those on the right.
    more = round(width - 1 - 2 * center)
    rest = (width - 1 - more) / 2 - center
    if abs(rest) > 1e-6:  # noqa: PLR2004 - parts of a pixel that nothing shows
        edged = np.pad(sinogram, ((0, 0), (_MARGIN, _MARGIN)), mode="edge")
        length = edged.shape[1]
        turn = np.exp(-2j * pi * rest * scipy.fft.rfftfreq(length))
        sinogram = scipy.fft.irfft(scipy.fft.rfft(edged, axis=1) * turn, length, axis=1)[:, _MARGIN:-_MARGIN]
    sides = (max(more, 0), max(-more, 0))
    return np.ascontiguousarray(np.pad(sinogram, ((0, 0), sides)), np.float32)
