"""A realistic parallel-beam scan of a solid whose every line integral is known: `daisy sample ct`.

Line integrals are analytic, never made by our own projector, so a reconstruction of this file is an honest
test. The file is Data Exchange HDF5, written block of frames by block of frames; its attributes tell the
truth, which `read_truth` reads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import h5py
import numpy as np

from daisy_lab import io
from daisy_lab._algorithm import progress
from daisy_lab.errors import SettingError
from daisy_lab.samples._detector import Detector
from daisy_lab.samples._phantom import COLUMNS, Phantom, random_ellipsoids
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.vocabulary import Array

__all__ = ["Truth", "make_ct", "read_truth"]

_BLOCK_VALUES: Final = 1 << 21
_LEAST_SIZE: Final = 16
_EXPOSURES: Final = 10
_MARK: Final = "daisy_lab_truth"


@dataclass(frozen=True, eq=False)
class Truth:
    """What a generated scan really shows."""

    size: int
    rows: int
    angles: int
    seed: int
    center: float
    """Column of the rotation axis in pixels; 0 is the middle of the first column."""
    photons: float
    """Photons per pixel in the middle of the beam, without the sample."""
    phantom: Phantom

    @property
    def theta(self) -> Array:
        """Give the projection angles in rad: half a turn, its end left out."""
        return np.arange(self.angles) * (np.pi / self.angles)

    def slice(self, row: int, size: int | None = None) -> Array:
        """Give the true attenuation per pixel of one row as `reconstruct` lays it out, float32, (y, x)."""
        return self.phantom.image(row, size or self.size)

    def inside(self, row: int, size: int | None = None, *, margin: float = 2.0) -> Array:
        """Give the mask of the object in one row, without its outermost `margin` pixels."""
        return self.phantom.inside(row, size or self.size, margin=margin)

    def absorption(self, first: int = 0, end: int | None = None) -> Array:
        """Give the exact line integrals of frames `first` to before `end`, float32, (angle, row, column)."""
        return self.phantom.absorption(self.theta[first:end], self.rows, self.size, self.center)


def make_ct(
    path: Path,
    *,
    size: int = 256,
    angles: int = 360,
    rows: int = 128,
    seed: int = 0,
    photons: float = 20_000.0,
) -> Truth:
    """Write a generated scan in Data Exchange form and give its truth.

    It holds what real scans hold: Poisson and readout noise, a beam profile, flats and darks, zingers (bright
    pixels in single frames), weak stripes (columns whose gain differs between flats and projections) and an
    axis up to 3 % of the width off the middle. The same numbers give the same file data. Memory does not
    grow with the angles: some tens of MB, or about 40 bytes per pixel of a large detector.

    Parameters
    ----------
    path
        File to write; it appears under this name only once it is complete. A sample there is made anew, any
        other file stays.
    size
        Detector columns.
    angles
        Projections over half a turn, its end left out.
    rows
        Detector rows.
    seed
        Chooses the solid, the axis, the noise and the faults.
    photons
        Photons per pixel in the middle of the beam, without the sample.

    Raises
    ------
    SettingError
        If a size is too small, or the photons are not between 100 and 50,000.
    FileError
        If the file cannot be written, or another file than a sample is there.
    """
    _check(size, angles, rows, seed, photons)
    random = np.random.default_rng([seed, 0])
    center = (size - 1) / 2 + random.uniform(-0.03, 0.03) * size
    truth = Truth(
        size, rows, angles, seed, round(center, 4), float(photons), random_ellipsoids(size, rows, seed)
    )
    target = path.expanduser().absolute()
    io.require_replaceable(target, _is_sample, _("generated scan"))
    unfinished = io.Unfinished(target)
    try:
        with io.writing_hdf5(unfinished.path) as file:
            _write(file, truth)
    except OSError as error:
        unfinished.abandon()
        raise io.cannot_write(target, error) from None
    except BaseException:
        unfinished.abandon()
        raise
    unfinished.finish(overwrite=True)
    return truth


def read_truth(path: Path) -> Truth | None:
    """Read back the truth of a generated scan; None for any other file."""
    with h5py.File(path, "r") as file:
        text = file["exchange"].attrs.get(_MARK) if "exchange" in file else None
    if text is None:
        return None
    known = json.loads(text)
    return Truth(**{**known, "phantom": Phantom(np.array(known["phantom"], np.float64))})


def _is_sample(path: Path) -> bool:
    try:
        return read_truth(path) is not None
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _write(file: h5py.File, truth: Truth) -> None:
    detector = Detector(truth.size, truth.rows, truth.seed, truth.photons)
    exchange = file.create_group("exchange")
    exchange.attrs[_MARK] = json.dumps(
        {
            "size": truth.size,
            "rows": truth.rows,
            "angles": truth.angles,
            "seed": truth.seed,
            "center": truth.center,
            "photons": truth.photons,
            "phantom": truth.phantom.table.tolist(),
        }
    )
    exchange.attrs["center"] = truth.center
    exchange.attrs["seed"] = truth.seed
    exchange.attrs["photons"] = truth.photons
    exchange["title"] = "Generated scan of ellipsoids"
    theta = exchange.create_dataset("theta", data=np.rad2deg(truth.theta))
    theta.attrs["units"] = "degrees"
    dark = _frames(exchange, "data_dark", "theta_dark:y:x", _EXPOSURES, truth)
    flat = _frames(exchange, "data_white", "theta_white:y:x", _EXPOSURES, truth)
    for exposure in range(_EXPOSURES):
        dark[exposure] = detector.dark(exposure)
        flat[exposure] = detector.flat(exposure)
    data = _frames(exchange, "data", "theta:y:x", truth.angles, truth)
    # The block is part of the recipe: noise is drawn per block, whatever the machine.
    step = max(1, _BLOCK_VALUES // (truth.rows * truth.size))
    for start in progress(range(0, truth.angles, step), text="sample"):
        end = min(start + step, truth.angles)
        data[start:end] = detector.counts(truth.absorption(start, end), start)
    _describe(file, truth)


def _frames(group: h5py.Group, name: str, axes: str, count: int, truth: Truth) -> h5py.Dataset:
    dataset = group.create_dataset(name, (count, truth.rows, truth.size), np.uint16)
    dataset.attrs.update({"units": "counts", "axes": axes})
    return dataset


def _describe(file: h5py.File, truth: Truth) -> None:
    """Write what other programs look for: who, what, where the axis is, of what the solid is made."""
    file["implements"] = "exchange:measurement"
    sample = file.create_group("measurement/sample")
    sample["name"] = f"ellipsoids, seed {truth.seed}"
    table = sample.create_dataset("ellipsoids", data=truth.phantom.table)
    table.attrs["columns"] = list(COLUMNS)
    table.attrs["units"] = "pixel, rad, 1/pixel"
    axis = file.create_dataset("measurement/rotation_axis", data=truth.center)
    axis.attrs["units"] = "pixel"


def _check(size: int, angles: int, rows: int, seed: int, photons: float) -> None:
    for name, value, least in (
        ("size", size, _LEAST_SIZE),
        ("angles", angles, 1),
        ("rows", rows, 1),
        ("seed", seed, 0),
    ):
        if value < least:
            raise SettingError(
                _("{name} is {value}, and must be at least {least}").format(
                    name=name, value=value, least=least
                )
            )
    if not 100 <= photons <= 50_000:  # noqa: PLR2004 - told in the message
        raise SettingError(
            _("photons is {value}, and must be between 100 and 50000 to fit 16-bit counts").format(
                value=photons
            )
        )
