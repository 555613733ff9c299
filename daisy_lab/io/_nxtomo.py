"""NXtomo: all frames in one dataset, an `image_key` that says which are projections, flats, darks, invalid.

Source: NeXus application definition NXtomo (image_key 0 projection, 1 flat field, 2 dark field, 3 invalid;
rotation_angle in the sample group, one angle for each frame). Real files keep the key in the detector group,
in the data group, or as links in both, and the angles for the projections alone, or for more frames than
there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from daisy_lab.errors import FileFormatError
from daisy_lab.io._angles import name_theta, of_projections
from daisy_lab.io._contents import AXES
from daisy_lab.io._views import SelectedFrames
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Container

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._contents import Contents
    from daisy_lab.io._lazy import FileArray
    from daisy_lab.io._survey import Survey
    from daisy_lab.vocabulary import Array

__all__ = ["name_arrays", "recognize"]

_KEY = "image_key"
_WORDS = ("projections", "flat", "dark")


class _Scan(NamedTuple):
    """The paths that belong together; `data` and `angles` are empty when there are none."""

    entry: str
    key: str
    data: str
    angles: str


def recognize(survey: Survey) -> bool:
    """Tell whether a file has frames with an image key."""
    return _find(survey) is not None


def name_arrays(survey: Survey, contents: Contents, angle_unit: AngleUnit) -> None:
    """Give the frames of each kind their word, and theta those of the projections."""
    scan = _find(survey)
    if scan is None:
        return
    contents.format = "nxtomo"
    if scan.data in survey.problems:
        for word in _WORDS:
            contents.problems[word] = survey.problems[scan.data]
        return
    frames, keys = contents.arrays[scan.data](), contents.arrays[scan.key]()[...]
    if frames.ndim != len(AXES["projections"]) or len(frames) != len(keys):
        msg = _(
            "{data} has shape {shape}, but {key} has {count} frames; the scan was not finished: correct {key}"
        )
        error = FileFormatError(msg.format(data=scan.data, shape=frames.shape, key=scan.key, count=len(keys)))
        contents.problems |= dict.fromkeys(_WORDS, error)
        contents.notes.append(str(error))
        return
    for number, word in enumerate(_WORDS):
        _name_frames(contents, frames, np.flatnonzero(keys == number), word)
    _tell(contents, keys)
    if scan.angles in survey.problems:
        contents.problems["theta"] = survey.problems[scan.angles]
    elif scan.angles and "projections" in contents.arrays:
        _name_theta(contents, scan.angles, keys, angle_unit)


def _find(survey: Survey) -> _Scan | None:
    """Find the scan of a file; an entry that says it is NXtomo comes first."""
    keys = [
        name
        for name, found in survey.datasets.items()
        if name.rpartition("/")[2] == _KEY and len(found.shape) == 1
    ]
    scans = [scan for scan in (_around(survey, key) for key in keys) if scan.data]
    return min(scans, key=lambda scan: survey.texts.get(f"{scan.entry}/definition") != "NXtomo", default=None)


def _around(survey: Survey, key: str) -> _Scan:
    """Look beside a key and in its entry for the frames and the angles."""
    beside = key.rpartition("/")[0]
    entry = _entry_of(survey, beside)
    prefix = f"{entry}/" if entry else ""
    known = survey.datasets.keys() | survey.problems.keys()
    data = _first(known, f"{beside}/data", f"{prefix}data/data", f"{prefix}instrument/detector/data")
    angles = _first(
        known,
        f"{prefix}sample/rotation_angle",
        f"{beside}/rotation_angle",
        f"{prefix}data/rotation_angle",
    )
    return _Scan(entry, key, data, angles)


def _entry_of(survey: Survey, path: str) -> str:
    """Give the innermost group above that is an entry, or else the first part of the path."""
    parts = path.split("/")
    for end in range(len(parts), 0, -1):
        group = "/".join(parts[:end])
        if survey.groups.get(group, {}).get("NX_class") in {"NXentry", "NXsubentry"}:
            return group
    return parts[0]


def _first(known: Container[str], *paths: str) -> str:
    return next((path for path in paths if path in known), "")


def _name_frames(contents: Contents, frames: FileArray, indices: Array, word: str) -> None:
    if len(indices):
        labelled = frames.labelled(AXES[word])
        contents.arrays[word] = lambda: SelectedFrames(labelled, indices.tolist())


def _tell(contents: Contents, keys: Array) -> None:
    unused = int(np.count_nonzero((keys < 0) | (keys >= len(_WORDS))))
    if unused:
        contents.notes.append(
            _("image_key: {count} frames are marked as invalid and left out").format(count=unused)
        )


def _name_theta(contents: Contents, path: str, keys: Array, angle_unit: AngleUnit) -> None:
    def raw() -> FileArray:
        theta = contents.arrays[path]()
        if theta.ndim != 1:
            return theta
        if len(theta) == len(keys):
            return SelectedFrames(theta, np.flatnonzero(keys == 0).tolist())
        projections, *others = (int(np.count_nonzero(keys == number)) for number in range(len(_WORDS)))
        return of_projections(theta, projections, tuple(others))

    name_theta(contents, raw, angle_unit)
