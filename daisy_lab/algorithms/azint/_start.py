"""A first guess from the image alone: where the beam is, and how far away the detector stands.

Across a ring the image changes along the radius, so lines along the gradient meet where the beam is, be it on the
detector or beside it. Around that point the image becomes a profile; its peaks say how far away the detector is by
the calibrant's ratios.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["guess_center", "guess_distance", "profile_about"]

_SMOOTH: Final = 1.5
_SHARE: Final = 0.03
"""Part of the pixels, those with the strongest gradient, whose lines are drawn."""

_ROUNDS: Final = 30
_FEWEST: Final = 50
_STEPS: Final = 1500
_NEAREST: Final = 0.15
_FARTHEST: Final = 100.0


def guess_center(image: Array, mask: Array) -> tuple[float, float]:
    """Give row and column of the beam, in pixels.

    Parameters
    ----------
    image
        Calibrant, (row, column).
    mask
        True where a pixel is ignored.

    Raises
    ------
    DataError
        If the image has no rings to be seen.
    """
    rows, columns, normals, strength = _lines(image, mask)
    if len(rows) < _FEWEST:
        raise DataError(
            _(
                "no rings are to be seen in the image: too few edges; check that it is that of the "
                "calibrant, and the mask"
            )
        )
    center, scale = np.array([image.shape[0] / 2, image.shape[1] / 2]), float(max(image.shape))
    along = normals[:, 0] * rows + normals[:, 1] * columns
    weight = strength
    for _round in range(_ROUNDS):
        weighted = normals * weight[:, np.newaxis]
        matrix = weighted.T @ normals
        matrix += 1e-9 * np.trace(matrix) * np.eye(2)
        center = np.linalg.solve(matrix, weighted.T @ along)
        # How far the line passes by, with a scale that shrinks: at first all lines vote, at last those that agree.
        miss = normals @ center - along
        scale = max(0.8 * scale, 2.0)
        weight = strength / (1 + (miss / scale) ** 2) ** 2
    return _sharpened(image, mask, (float(center[0]), float(center[1])))


def _lines(image: Array, mask: Array) -> tuple[Array, Array, Array, Array]:
    """Give points with strong gradients, the normals of the lines through them along the gradient, and weights."""
    # Loads in 0.2 s; whoever integrates does not need it.
    from scipy import ndimage  # noqa: PLC0415

    values = np.sqrt(np.maximum(np.where(mask, 0, image), 0)).astype(np.float32)
    smooth = ndimage.gaussian_filter(values, _SMOOTH)
    down, across = (np.asarray(part) for part in np.gradient(smooth))
    near_mask = ndimage.binary_dilation(mask, iterations=5) if mask.any() else mask
    size: Array = np.asarray(np.hypot(down, across))
    size[near_mask] = 0
    size[:4], size[-4:], size[:, :4], size[:, -4:] = 0, 0, 0, 0
    if not size.any():
        return np.zeros(0), np.zeros(0), np.zeros((0, 2)), np.zeros(0)
    limit = np.quantile(size[~near_mask], 1 - _SHARE)
    rows, columns = np.nonzero(size > max(limit, 1e-6))
    length = size[rows, columns].astype(np.float64)
    normals = np.stack([-across[rows, columns], down[rows, columns]], axis=1) / length[:, np.newaxis]
    return rows.astype(np.float64), columns.astype(np.float64), normals, np.sqrt(length)


def _sharpened(image: Array, mask: Array, start: tuple[float, float]) -> tuple[float, float]:
    """Move a centre to where the variation along rings is least."""
    from scipy.optimize import minimize  # noqa: PLC0415 - as above

    step = max(int(np.sqrt(image.size / 4e5)), 1)
    part = (slice(None, None, step), slice(None, None, step))
    rows, columns = np.indices(image.shape)[(slice(None), *part)]
    inside = ~mask[part] & np.isfinite(image[part])
    values = np.sqrt(np.maximum(image[part][inside], 0)).astype(np.float64)
    rows, columns = rows[inside], columns[inside]
    total = values.var() * len(values)

    def blur(center: Array, width: float) -> float:
        ring = (np.hypot(rows - center[0], columns - center[1]) / width).astype(np.int64)
        ring -= ring.min()
        count, sums = np.bincount(ring), np.bincount(ring, values)
        used = count > 0
        explained = (sums[used] ** 2 / count[used]).sum() - values.sum() ** 2 / len(values)
        return float(1 - explained / total) if total else 1.0

    center = np.array(start)
    for width in (4.0, 2.0, 1.0):
        simplex = center + width * 3 * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        found = minimize(
            blur,
            center,
            args=(width,),
            method="Nelder-Mead",
            options={"initial_simplex": simplex, "xatol": 0.05, "fatol": 1e-6, "maxiter": 80},
        )
        center = np.asarray(found.x)
    return float(center[0]), float(center[1])


def profile_about(image: Array, mask: Array, center: tuple[float, float]) -> tuple[Array, Array]:
    """Give radius in pixels and mean intensity of rings one pixel wide; rings without pixels are left out."""
    rows, columns = np.indices(image.shape)
    inside = ~mask & np.isfinite(image)
    ring = np.hypot(rows - center[0], columns - center[1])[inside].astype(np.int64)
    count, sums = np.bincount(ring), np.bincount(ring, image[inside].astype(np.float64))
    used = np.flatnonzero(count >= _FEWEST // 5)
    return used + 0.5, sums[used] / count[used]


def guess_distance(radius: Array, intensity: Array, angles: Array) -> float:
    """Give the distance of the detector in pixels at which the peaks of a profile fit the calibrant best.

    Parameters
    ----------
    radius, intensity
        Profile about the beam, radius in pixels.
    angles
        Two theta of the calibrant's rings, rad, growing.

    Raises
    ------
    DataError
        If no distance fits.
    """
    places, heights = _peaks(radius, intensity)
    if not len(places):
        raise DataError(_("no rings are to be seen around the beam; check the image and the calibrant"))
    tangents = np.tan(angles[angles < np.pi / 3])
    extent = float(np.ptp(radius)) + float(radius[0])
    best, found = 0.0, 0.0
    for distance in extent * np.geomspace(_NEAREST, _FARTHEST, _STEPS):
        score = _score(places, heights, distance * tangents, (float(radius[0]), float(radius[-1])))
        if score > best:
            best, found = score, float(distance)
    if not found:
        raise DataError(
            _("no distance makes the rings those of the calibrant; check the calibrant and the wavelength")
        )
    return found


def _score(places: Array, heights: Array, predicted: Array, limits: tuple[float, float]) -> float:
    """Say how well peaks and predicted rings go together: both must be there, none must be missing."""
    predicted = predicted[(predicted > limits[0]) & (predicted < limits[1])]
    if not len(predicted):
        return 0.0
    width = 1.0 + 0.004 * places
    near = np.abs(places[:, np.newaxis] - predicted) / width[:, np.newaxis]
    explained = float((heights * np.exp(-0.5 * near.min(axis=1) ** 2)).sum() / heights.sum())
    met = np.exp(-0.5 * near.min(axis=0) ** 2)
    # Outer rings are weak and crowded: what the inner ones say counts most.
    weight = 1 / np.arange(1, len(predicted) + 1)
    return explained * float((weight * met).sum() / weight.sum()) * min(1.0, len(predicted) / 2)


def _peaks(radius: Array, intensity: Array) -> tuple[Array, Array]:
    """Give places and heights of peaks above the background around them."""
    from scipy import ndimage, signal  # noqa: PLC0415 - as above

    root = np.sqrt(np.maximum(intensity, 0))
    width = max(len(root) // 20, 9) | 1
    ground = ndimage.gaussian_filter1d(
        ndimage.minimum_filter1d(ndimage.gaussian_filter1d(root, 1.0), width), width / 2
    )
    above = root - ground
    noise = 1.4826 * float(np.median(np.abs(np.diff(root)))) + 1e-9
    found, facts = signal.find_peaks(
        above, prominence=max(4 * noise, 0.03 * float(above.max())), width=(None, width)
    )
    return radius[found], facts["prominences"]
