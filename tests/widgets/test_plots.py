from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from fake_link import heard_by

from daisy_lab.widgets import CurveView, WaterfallView

X = np.linspace(1, 10, 50)


def lines_of(plot: CurveView | WaterfallView) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(mark.x, mark.y) for mark in plot.figure.marks]


def test_a_changed_curve_travels_alone_and_as_float32() -> None:
    plot = CurveView()
    plot.set("a", X, X**2)
    plot.set("b", X, X)
    first, second = plot.figure.marks
    changed: list[str] = []
    first.observe(lambda change: changed.append(f"a.{change['name']}"))
    second.observe(lambda change: changed.append(f"b.{change['name']}"))
    plot.set("b", X, X + 1)
    assert set(changed) == {"b.y"}
    assert second.y.dtype == np.float32
    assert plot.figure.marks == [first, second]


def test_long_curves_are_thinned_and_keep_their_spike() -> None:
    plot = CurveView()
    y = np.zeros(1_000_000)
    y[123_456] = 7
    plot.set("a", np.arange(1_000_000), y)
    drawn = lines_of(plot)[0][1]
    assert len(drawn) <= 4000
    assert drawn.max() == 7


def test_the_range_holds_all_that_is_shown() -> None:
    plot = CurveView()
    plot.set("a", X, X)
    plot.set("b", X, 100 * X)
    assert plot.domain[3] > 1000
    plot.show("b", shown=False)
    assert plot.domain[3] < 20


def test_a_zoomed_view_stays_where_it_is_when_a_curve_changes() -> None:
    plot = CurveView()
    plot.set("a", X, X)
    plot.vue_zoom({"x": [2, 4]})
    plot.set("a", X, 10 * X)
    assert plot.domain[:2] == [2, 4]
    plot.vue_zoom({})
    assert plot.domain[:2] == [1, 10]


def test_logarithmic_axes_leave_out_what_has_no_logarithm() -> None:
    plot = CurveView()
    plot.set("a", np.arange(5.0), np.array([-1.0, 0.0, 1.0, 10.0, 100.0]))
    plot.vue_log({"axis": "y", "on": True})
    assert plot.log_y
    assert 0 < plot.domain[2] < 1
    assert np.isnan(lines_of(plot)[0][1][:2]).all()
    plot.vue_log({"axis": "y", "on": False})
    assert plot.domain[2] < -1


def test_values_that_are_no_numbers_spoil_no_range() -> None:
    plot = CurveView()
    plot.set("a", X, np.full(50, np.nan))
    assert np.isfinite(plot.domain).all()
    plot.set("b", X, np.where(X > 5, np.inf, X))
    assert plot.domain[3] < 6


def test_a_band_is_drawn_behind_its_curve() -> None:
    plot = CurveView()
    plot.set("a", X, X, band=(X - 1, X + 1))
    area, line = plot.figure.marks
    assert area.fill == "between"
    assert area.y.shape == (2, 50)
    assert line.fill == "none"


def test_the_pointer_shows_in_linked_views() -> None:
    first, second = CurveView(), CurveView()
    first.set("a", X, X)
    second.set("b", X, 2 * X)
    first.link_cursor(second)
    said = heard_by(second)
    second.vue_hover({"x": 10.0})
    assert first.cursor["values"][0]["text"] == "10"
    assert second.cursor["values"][0]["text"] == "20"
    assert said == [("heard", [], [])]
    second.vue_hover(None)
    assert first.cursor == {}


def test_a_marker_tells_where_it_is_moved() -> None:
    plot = CurveView()
    plot.set("a", X, X)
    plot.mark("axis", 5.0, unit="px", step=0.1)
    heard: list[tuple[str, float, bool]] = []
    plot.on_marker(lambda name, value, final: heard.append((name, value, final)))
    plot.vue_move({"name": "axis", "value": 5.5, "final": False})
    plot.vue_move({"name": "axis", "value": 6.0, "final": True})
    assert heard == [("axis", 5.5, False), ("axis", 6.0, True)]
    assert plot.markers[0]["value"] == 6.0
    plot.mark("axis", None)
    assert plot.markers == []


def test_what_is_saved_as_csv_is_what_was_given() -> None:
    plot = CurveView(title="G(r) of a/b")
    plot.set("a", [1.0, 2.0], [0.1, 0.2])
    plot.set("b", [1.0], [5.0])
    said = heard_by(plot)
    plot.vue_export("csv")
    (method, (name, kind), (text,)) = said[0]
    assert (method, name, kind) == ("file", "g(r)-of-a-b.csv", "text/csv")
    rows = list(csv.reader(io.StringIO(text.decode())))
    assert rows == [["a x", "a", "b x", "b"], ["1.0", "0.1", "1.0", "5.0"], ["2.0", "0.2", "", ""]]


def test_a_curve_taken_away_is_drawn_no_more() -> None:
    plot = CurveView()
    plot.set("a", X, X)
    plot.set("b", X, X)
    plot.remove("a")
    assert [curve["name"] for curve in plot.legend] == ["b"]
    plot.remove()
    assert plot.figure.marks == []


@pytest.fixture
def series() -> np.ndarray:
    return np.stack([np.exp(-((X - 2 - number) ** 2)) for number in range(6)])


def test_a_click_picks_the_curve_below_it(series: np.ndarray) -> None:
    plot = WaterfallView()
    plot.set(X, series, offset=1.0, labels=list("abcdef"))
    picked: list[int] = []
    plot.on_pick(picked.append)
    plot.vue_pick({"x": 1.0, "y": 3.02})
    assert picked == [3]
    assert plot.legend[0]["title"] == "Picked: d"


def test_on_the_map_a_click_picks_its_row(series: np.ndarray) -> None:
    plot = WaterfallView("map")
    plot.set(X, series)
    plot.vue_pick({"x": 1.0, "y": 4.4})
    assert plot.selected == 4
    assert plot.domain[2:] == [-0.5, 5.5]


def test_arrow_keys_go_from_curve_to_curve_and_stop_at_the_ends(series: np.ndarray) -> None:
    plot = WaterfallView()
    plot.set(X, series)
    for way in (1, 1, -1, -1, -1):
        plot.vue_step(way)
    assert plot.selected == 0


def test_many_curves_are_one_model_and_a_large_map_is_reduced() -> None:
    plot = WaterfallView()
    plot.set(np.arange(5000), np.random.default_rng(1).random((900, 5000)))
    assert len(plot.figure.marks) == 2
    plot.show_as("map")
    assert plot.figure.marks[0].color.shape == (300, 715)


def test_fewer_curves_than_before_leave_no_selection_beyond(series: np.ndarray) -> None:
    plot = WaterfallView()
    plot.set(X, series)
    plot.select(5)
    plot.set(X, series[:2])
    assert plot.selected == -1
