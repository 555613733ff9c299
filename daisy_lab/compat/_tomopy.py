"""Our tomography behind tomopy's calls: what simple scripts say as `tomopy.recon(...)`, no more.

Arguments have tomopy's names, order, defaults and units. Where tomopy's result depends on how it is implemented (its
`fbp` does not filter), ours is the right one: see the decision record on the first Daisy's scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np

from daisy_lab.algorithms import ct
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["angles", "circ_mask", "find_center", "minus_log", "normalize", "recon"]

_Filter: TypeAlias = Literal["ramp", "shepp", "cosine", "hamming", "hann", "none"]

_DIRECT: Final = ("fbp", "gridrec")
_ITERATIVE: Final[Mapping[str, Callable[..., Array]]] = {
    "cgls": ct.cgls,
    "fista_tv": ct.fista_tv,
    "mlem": ct.mlem,
    "osem": ct.osem,
    "sirt": ct.sirt,
}
_GRID: Final = ("num_gridx", "num_gridy")
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
    init_recon: Array | None = None,
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
        "fbp" or "gridrec", both filtered back-projection here; "sirt", "mlem", "osem", "cgls" or "fista_tv".
    init_recon
        Where iterations start, (row, y, x); of no meaning for direct methods, in tomopy either.
    ncore, nchunk
        Accepted and not needed.
    kwargs
        `num_gridx` and `num_gridy` (the width only); `filter_name` of direct methods ("ramlak" by default);
        `num_iter` (1 by default) of iterative ones, and `num_block` (1 by default) of osem.

    Returns
    -------
    recon
        Attenuation per pixel, float32, (row, y, x).

    Raises
    ------
    SettingError
        If an algorithm, a filter or an option is not there.
    """
    projections = np.asarray(tomo)
    if sinogram_order:
        projections = np.swapaxes(projections, 0, 1)
    axes = _axes(center, projections)
    if algorithm in _DIRECT:
        window = _filter(kwargs, projections.shape[-1])
        each = None if (axes == axes[:1]).all() else axes
        return ct.reconstruct(projections, theta, each, center=float(axes[0]), filter=window)
    return _iterated(projections, theta, axes, algorithm, init_recon, kwargs)


def _iterated(  # noqa: PLR0917 - what recon was given
    projections: Array,
    theta: Array,
    axes: Array,
    algorithm: str | None,
    start: Array | None,
    kwargs: dict[str, Any],
) -> Array:
    """Reconstruct by an iterative method, rows with the same axis together."""
    method = _ITERATIVE.get(str(algorithm))
    if method is None:
        raise _not_there("algorithm", algorithm, [*_DIRECT, *_ITERATIVE])
    _check(
        kwargs, ("num_iter", *(["num_block"] if algorithm == "osem" else []), *_GRID), projections.shape[-1]
    )
    settings: dict[str, Any] = {"iterations": int(kwargs.get("num_iter", 1)), "tolerance": 0.0}
    if algorithm == "osem":
        settings["subsets"] = int(kwargs.get("num_block", 1))
    slices = [
        method(
            projections[:, rows],
            theta,
            None if start is None else start[rows],
            center=float(axes[rows.start]),
            **settings,
        )
        for rows in _runs(axes)
    ]
    return np.concatenate(slices)


def _axes(center: float | Sequence[float] | Array | None, projections: Array) -> Array:
    """Give the rotation axis of each row."""
    _views, rows, width = projections.shape
    axes = np.atleast_1d(width / 2 if center is None else np.asarray(center, float)).ravel()
    if axes.size not in {1, rows}:
        raise SettingError(
            _("center has {count} values for {rows} rows; give one, or one per row").format(
                count=axes.size, rows=rows
            )
        )
    return axes if axes.size == rows else np.repeat(axes, max(rows, 1))


def _runs(axes: Array) -> list[slice]:
    """Give the stretches of rows with the same axis."""
    starts = [0, *(np.flatnonzero(np.diff(axes)) + 1)]
    return [slice(int(start), int(end)) for start, end in zip(starts, [*starts[1:], len(axes)], strict=True)]


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
    """Give -log(arr), NaN where arr is no number, as dead pixels are; `out` gets it, too."""
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


def _filter(given: dict[str, Any], width: int) -> _Filter:
    """Check the options of a direct method and give our name of the filter."""
    _check(given, ("filter_name", *_GRID), width)
    asked = str(given.get("filter_name") or "ramlak")
    if asked not in _FILTERS:
        raise _not_there("filter_name", asked, _FILTERS)
    return _FILTERS[asked]


def _check(given: dict[str, Any], known: Sequence[str], width: int) -> None:
    """Refuse options that are not there, and a grid that is not as wide as the detector."""
    for name in given:
        if name not in known:
            raise _not_there("option", name, known)
    for name in _GRID:
        size = given.get(name)
        if size is not None and int(size) != width:
            raise SettingError(
                _(
                    "{name} is {size}, and a slice here is as wide as the detector: {width}; leave it out"
                ).format(name=name, size=size, width=width)
            )


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
