"""Pixels, points and levels, compared with NumPy's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab import _preview as preview
from daisy_lab.errors import DataError


@given(
    rows=st.integers(1, 70), columns=st.integers(1, 70), height=st.integers(1, 80), width=st.integers(1, 80)
)
def test_a_plane_is_reduced_to_means_of_groups(rows: int, columns: int, height: int, width: int) -> None:
    values = np.random.default_rng(0).normal(size=(rows, columns)).astype(np.float32)
    small = preview.reduced(values, height, width)
    assert small.shape[0] <= height
    assert small.shape[1] <= width
    down, across = -(-rows // height), -(-columns // width)
    assert small[0, 0] == pytest.approx(values[:down, :across].mean(dtype=np.float64), abs=1e-5)
    assert small[-1, -1] == pytest.approx(
        values[(small.shape[0] - 1) * down :, (small.shape[1] - 1) * across :].mean(dtype=np.float64),
        abs=1e-5,
    )


def test_levels_keep_order_and_tell_what_is_no_number() -> None:
    values = np.array([[-np.inf, -1.0, 0.0], [0.5, 1.0, np.nan]], np.float32)
    for bits, largest in ((8, 255), (16, 65535)):
        grey = preview.levels(values, 0.0, 1.0, bits)  # type: ignore[arg-type]
        assert grey[0].tolist() == [1, 1, 1]
        assert grey[1, 1:].tolist() == [largest, 0]
        assert grey[1, 0] == pytest.approx(largest / 2, abs=1.5)


def test_a_range_leaves_outliers_out_and_is_never_empty() -> None:
    values = np.concatenate([np.linspace(0, 1, 10_000), [1e9, -1e9, np.nan]])
    low, high = preview.value_range(values)
    assert -0.01 <= low < 0.02
    assert 0.98 < high <= 1.01
    for constant in (np.zeros(5), np.full(5, np.nan), np.array([np.inf]), np.array([True, True])):
        low, high = preview.value_range(constant)
        assert np.isfinite([low, high]).all()
        assert low < high


def test_a_histogram_counts_every_number_once() -> None:
    values = np.random.default_rng(0).normal(size=(100, 100)).astype(np.float32)
    values[0, :7] = np.nan
    counts, low, high, finite = preview.histogram(values, 64)
    assert counts.sum() == finite == 10_000 - 7
    assert (low, high) == (np.nanmin(values), np.nanmax(values))


@given(
    values=st.lists(st.floats(width=32) | st.just(float("nan")), min_size=1, max_size=300),
    points=st.integers(2, 40),
    start=st.integers(0, 5),
)
def test_a_thinned_curve_keeps_its_extremes_and_its_order(
    values: list[float], points: int, start: int
) -> None:
    line = np.array(values, np.float64)
    places, kept = preview.thinned(line, start, points)
    assert len(kept) <= max(points, 2)
    assert (np.diff(places) >= 0).all()
    np.testing.assert_array_equal(line[places.astype(int) - start], kept)
    if not np.isnan(line).all():
        assert np.nanmin(kept) == np.nanmin(line)
        assert np.nanmax(kept) == np.nanmax(line)


def test_only_what_is_shown_is_read() -> None:
    class Counting:
        shape = (50, 40, 30)

        def __getitem__(self, key: tuple[object, ...]) -> np.ndarray:
            self.key = key
            return np.zeros((40, 30))[key[1:]]  # type: ignore[index]

    array = Counting()
    part = preview.plane(array, ("a", "b", "c"), ("b", "c"), {"a": 3}, (5, 9, 2, 12))
    assert array.key == (3, slice(5, 9), slice(2, 12))
    assert part.shape == (4, 10)


def test_axes_can_be_turned() -> None:
    values = np.arange(24).reshape(2, 3, 4)
    turned = preview.plane(values, ("a", "b", "c"), ("c", "a"), {"b": 1})
    np.testing.assert_array_equal(turned, values[:, 1, :].T)
    with pytest.raises(DataError, match="no axis 'x'"):
        preview.plane(values, ("a", "b", "c"), ("x", "a"), {})


def test_a_record_is_cut_where_it_is_deep_or_long() -> None:
    record = {"deep": {"a": {"b": {"c": 1}}}, "long": list(range(1000)), "text": "x" * 1000}
    deep, long, text = preview.branch("record", record).children
    assert deep.children[0].children[0].children == ()
    assert (len(long.children), long.more) == (200, 800)
    assert len(text.text) < 200


def test_a_table_gives_just_the_lines_asked_for() -> None:
    columns, rows, length = preview.table_rows({"q": np.arange(100.0), "n": np.arange(100)}, 10, 2)
    assert (columns, rows, length) == (("q", "n"), [("10", "10"), ("11", "11")], 100)
    columns, rows, length = preview.table_rows(np.arange(12).reshape(3, 4), 2, 5)
    assert (columns, rows, length) == (("0", "1", "2", "3"), [("8", "9", "10", "11")], 3)
