"""Detector frames of a known crystal, from its pairs of atoms to rings with noise and faults: `daisy sample pdf`.

The rings are analytic, never made by our own integration, so that image -> I(Q) -> G(r) has a known answer at each
end. The geometry lies beside the frames as a PONI file; the file's attributes tell the truth, which `read_truth` reads.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np

from daisy_lab import io
from daisy_lab._algorithm import progress
from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.samples._rings import Place
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.vocabulary import Array

__all__ = ["Truth", "make_pdf", "read_truth"]

_MARK: Final = "daisy_lab_pdf_truth"
_LEAST_SIZE: Final = 64
_GAP: Final = -1
_BLOCKED: Final = -2
_HOT: Final = 1_000_000
_TABLE_STEP: Final = 0.002
_POLARIZATION: Final = 0.99


@dataclass(frozen=True)
class Truth:
    """What generated frames really show."""

    crystal: str
    size: int
    frames: int
    seed: int
    counts: float
    """Mean counts per pixel and frame in the middle of the pattern."""
    uiso: float
    qdamp: float
    place: Place
    hot: tuple[tuple[int, int], ...]
    """Row and column of the hot pixels."""
    bgscale: float = 1.0
    """Background in the sample's frames over that of the background's frames."""

    @property
    def pairs(self) -> Pairs:
        """Give the pairs of the crystal."""
        return Pairs(CRYSTALS[self.crystal], self.uiso, self.qdamp)

    @property
    def qmax(self) -> float:
        """Give the largest Q that whole rings reach, in 1/angstrom."""
        q = self.place.q()
        return float(min(q[0].min(), q[-1].min(), q[:, 0].min(), q[:, -1].min()))

    def iq(self, q: Array) -> Array:
        """Give the counts of the sample alone, (q,), at Q in 1/angstrom, before polarisation and solid angle."""
        return self._scale * self.pairs.intensity(q, incoherent=True)

    def background(self, q: Array) -> Array:
        """Give the counts of container and air in the background's frames, (q,)."""
        level = self.counts * (0.25 + 0.6 * np.exp(-q / 3.0))
        hump: Array = self.counts * 0.35 * np.exp(-(((q - 1.6) / 0.5) ** 2) / 2)
        return level + hump

    def gr(self, r: Array, qmax: float, *, qmin: float = 0.0) -> Array:
        """Give G(r) of the crystal cut at qmin and qmax, in 1/angstrom^2, (r,), by a direct sum."""
        step = 0.5 * np.pi / (r[-1] + 8 / self.qdamp)
        q = np.arange(int(np.ceil(qmin / step)), int(qmax / step) + 1) * step
        found: Array = 2 / np.pi * step * (np.sin(np.multiply.outer(r, q)) @ self.pairs.fq(q))
        return found

    @property
    def _scale(self) -> float:
        middle = np.linspace(8.0, 12.0, 400)
        return self.counts / float(self.pairs.intensity(middle, incoherent=True).mean())


def make_pdf(
    path: Path,
    *,
    crystal: str = "Ni",
    size: int = 1024,
    frames: int = 1,
    seed: int = 0,
    counts: float = 2000.0,
) -> Truth:
    """Write frames of a crystal and of its background, and the geometry beside them, and give the truth.

    The frames hold what real ones do: counting noise, polarisation, solid angle, a tilted detector, a gap (-1), a
    beam stop (-2), hot pixels, Compton scattering and a background of the container. The same numbers give the same
    data.

    Parameters
    ----------
    path
        HDF5 file to write; the geometry gets the same name with the ending .poni. A sample there is made anew, any
        other file stays.
    crystal
        Ni, Si, CeO2 or LaB6.
    size
        Detector rows and columns.
    frames
        Frames of the sample, and of the background.
    seed
        Chooses the tilt, the noise and the hot pixels.
    counts
        Mean counts per pixel and frame in the middle of the pattern.

    Raises
    ------
    SettingError
        If the crystal is unknown or a number too small.
    FileError
        If a file cannot be written, or another file than a sample is there.
    """
    truth = _truth(crystal, size, frames, seed, counts)
    target = path.expanduser().absolute()
    io.require_replaceable(target, _is_sample, _("generated frames"))
    poni = target.with_suffix(".poni")
    io.require_replaceable(poni, _is_geometry, _("generated geometry"))
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
    beside = io.Unfinished(poni)
    beside.path.write_text(truth.place.poni(), "utf-8")
    unfinished.finish(overwrite=True)
    beside.finish(overwrite=True)
    return truth


def read_truth(path: Path) -> Truth | None:
    """Read back the truth of generated frames; None for any other file."""
    with h5py.File(path, "r") as file:
        text = file.attrs.get(_MARK)
    if text is None:
        return None
    known: dict[str, Any] = json.loads(text)
    place = known.pop("place")
    place["shape"] = tuple(place["shape"])
    known["hot"] = tuple((row, column) for row, column in known["hot"])
    return Truth(**known, place=Place(**place))


def _truth(crystal: str, size: int, frames: int, seed: int, counts: float) -> Truth:
    if crystal not in CRYSTALS:
        raise SettingError(
            _("there is no crystal '{crystal}'; there is {known}{near}").format(
                crystal=crystal, known=choices(CRYSTALS), near=suggestion(crystal, CRYSTALS)
            )
        )
    for name, value, least in (
        ("size", size, _LEAST_SIZE),
        ("frames", frames, 1),
        ("seed", seed, 0),
        ("counts", counts, 1),
    ):
        if value < least:
            raise SettingError(
                _("{name} is {value}, and must be at least {least}").format(
                    name=name, value=value, least=least
                )
            )
    random = np.random.default_rng([seed, 7])
    width = 0.2048
    pixel = width / size
    middle = width / 2 + random.uniform(-2, 2, 2) * 1e-3
    tilt = random.uniform(-0.01, 0.01, 2)
    rot1, rot2 = map(float, tilt)
    place = Place((size, size), pixel, 0.16, float(middle[0]), float(middle[1]), rot1, rot2, 0.0, 1.425e-11)
    spots = random.integers(0, size, (max(3, size // 32), 2))
    hot = tuple(sorted({(int(row), int(column)) for row, column in spots}))
    return Truth(crystal, size, frames, seed, float(counts), 0.005, 0.05, place, hot)


def _write(file: h5py.File, truth: Truth) -> None:
    file.attrs[_MARK] = json.dumps(asdict(truth))
    file.attrs["default"] = "entry"
    entry = file.create_group("entry")
    entry.attrs.update({"NX_class": "NXentry", "default": "data"})
    table = np.arange(0, float(truth.place.q().max()) + 0.1, _TABLE_STEP)
    sample, container = truth.iq(table), truth.background(table)
    both = truth.place.expected(
        lambda q: np.interp(q, table, sample + truth.bgscale * container), _POLARIZATION
    )
    alone = truth.place.expected(lambda q: np.interp(q, table, container), _POLARIZATION)
    for number, (name, mean) in enumerate({"data": both, "background": alone}.items()):
        group = entry.create_group(name)
        group.attrs.update({"NX_class": "NXdata", "signal": "data", "axes": ["frame", "row", "column"]})
        data = group.create_dataset("data", (truth.frames, *mean.shape), np.int32, chunks=(1, *mean.shape))
        data.attrs["units"] = "counts"
        for frame in progress(range(truth.frames), text=f"sample {name}"):
            data[frame] = _counted(mean, truth, np.random.default_rng([truth.seed, number, frame]))
    answer = entry.create_group("truth")
    for name, values, unit in (
        ("q", table, "1/angstrom"),
        ("iq", sample, "counts"),
        ("background", container, "counts"),
    ):
        answer.create_dataset(name, data=values).attrs["units"] = unit


def _counted(mean: Array, truth: Truth, random: np.random.Generator) -> Array:
    """Give one frame, int32: counting noise, hot pixels, the gap and the beam stop."""
    counts = random.poisson(np.maximum(mean, 0)).astype(np.int32)
    for row, column in truth.hot:
        counts[row, column] = _HOT
    middle, half = truth.size // 3, max(1, truth.size // 128)
    counts[middle - half : middle + half] = _GAP
    angle, _azimuth, _cosine = truth.place.rays()
    counts[angle < 0.008] = _BLOCKED  # noqa: PLR2004 - rad, the shadow of the beam stop
    return counts


def _is_sample(path: Path) -> bool:
    try:
        return read_truth(path) is not None
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _is_geometry(path: Path) -> bool:
    try:
        return path.read_text("utf-8").startswith("# Geometry of generated frames")
    except (OSError, UnicodeDecodeError):
        return False
