from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.widgets import LogView, ObjectList, RunBar, live_of

if TYPE_CHECKING:
    from fake_link import FakeLink


def run(number: str = "r1", **about: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": "ct.reconstruct",
        "state": "running",
        "fraction": 0.43,
        "rate": 92.0,
        "remaining": 6.0,
        "seconds": 5.0,
        "text": "rows 0 to 440 of 1,024",
        "peak_bytes": None,
        "started": 1.0,
        "error": None,
        "lines": 0,
        **about,
    }


def an_object(name: str, **about: Any) -> dict[str, Any]:
    facts = {
        "version": 1,
        "kind": "array",
        "shape": [4, 5],
        "unit": "pixel",
        "dtype": "float32",
        "nbytes": 80,
    }
    return {"name": name, **facts, "created": 1.0, "made_by": "", "value": "", **about}


def test_parts_of_one_page_watch_together(link: FakeLink) -> None:
    RunBar(link)
    ObjectList(link)
    LogView(link)
    assert sorted(link.watched) == ["objects", "runs"]


def test_a_part_that_comes_late_hears_what_is_known(link: FakeLink) -> None:
    RunBar(link)
    link.tell("runs", full=True, runs=[run()])
    assert RunBar(link).run_id == "r1"


def test_changes_are_put_together_with_the_whole(link: FakeLink) -> None:
    live = live_of(link)
    live.on("objects", lambda _live: None)
    rest = {"memory": None, "can_undo": True, "can_redo": False}
    link.tell("objects", full=True, objects=[an_object("a"), an_object("b")], gone=[], **rest)
    link.tell("objects", full=False, objects=[an_object("c")], gone=["a"], **rest)
    assert sorted(live.objects) == ["b", "c"]
    link.tell("objects", full=True, objects=[], gone=[], **rest)
    assert live.objects == {}


def test_a_part_that_was_taken_away_hears_nothing_more(link: FakeLink) -> None:
    bar = RunBar(link)
    bar.close()
    link.tell("runs", full=True, runs=[run()])
    assert bar.run_id == ""


def test_the_bar_says_how_far_how_fast_and_how_long(link: FakeLink) -> None:
    bar = RunBar(link, unit="slices")
    link.tell("runs", full=True, runs=[run()])
    assert bar.run["headline"] == "rows 0 to 440 of 1,024"
    assert bar.run["numbers"] == "43 % · 92 slices/s · 6 s left"
    assert bar.run["active"]


def test_the_bar_shows_what_is_under_way_before_what_is_over(link: FakeLink) -> None:
    bar = RunBar(link)
    link.tell("runs", full=True, runs=[run("a"), run("b", state="done", fraction=1.0)])
    assert bar.run_id == "a"
    link.tell("runs", full=False, runs=[run("a", state="done", fraction=1.0)])
    assert bar.run_id == "b"


def test_the_bar_follows_the_runs_of_its_app_only(link: FakeLink) -> None:
    bar = RunBar(link, wanted=lambda told: told["title"] == "mine")
    link.tell("runs", full=True, runs=[run("a", title="mine"), run("b", title="other")])
    assert bar.run_id == "a"


def test_cancel_asks_once_and_says_that_it_stops(link: FakeLink) -> None:
    bar = RunBar(link)
    link.tell("runs", full=True, runs=[run()])
    bar.vue_cancel()
    link.tell("runs", full=False, runs=[run(fraction=0.5)])
    assert link.asked_for("runs.cancel") == [{"run": "r1"}]
    assert bar.run["stopping"]
    link.tell("runs", full=False, runs=[run(state="cancelled")])
    assert not bar.run["stopping"]
    assert bar.run["headline"] == "Reconstruct: stopped"


def test_a_failed_run_says_why(link: FakeLink) -> None:
    bar = RunBar(link)
    link.tell("runs", full=True, runs=[run(state="failed", error={"message": "no room left; make room"})])
    assert bar.run["fault"] == "no room left; make room"
    assert bar.run["fraction"] is None


def test_the_button_starts_what_the_app_says(link: FakeLink) -> None:
    bar = RunBar(link, start="Reconstruct volume")
    done: list[int] = []
    bar.on_start(lambda: done.append(1))
    bar.vue_begin()
    assert done == [1]


def test_the_log_asks_only_for_lines_it_does_not_have(link: FakeLink) -> None:
    lines = ["one", "two", "three"]
    link.answers["runs.log"] = lambda asked: {"lines": lines[asked["start"] : 2], "curves": {}}
    log = LogView(link, "r1")
    link.tell("runs", full=True, runs=[run(lines=2)])
    link.answers["runs.log"] = lambda asked: {"lines": lines[asked["start"] :], "curves": {}}
    link.tell("runs", full=False, runs=[run(lines=3)])
    assert log.lines == ("one", "two", "three")
    assert [asked["start"] for asked in link.asked_for("runs.log")] == [0, 2]


def test_the_log_has_one_request_under_way_and_catches_up(link: FakeLink) -> None:
    link.answers["runs.log"] = lambda asked: {
        "lines": [str(n) for n in range(asked["start"], 4)],
        "curves": {},
    }
    log = LogView(link, "r1")
    link.holding = True
    for lines in (1, 2, 4):
        link.tell("runs", full=lines == 1, runs=[run(lines=lines)])
    assert len(link.asked_for("runs.log")) == 1
    link.release()
    assert log.lines == ("0", "1", "2", "3")


def test_the_log_of_another_run_begins_anew(link: FakeLink) -> None:
    link.answers["runs.log"] = lambda asked: {"lines": [asked["run"]][asked["start"] :], "curves": {}}
    log = LogView(link, "r1")
    link.tell("runs", full=True, runs=[run("r1", lines=1), run("r2", lines=1)])
    log.show("r2")
    assert log.lines == ("r2",)


def test_the_list_says_name_shape_unit_and_size(link: FakeLink) -> None:
    objects = ObjectList(link, kinds=("array",))
    rest = {"memory": None, "can_undo": False, "can_redo": False}
    both = [an_object("volume", nbytes=1_700_000_000), an_object("page", kind="record")]
    link.tell("objects", full=True, objects=both, gone=[], **rest)
    assert [(row["name"], row["about"], row["unit"], row["size"]) for row in objects.rows] == [
        ("volume", "4 \N{MULTIPLICATION SIGN} 5", "px", "1.7 GB")
    ]


def test_what_is_selected_is_told_and_forgotten_when_it_goes(link: FakeLink) -> None:
    objects = ObjectList(link)
    chosen: list[str] = []
    objects.on_select(chosen.append)
    rest = {"memory": None, "can_undo": False, "can_redo": False}
    link.tell("objects", full=True, objects=[an_object("a")], gone=[], **rest)
    objects.vue_choose("a")
    link.tell("objects", full=False, objects=[], gone=["a"], **rest)
    assert chosen == ["a"]
    assert objects.selected == ""
