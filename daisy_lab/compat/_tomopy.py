"""Our tomography behind tomopy's calls: what simple scripts say as `tomopy.recon(...)`, no more.

Arguments have tomopy's names, order, defaults and units. Where tomopy's result depends on how it is implemented (its
`fbp` does not filter), ours is the right one: see the decision record on the first Daisy's scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import numpy as np

from daisy_lab.algorithms import ct
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["angles", "circ_mask", "find_center", "minus_log", "normalize", "recon"]

_Method: TypeAlias = Literal["fbp", "gridrec"]
_Filter: TypeAlias = Literal["ramp", "shepp", "cosine", "hamming", "hann", "none"]

_METHODS: Final[tuple[_Method, ...]] = get_args(_Method)
_FILTERS: Final[Mapping[str, _Filter]] = {
    "ramlak": "ramp",
    "shepp": "shepp",
    "cosine": "cosine",
    "hamming": "hamming",
    "hann": "hann",
    "none": "none",
}


def recon(  # noqa: PLR0917 - tomopy's signature
    tomo: Array,
    theta: Array,
    center: float | Sequence[float] | Array | None = None,
    sinogram_order: bool = False,  # noqa: FBT001, FBT002 - tomopy's signature
    algorithm: str | None = None,
    init_recon: Array | None = None,  # noqa: ARG001 - of no meaning for direct methods, in tomopy either
    ncore: int | None = None,  # noqa: ARG001 - the engine decides
    nchunk: int | None = None,  # noqa: ARG001 - the engine decides
    **kwargs: Any,  # noqa: ANN401 - tomopy's options
) -> Array:
    """Reconstruct slices from absorption.

    Parameters
    ----------
    tomo
        Absorption, (angle, row, column); with `sinogram_order` (row, angle, column).
    theta
        Angle of each projection in rad.
    center
        Column of the rotation axis, or one per row; half the width by default, as in tomopy.
    sinogram_order
        The order of the axes of `tomo`.
    algorithm
        "fbp" or "gridrec": both are filtered back-projection here.
    init_recon, ncore, nchunk
        Accepted and not needed.
    kwargs
        `filter_name` ("ramlak" by default), `num_gridx` and `num_gridy` (the width only).

    Returns
    -------
    recon
        Attenuation per pixel, float32, (row, y, x).

    Raises
    ------
    SettingError
        If an algorithm, a filter or an option is not there.
    """
    method = next((known for known in _METHODS if known == algorithm), None)
    if method is None:
        raise _not_there("algorithm", algorithm, _METHODS)
    projections = np.asarray(tomo)
    if sinogram_order:
        projections = np.swapaxes(projections, 0, 1)
    window = _options(kwargs, projections.shape[-1])
    axes = np.atleast_1d(projections.shape[-1] / 2 if center is None else np.asarray(center, float)).ravel()
    if axes.size == 1:
        return ct.reconstruct(projections, theta, center=float(axes[0]), method=method, filter=window)
    if axes.size != projections.shape[1]:
        raise SettingError(
            _("center has {count} values for {rows} rows; give one, or one per row").format(
                count=axes.size, rows=projections.shape[1]
            )
        )
    slices = [
        ct.reconstruct(projections[:, row : row + 1], theta, center=float(axis), method=method, filter=window)
        for row, axis in enumerate(axes)
    ]
    return np.concatenate(slices)


def normalize(  # noqa: PLR0917 - tomopy's signature
    arr: Array,
    flat: Array,
    dark: Array,
    cutoff: float | None = None,
    ncore: int | None = None,  # noqa: ARG001 - the engine decides
    out: Array | None = None,
) -> Array:
    """Give (arr - dark) / (flat - dark), with the mean over exposures.

    Parameters
    ----------
    arr
        Radiographs, (angle, row, column).
    flat, dark
        Exposures, (exposure, row, column) or a single one.
    cutoff
        Largest value allowed.
    ncore
        Accepted and not needed.
    out
        Where the result goes, too.
    """
    dark, flat = (np.asarray(frames) for frames in (dark, flat))
    dark, flat = (frames[np.newaxis] if frames.ndim == 2 else frames for frames in (dark, flat))  # noqa: PLR2004 - one image
    transmission = ct.normalize(np.asarray(arr), dark, flat)
    if cutoff is not None:
        np.minimum(transmission, np.float32(cutoff), out=transmission)
    return _handed_over(transmission, out)


def minus_log(arr: Array, ncore: int | None = None, out: Array | None = None) -> Array:  # noqa: ARG001 - the engine decides
    """Give -log(arr), finite everywhere; `out` gets it, too."""
    return _handed_over(ct.minus_log(np.asarray(arr)), out)


def angles(nang: int, ang1: float = 0.0, ang2: float = 180.0) -> Array:
    """Give `nang` angles in rad from `ang1` to `ang2` (degree), both included as in tomopy."""
    return np.deg2rad(np.linspace(ang1, ang2, nang))


def find_center(  # noqa: PLR0917 - tomopy's signature
    tomo: Array,
    theta: Array,
    ind: int | None = None,
    init: float | None = None,  # noqa: ARG001 - it needs no start
    tol: float = 0.5,  # noqa: ARG001 - it is finer
    mask: bool = True,  # noqa: ARG001, FBT001, FBT002 - tomopy's signature
    ratio: float = 1.0,  # noqa: ARG001 - it works on projections, not on a slice
    sinogram_order: bool = False,  # noqa: FBT001, FBT002 - tomopy's signature
) -> Array:
    """Give the column of the rotation axis, an array of one value as in tomopy.

    Parameters
    ----------
    tomo
        Absorption, (angle, row, column); with `sinogram_order` (row, angle, column).
    theta
        Angle of each projection in rad.
    ind
        The row to look at; the middle one by default.
    init, tol, mask, ratio
        Accepted and not needed.
    sinogram_order
        The order of the axes of `tomo`.
    """
    projections = np.swapaxes(tomo, 0, 1) if sinogram_order else np.asarray(tomo)
    row = projections.shape[1] // 2 if ind is None else ind
    return np.array([ct.find_center(projections[:, row : row + 1], theta)])


def circ_mask(
    arr: Array,
    axis: int,
    ratio: float = 1.0,
    val: float = 0.0,
    ncore: int | None = None,  # noqa: ARG001 - the engine decides
) -> Array:
    """Set what lies outside a centred circle to one value, in place where `arr` allows it.

    Parameters
    ----------
    arr
        Three axes.
    axis
        The axis along which the slices lie.
    ratio
        Diameter of the circle as a part of the slice's shorter side.
    val
        What stands outside.
    ncore
        Accepted and not needed.
    """
    array = np.asarray(arr, np.float32)
    masked = ct.circular_mask(np.swapaxes(array, 0, axis), ratio=ratio, value=val)
    return _handed_over(
        np.swapaxes(masked, 0, axis), array if array is arr and array.flags.writeable else None
    )


def __getattr__(name: str) -> Any:  # noqa: ANN401 - never gives anything
    """Say what is there when something else is asked for."""
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(
        _(
            "this tomopy is Daisy Lab standing in for it, and has no '{name}'; it has {known}{near}; "
            "install the real tomopy for the rest"
        ).format(name=name, known=choices(__all__), near=suggestion(name, __all__))
    )


def _options(given: dict[str, Any], width: int) -> _Filter:
    """Check the options of `recon` and give our name of the filter."""
    known = ("filter_name", "num_gridx", "num_gridy")
    for name in given:
        if name not in known:
            raise _not_there("option", name, known)
    for name in known[1:]:
        size = given.get(name)
        if size is not None and int(size) != width:
            raise SettingError(
                _(
                    "{name} is {size}, and a slice here is as wide as the detector: {width}; leave it out"
                ).format(name=name, size=size, width=width)
            )
    asked = str(given.get("filter_name") or "ramlak")
    if asked not in _FILTERS:
        raise _not_there("filter_name", asked, _FILTERS)
    return _FILTERS[asked]


def _not_there(what: str, asked: object, known: Iterable[str]) -> SettingError:
    there = list(known)
    return SettingError(
        _("{what} {asked!r} is not there: Daisy Lab, which stands in for tomopy, has {known}{near}").format(
            what=what, asked=asked, known=choices(there), near=suggestion(str(asked), there)
        )
    )


def _handed_over(result: Array, out: Array | None) -> Array:
    if out is None:
        return result
    out[...] = result
    return out
