"""Every algorithm of CT with inputs that are not nice: a defined result or an error that explains itself, never else.

An algorithm that is added to the folder is taken in by itself, as long as its ports and settings have names known here.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import product
from math import pi
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab._algorithm import Algorithm
from daisy_lab.algorithms import ct
from daisy_lab.errors import DaisyError, DataError
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Iterator

_SIZES = {"angle": 36, "row": 3, "column": 32, "exposure": 3, "y": 16, "x": 16}
# A frame of so few rows cannot be registered.
_FRAME_ROWS = {"find_shifts": 16}
_STACK = ("angle", "row", "column")

# A turn is what these need; half a turn is for the others.
_WHOLE_TURN = {"find_overlap", "stitch_half_turns"}

_ALL = {name: found for name in ct.__all__ if isinstance(found := getattr(ct, name), Algorithm)}
_WITH_STACK = {
    name: found
    for name, found in _ALL.items()
    if found.inputs and (isinstance(found.inputs[0].axes, SameAxes) or len(found.inputs[0].axes) == 3)
}


def _axes(found: Algorithm[..., Any]) -> tuple[str, ...]:
    axes = found.inputs[0].axes
    return axes if isinstance(axes, tuple) else _STACK


def _needed(found: Algorithm[..., Any], sizes: dict[str, int]) -> dict[str, Any]:
    """Give the settings that have no default, and fewer iterations than usual."""
    width = sizes["column"] if "column" in _axes(found) else sizes["x"]
    known = {
        "center": (width - 1) / 2,
        "around": (width - 1) / 2,
        "coefficients": (1.0, 0.01),
        "energy": 20.0,
        "distance": 100.0,
        "pixel_size": 1.0,
        "low": 0.0,
        "high": 100.0,
        "top": 0,
        "left": 0,
        "height": max(width, 1),
        "width": max(width, 1),
    }
    fields = found.signature.fields
    given = {name: known[name] for name, (_type, default) in fields.items() if default is ...}
    return given | {
        name: few for name, few in (("iterations", 3), ("count", 3)) if fields.get(name, (0, None))[1]
    }


def _others(found: Algorithm[..., Any], sizes: dict[str, int]) -> dict[str, Any]:
    """Give what the other ports need."""
    given: dict[str, Any] = {}
    for port in found.inputs[1:]:
        if port.optional:
            continue
        assert isinstance(port.axes, tuple), port
        shape = tuple(sizes[axis] for axis in port.axes)
        if port.name == "theta":
            given["theta"] = _theta(found, shape[0])
        elif port.name == "flat":
            given["flat"] = np.full(shape, 250, np.uint16)
        elif port.name == "reference":
            given["reference"] = _values(found, sizes | {"exposure": 1})[0]
        else:
            given[port.name] = np.zeros(shape, np.float32)
    return given


def _theta(found: Algorithm[..., Any], views: int) -> np.ndarray:
    return np.arange(views) * ((2 if found.name in _WHOLE_TURN else 1) * pi / max(views, 1))


def _values(found: Algorithm[..., Any], sizes: dict[str, int]) -> np.ndarray:
    """Give whole numbers that any number type holds: some balls that turn about the middle, and noise."""
    views, rows, width = (sizes[axis] for axis in _axes(found))
    theta, row = _theta(found, views)[:, None, None], np.arange(rows)[:, None]
    column = np.arange(width) - (width - 1) / 2
    values = 20 + np.random.default_rng(7).uniform(0, 12, (views, rows, width))
    for far, start, size in ((0.0, 0.0, 0.3), (0.25, 0.4, 0.06), (0.3, 2.5, 0.08), (0.15, 4.0, 0.05)):
        place = far * width * np.cos(theta + start + 0.2 * row)
        values += 50 * np.exp(-(((column - place) / (size * width)) ** 2))
    return np.rint(values).astype(np.float32)


def _call(found: Algorithm[..., Any], stack: np.ndarray, sizes: dict[str, int]) -> list[np.ndarray] | None:
    """Give the results as arrays, or None where the algorithm says that it cannot; inputs must not change."""
    others = _others(found, sizes)
    given = [stack, *others.values()]
    before = [array.tobytes() for array in given]
    for array in given:
        array.setflags(write=False)
    try:
        result = found(stack, **others, **_needed(found, sizes))
    except DaisyError:
        return None
    finally:
        assert [array.tobytes() for array in given] == before, "an input was changed"
    return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]


def _require_finite(results: list[np.ndarray] | None) -> None:
    """Tables, one line per way or candidate, say by NaN that a way gave nothing; all else is finite."""
    for result in results or []:
        if result.dtype.kind == "f" and result.ndim != 1:
            assert np.isfinite(result).all()


@contextmanager
def _case(text: str) -> Iterator[None]:
    """Say which case failed."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"case: {text}")
        raise


def _sizes(found: Algorithm[..., Any]) -> dict[str, int]:
    return _SIZES | {"row": _FRAME_ROWS.get(found.name, _SIZES["row"])}


@pytest.fixture(params=_WITH_STACK)
def found(request: pytest.FixtureRequest) -> Algorithm[..., Any]:
    return _WITH_STACK[request.param]


def test_no_algorithm_is_left_out() -> None:
    without = set(_ALL) - set(_WITH_STACK)
    assert all(not _ALL[name].inputs or len(_ALL[name].inputs[0].axes) < 3 for name in without)
    assert len(_WITH_STACK) >= 7


def test_any_number_type_gives_the_same(found: Algorithm[..., Any]) -> None:
    sizes = _sizes(found)
    values = _values(found, sizes)
    expected = _call(found, values, sizes)
    assert expected is not None
    _require_finite(expected)
    for kind in ("u1", "u2", ">u2", "i4", "f2", "f8", ">f4"):
        with _case(kind):
            _require_same(_call(found, values.astype(kind), sizes), expected)


def _require_same(results: list[np.ndarray] | None, expected: list[np.ndarray] | None) -> None:
    assert (results is None) == (expected is None)
    for result, known in zip(results or [], expected or [], strict=True):
        if known.dtype.kind not in "biufc":
            assert result.tolist() == known.tolist()
            continue
        # Whole numbers may stay whole.
        room = 1 if result.dtype.kind in "iu" else 0
        scale = float(np.nanmax(np.abs(known), initial=0.0))
        np.testing.assert_allclose(result.astype(float), known.astype(float), atol=1e-3 * scale + room)


def test_a_view_with_gaps_and_reversed_lines_gives_the_bits_of_a_copy(found: Algorithm[..., Any]) -> None:
    sizes = _sizes(found)
    values = _values(found, sizes)
    wide = np.zeros((*values.shape[:2], 2 * values.shape[2]), np.float32)
    view = wide[:, ::-1, ::2]
    view[...] = values
    expected, results = _call(found, values, sizes), _call(found, view, sizes)
    assert (results is None) == (expected is None)
    for result, known in zip(results or [], expected or [], strict=True):
        assert result.tobytes() == known.tobytes()


_PLACES: dict[str, tuple[int | slice, ...]] = {
    "one value": (2, 1, 5),
    "one column": (slice(None), 1, 5),
    "one line": (2, 0, slice(None)),
    "one frame": (2,),
    "everything": (slice(None),),
}


def test_values_that_are_no_numbers_give_a_defined_result(found: Algorithm[..., Any]) -> None:
    """No exception, no warning; and a single one does not take the numbers from all other rows or frames."""
    for place, bad in product(_PLACES, (np.nan, np.inf, -np.inf)):
        with _case(f"{place} is {bad}"):
            sizes = _sizes(found)
            values = _values(found, sizes)
            values[_PLACES[place]] = bad
            results = _call(found, values, sizes)
            if place == "one value" and results is not None and results[0].ndim == 3:
                assert np.isfinite(results[0]).mean() > 0.6


def test_a_constant_stack_gives_finite_values(found: Algorithm[..., Any]) -> None:
    sizes = _sizes(found)
    shape = tuple(sizes[axis] for axis in _axes(found))
    for value in (0.0, -5.0, 7.0):
        with _case(str(value)):
            _require_finite(_call(found, np.full(shape, value, np.float32), sizes))


_FEW: tuple[dict[str, int], ...] = (
    {"column": 1, "x": 1, "y": 1},
    {"column": 2, "x": 2, "y": 2},
    {"column": 15, "x": 15, "y": 13},
    {"row": 1},
    {"angle": 1},
    {"angle": 2},
    {"exposure": 1},
)
_NONE: tuple[dict[str, int], ...] = ({"row": 0}, {"angle": 0}, {"column": 0, "x": 0, "y": 0}, {"exposure": 0})


def test_few_columns_rows_or_views_or_none_at_all_give_finite_values(found: Algorithm[..., Any]) -> None:
    for few in (*_FEW, *_NONE):
        with _case(str(few)):
            sizes = _sizes(found) | few
            _require_finite(_call(found, _values(found, sizes), sizes))


def test_an_axis_too_few_or_too_many_is_told(found: Algorithm[..., Any]) -> None:
    if isinstance(found.inputs[0].axes, SameAxes):
        return  # any axes are right
    sizes = _sizes(found)
    values = _values(found, sizes)
    for wrong in (values[0], values[np.newaxis]):
        assert _call(found, wrong, sizes) is None


def test_numbers_that_are_not_real_are_refused(found: Algorithm[..., Any]) -> None:
    if isinstance(found.inputs[0].axes, SameAxes):
        return  # elementwise: NumPy's own rules
    sizes = _sizes(found)
    with pytest.raises(DataError, match="real numbers, and has the type complex64"):
        found(_values(found, sizes).astype("c8"), **_others(found, sizes), **_needed(found, sizes))
