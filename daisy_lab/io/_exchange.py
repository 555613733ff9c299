"""Data Exchange, the layout of the APS: /exchange/data, data_white, data_dark, theta.

Source: F. De Carlo et al., "Scientific data exchange: a schema for HDF5-based storage of raw and analyzed
data", J. Synchrotron Rad. 21 (2014) 1224-1230.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab.errors import DataError
from daisy_lab.io._angles import name_theta, of_projections
from daisy_lab.io._contents import AXES
from daisy_lab.io._views import OneExposure
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._contents import Contents
    from daisy_lab.io._lazy import FileArray
    from daisy_lab.io._survey import Survey

__all__ = ["name_arrays", "recognize"]

_DATA, _THETA = "exchange/data", "exchange/theta"
_WORDS = {_DATA: "projections", "exchange/data_white": "flat", "exchange/data_dark": "dark"}


def recognize(survey: Survey) -> bool:
    """Tell whether a file has this layout, its projections broken or not."""
    return _DATA in survey.datasets or _DATA in survey.problems


def name_arrays(survey: Survey, contents: Contents, angle_unit: AngleUnit) -> None:
    """Give the datasets of the exchange group their words, and theta its unit."""
    contents.format = "data-exchange"
    for path, word in _WORDS.items():
        _rename(survey, contents, path, word)
    if _THETA in survey.problems:
        contents.aliases[_THETA] = "theta"
        contents.problems["theta"] = survey.problems[_THETA]
    if _THETA in survey.datasets:
        _name_theta(survey, contents, angle_unit)


def _rename(survey: Survey, contents: Contents, path: str, word: str) -> None:
    contents.aliases[path] = word
    if path in survey.problems:
        contents.problems[word] = survey.problems[path]
    if path not in survey.datasets:
        return
    shape = survey.datasets[path].shape
    make = contents.arrays.pop(path)
    if len(shape) == len(AXES[word]) and shape[0]:
        contents.arrays[word] = lambda: make().labelled(AXES[word])
    elif len(shape) == len(AXES[word]) - 1 and word != "projections":
        contents.arrays[word] = lambda: OneExposure(make().labelled(AXES[word][1:]))
        contents.notes.append(_("{word}: one image, taken as one exposure").format(word=word))
    else:
        _refuse(contents, path, word, shape)


def _refuse(contents: Contents, path: str, word: str, shape: tuple[int, ...]) -> None:
    """Note frames of another shape than the word has: an empty stack of flats is no flats."""
    axes = ", ".join(AXES[word])
    if word != "projections" and 0 in shape:
        contents.notes.append(
            _("{word}: {path} is empty, shape {shape}").format(word=word, path=path, shape=shape)
        )
        return
    msg = _(
        "{path} has shape {shape}, but {word} needs the axes {axes}; give the right dataset as "
        "{word}=file::path"
    )
    error = DataError(msg.format(path=path, shape=shape, word=word, axes=axes))
    contents.problems[word] = error
    contents.notes.append(str(error))


def _name_theta(survey: Survey, contents: Contents, angle_unit: AngleUnit) -> None:
    make: Callable[[], FileArray] = contents.arrays.pop(_THETA)
    contents.aliases[_THETA] = "theta"

    def raw() -> FileArray:
        theta = make()
        if theta.ndim != 1 or _DATA not in survey.datasets:
            return theta
        others = (_frames(survey, path) for path, word in _WORDS.items() if word != "projections")
        return of_projections(theta, _frames(survey, _DATA), tuple(others))

    name_theta(contents, raw, angle_unit)


def _frames(survey: Survey, path: str) -> int:
    found = survey.datasets.get(path)
    if found is None or not found.shape:
        return 0
    return found.shape[0] if len(found.shape) == len(AXES["flat"]) else 1
