"""One slice through a whole workflow, what is wrong with it, what it costs, its run: as a page asks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import Session, Workflow, algorithm, open_file, progress
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge

CT = Workflow.load("ct").to_json()
ROW = {"row": [3, 4]}
PATIENCE = 60.0


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scan") / "scan.h5"
    make_ct(path, size=48, angles=60, rows=8, seed=3)
    return path


@pytest.fixture
def loaded(browser: Browser, tmp_path: Path, scan: Path) -> Browser:
    (tmp_path / "scan.h5").write_bytes(scan.read_bytes())
    browser.get("files.load", path="scan.h5")
    return browser


def shown(bridge: Bridge, browser: Browser, name: str = "~slice") -> Any:
    return bridge.shelf.find(browser.front, name)[1]


def objects(bridge: Bridge) -> dict[str, int]:
    store = bridge.engine.store
    return {name: store.describe(name).version for name in store}


# The slice.


def test_a_slice_is_the_one_that_a_run_gives(bridge: Bridge, loaded: Browser) -> None:
    reply = loaded.get("chain.show", workflow=CT, want=ROW)
    assert (reply["name"], reply["axes"], reply["shape"]) == ("~slice", ["row", "y", "x"], [1, 48, 48])
    volume = Workflow.load("ct").run(bridge.engine, here=True).result()["volume"]
    np.testing.assert_allclose(shown(bridge, loaded), volume[3:4], rtol=1e-4, atol=1e-6)


def test_the_axis_found_on_the_way_is_told_with_how_sure_it_is(bridge: Bridge, loaded: Browser) -> None:
    reply = loaded.get("chain.show", workflow=CT, want=ROW)
    Workflow.load("ct").run(bridge.engine, here=True).result()
    assert reply["values"] == {"center": bridge.engine.store["center"]}
    assert any("confidence" in line for line in reply["lines"])
    again = loaded.get("chain.show", workflow=CT, want={"row": [5, 6]})
    assert again["lines"] == reply["lines"]


def test_looking_leaves_no_trace_in_store_and_ledger(bridge: Bridge, loaded: Browser) -> None:
    before = objects(bridge)
    entries = len(bridge.engine.ledger)
    loaded.get("chain.show", workflow=CT, want=ROW)
    loaded.get("chain.plan", workflow=CT)
    assert objects(bridge) == before
    assert len(bridge.engine.ledger) == entries


def test_the_same_slice_is_there_already(loaded: Browser) -> None:
    assert not loaded.get("chain.show", workflow=CT, want=ROW)["held"]
    assert loaded.get("chain.show", workflow=CT, want=ROW)["held"]


def test_a_late_setting_does_not_redo_early_steps(bridge: Bridge, loaded: Browser) -> None:
    loaded.get("chain.show", workflow=CT, want=ROW)
    loaded.get("chain.show", workflow=CT, want=ROW, settings={"reconstruct.filter": "hann"})
    last = bridge.engine.last_block
    assert last is not None
    assert {label.split()[1] for label in last.report["steps"]} == {"ct.reconstruct", "ct.circular_mask"}


def test_a_setting_changes_the_slice(bridge: Bridge, loaded: Browser) -> None:
    loaded.get("chain.show", workflow=CT, want=ROW)
    first = shown(bridge, loaded).copy()
    loaded.get("chain.show", workflow=CT, want=ROW, settings={"center": 20.0})
    assert not np.allclose(first, shown(bridge, loaded))
    loaded.get("chain.show", workflow=CT, want=ROW, settings={"center": "auto"})
    np.testing.assert_array_equal(first, shown(bridge, loaded))


def test_a_name_on_the_way_can_be_shown(bridge: Bridge, loaded: Browser) -> None:
    reply = loaded.get("chain.show", workflow=CT, target="absorption", want=ROW, into="~before")
    assert (reply["name"], reply["axes"]) == ("~before", ["angle", "row", "column"])
    assert shown(bridge, loaded, "~before").shape == (60, 1, 48)


def test_a_value_is_told_and_not_shelved(loaded: Browser) -> None:
    reply = loaded.get("chain.show", workflow=CT, target="center")
    assert reply["name"] == ""
    assert list(reply["values"]) == ["center"]


def test_other_names_in_the_session_can_be_inputs(loaded: Browser) -> None:
    loaded.get("objects.rename", name="projections", new="mine")
    reply = loaded.get("chain.show", workflow=CT, want=ROW, inputs={"projections": "mine"})
    assert reply["shape"] == [1, 48, 48]


def test_new_data_under_an_old_name_are_looked_at_anew(bridge: Bridge, loaded: Browser) -> None:
    loaded.get("chain.show", workflow=CT, want=ROW)
    store = bridge.engine.store
    store.put("projections", store["projections"][...][:, ::-1].copy(), axes=("angle", "row", "column"))
    assert not loaded.get("chain.show", workflow=CT, want=ROW)["held"]


def test_what_a_run_made_is_not_computed_again_to_be_looked_at(bridge: Bridge, loaded: Browser) -> None:
    Workflow.load("ct").run(bridge.engine, here=True).result()
    before = objects(bridge)
    assert loaded.get("chain.show", workflow=CT, want=ROW)["held"]
    assert objects(bridge) == before


def test_a_missing_input_is_told_with_the_way_to_the_result(browser: Browser) -> None:
    error = browser.fail("chain.show", workflow=CT, want=ROW)
    assert error["kind"] == "WorkflowError"
    assert "there are no data yet" in error["message"]


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        ({"settings": {"reconstruct.filer": "hann"}}, "SettingError", "did you mean"),
        ({"want": {"rows": [0, 1]}}, "WorkflowError", "rows"),
        ({"want": {"row": [80, 81]}}, "WorkflowError", "runs from 0 to 8"),
        ({"want": {}}, "WorkflowError", "say which part"),
        ({"want": {}, "target": "absorption"}, "WorkflowError", "angle, row, column"),
        ({"target": "volum"}, "WorkflowError", "volume"),
        ({"into": "volume"}, "ValidationError", "into"),
    ],
)
def test_wrong_words_are_told(loaded: Browser, asked: dict[str, Any], kind: str, words: str) -> None:
    error = loaded.fail("chain.show", **{"workflow": CT, "want": ROW, **asked})
    assert error["kind"] == kind
    assert words in error["message"]
    assert not error["traceback"]


def test_a_file_that_vanished_is_told(loaded: Browser, tmp_path: Path, bridge: Bridge) -> None:
    bridge.engine.store["projections"].close()
    (tmp_path / "scan.h5").unlink()
    error = loaded.fail("chain.show", workflow=CT, want=ROW)
    assert "is gone" in error["message"]


# The shelf.


def test_every_view_works_on_the_shelf(bridge: Bridge, loaded: Browser) -> None:
    reply = loaded.get("chain.show", workflow=CT, want=ROW)
    opened = loaded.get("view.open", name="~slice")
    assert (opened["view"], opened["version"], opened["shown"]) == ("image", reply["version"], ["y", "x"])
    picture, buffers = loaded.ask("view.image", name="~slice", height=24, width=24)
    assert (picture["result"]["height"], len(buffers[0])) == (24, 24 * 24)
    assert loaded.get("view.histogram", name="~slice")["finite"] == 48 * 48
    index = {"row": 0, "y": 24, "x": 24}
    value = loaded.get("view.pixel", name="~slice", index=index)["value"]
    assert value == pytest.approx(float(shown(bridge, loaded)[0, 24, 24]))
    assert loaded.get("view.curve", name="~slice", along="x", index={"row": 0, "y": 24})["points"] == 48


def test_each_page_has_its_own_shelf(loaded: Browser, page: Callable[[], Browser]) -> None:
    loaded.get("chain.show", workflow=CT, want=ROW)
    error = page().fail("view.open", name="~slice")
    assert error["kind"] == "MissingObjectError"
    assert "ask for the slice again" in error["message"]


def test_the_shelf_of_a_page_goes_with_it(bridge: Bridge, loaded: Browser) -> None:
    loaded.get("chain.show", workflow=CT, want=ROW)
    assert bridge.shelf.nbytes > 0
    bridge.disconnect(loaded.front)
    assert bridge.shelf.nbytes == 0


def test_the_version_before_stays_for_a_page_that_still_shows_it(loaded: Browser) -> None:
    versions = [
        loaded.get("chain.show", workflow=CT, want={"row": [row, row + 1]})["version"] for row in range(3)
    ]
    assert versions == sorted(set(versions))
    assert loaded.get("view.open", name="~slice", version=versions[1])["version"] == versions[1]
    assert loaded.fail("view.open", name="~slice", version=versions[0])["kind"] == "MissingObjectError"


# Slow looks.

_GATE = threading.Event()
_BEGUN = threading.Semaphore(0)


@algorithm
def wait_here(image: np.ndarray[Any, Any], *, number: int = 0) -> np.ndarray[Any, Any]:
    """Work until the gate opens, or somebody says stop."""
    _BEGUN.release()
    for _turn in progress(range(100_000), text="waiting"):
        if _GATE.wait(0.01):
            break
    return image + number


@pytest.fixture
def slow(bridge: Bridge) -> Iterator[dict[str, Any]]:
    _GATE.clear()
    while _BEGUN.acquire(blocking=False):
        pass
    bridge.engine.store.put("a", np.zeros((4, 4), np.float32))
    workflow = Workflow("slow")
    workflow.add(wait_here, image="a", into="b")
    yield workflow.to_json()
    _GATE.set()


def test_a_slow_look_tells_how_far_it_is(browser: Browser, slow: dict[str, Any]) -> None:
    number = browser.post("chain.show", workflow=slow, view="main")
    event = browser.wait("chain")
    assert (event["view"], event["text"]) == ("main", "waiting")
    _GATE.set()
    assert browser.reply(number)[0]["ok"]


def test_only_the_newest_slow_look_counts(browser: Browser, slow: dict[str, Any]) -> None:
    first = browser.post("chain.show", workflow=slow, view="main")
    assert _BEGUN.acquire(timeout=PATIENCE)
    second = browser.post("chain.show", workflow=slow, view="main", settings={"number": 2})
    assert browser.reply(first)[0]["error"]["kind"] == "SupersededError"
    _GATE.set()
    assert browser.reply(second)[0]["ok"]


def test_looks_of_two_views_do_not_disturb_each_other(browser: Browser, slow: dict[str, Any]) -> None:
    numbers = [browser.post("chain.show", workflow=slow, view=view) for view in ("one", "two")]
    for _number in numbers:
        assert _BEGUN.acquire(timeout=PATIENCE)
    _GATE.set()
    assert all(browser.reply(number)[0]["ok"] for number in numbers)


@pytest.mark.parametrize("end", ["stop", "leave"])
def test_a_slow_look_ends_when_nobody_wants_it(
    bridge: Bridge, browser: Browser, slow: dict[str, Any], end: str
) -> None:
    number = browser.post("chain.show", workflow=slow, view="main")
    assert _BEGUN.acquire(timeout=PATIENCE)
    if end == "stop":
        browser.get("chain.stop", view="main")
    else:
        bridge.disconnect(browser.front)
    assert browser.reply(number)[0]["error"]["kind"] == "SupersededError"


# What is wrong.


def test_a_good_workflow_has_no_fault(loaded: Browser) -> None:
    found = loaded.get("chain.check", workflow=CT)
    assert (found["faults"], found["missing"]) == ([], [])
    assert found["outputs"] == ["volume"]


def test_every_fault_is_told_at_its_step_and_setting(loaded: Browser) -> None:
    wrong = Workflow.load("ct").to_json()
    wrong["steps"][1]["settings"] = {"search": 7}
    wrong["steps"][2]["settings"] = {"center": {"value_of": "center"}, "filter": "sharp", "method": 3}
    faults = loaded.get("chain.check", workflow=wrong)["faults"]
    assert {(fault["step"], fault["setting"]) for fault in faults} == {
        (1, "search"),
        (2, "filter"),
        (2, "method"),
    }


def test_missing_inputs_are_named(browser: Browser) -> None:
    assert browser.get("chain.check", workflow=CT)["missing"] == ["projections", "dark", "flat", "theta"]


@pytest.mark.parametrize("workflow", [{}, {"format": "other"}, {**CT, "steps": []}, {**CT, "steps": 7}])
def test_what_is_no_workflow_is_one_fault(browser: Browser, workflow: dict[str, Any]) -> None:
    faults = browser.get("chain.check", workflow=workflow)["faults"]
    assert [fault["step"] for fault in faults] == [-1]


# What it costs.


def test_a_plan_says_size_time_and_room(loaded: Browser) -> None:
    plan = loaded.get("chain.plan", workflow=CT, output="volume.h5")
    assert plan["outputs"] == [
        {"name": "volume", "shape": [8, 48, 48], "dtype": "float32", "nbytes": 8 * 48 * 48 * 4}
    ]
    assert plan["output_bytes"] == 8 * 48 * 48 * 4
    assert plan["measured"]
    assert plan["seconds"] > 0
    assert plan["free_bytes"] > 0
    assert plan["problem"] is None


def test_a_plan_of_a_part_is_smaller(loaded: Browser) -> None:
    assert loaded.get("chain.plan", workflow=CT, want={"row": [2, 4]})["outputs"][0]["shape"] == [2, 48, 48]


def test_a_plan_takes_its_time_from_recorded_runs(bridge: Bridge, loaded: Browser) -> None:
    Workflow.load("ct").run(bridge.engine, into="old", here=True).result()
    assert not loaded.get("chain.plan", workflow=CT, settings={"reconstruct.filter": "hann"})["measured"]


@pytest.mark.parametrize(
    ("output", "words"),
    [("none/volume.h5", "there is no folder"), ("/etc/volume.h5", "outside the allowed folders"), ("", None)],
)
def test_a_plan_tells_that_a_file_cannot_be_written(loaded: Browser, output: str, words: str | None) -> None:
    problem = loaded.get("chain.plan", workflow=CT, output=output)["problem"]
    assert words in problem["message"] if words else problem is None


# The run.


def test_a_run_into_a_file_gives_what_the_command_line_gives(
    bridge: Bridge, loaded: Browser, tmp_path: Path, scan: Path
) -> None:
    loaded.get("watch", topics=["runs"])
    run = loaded.get("chain.run", workflow=CT, settings={"reconstruct.filter": "hann"}, output="page.h5")
    assert loaded.finish(run["run"])["state"] == "done"
    with Session(device="cpu") as session:
        session.open(scan)
        other = tmp_path / "line.h5"
        settings = {"reconstruct.filter": "hann"}
        session.run_to_file(Workflow.load("ct"), other, settings=settings, here=True).result()
    assert [one.tobytes() for one in _volumes(tmp_path / "page.h5", other)] == [
        _volumes(other)[0].tobytes()
    ] * 2


def _volumes(*paths: Path) -> list[Any]:
    return [open_file(path)["volume"][...] for path in paths]


def test_a_run_after_looking_finds_the_same_axis(bridge: Bridge, loaded: Browser, tmp_path: Path) -> None:
    found = loaded.get("chain.show", workflow=CT, want=ROW)["values"]["center"]
    loaded.get("watch", topics=["runs"])
    loaded.finish(loaded.get("chain.run", workflow=CT, output="volume.h5")["run"])
    with h5py.File(tmp_path / "volume.h5") as file:
        assert file["entry/center" if "entry/center" in file else _find(file, "center")][()] == found


def _find(file: h5py.File, name: str) -> str:
    paths: list[str] = []
    file.visit(lambda path: paths.append(path) if path.rpartition("/")[2] == name else None)
    return paths[0]


def test_a_run_into_the_session_makes_objects(bridge: Bridge, loaded: Browser) -> None:
    loaded.get("watch", topics=["runs"])
    run = loaded.get("chain.run", workflow=CT, into="results", want=ROW)
    assert loaded.finish(run["run"])["state"] == "done"
    assert bridge.engine.store["results/volume"].shape == (1, 48, 48)


def test_a_run_can_be_cancelled_and_leaves_nothing(
    browser: Browser, slow: dict[str, Any], tmp_path: Path
) -> None:
    browser.get("watch", topics=["runs"])
    run = browser.get("chain.run", workflow=slow, output="slow.h5")["run"]
    assert _BEGUN.acquire(timeout=PATIENCE)
    browser.get("runs.cancel", run=run)
    assert browser.finish(run)["state"] == "cancelled"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("../volume.h5", "outside the allowed folders"),
        ("none/volume.h5", "there is no folder"),
        (".", "it is a folder"),
    ],
)
def test_a_run_to_where_nothing_can_be_written_does_not_start(
    loaded: Browser, bridge: Bridge, output: str, words: str
) -> None:
    assert words in loaded.fail("chain.run", workflow=CT, output=output)["message"]
    assert not bridge.engine.runs


def test_a_raw_scan_is_not_written_over(loaded: Browser, tmp_path: Path) -> None:
    before = (tmp_path / "scan.h5").read_bytes()
    loaded.get("watch", topics=["runs"])
    run = loaded.get("chain.run", workflow=CT, output="scan.h5")["run"]
    ended = loaded.finish(run)
    assert ended["state"] == "failed"
    assert "is not replaced" in ended["error"]["message"]
    assert (tmp_path / "scan.h5").read_bytes() == before


class _Remembers:
    """Stands in for a session: keeps what it is told to remember."""

    def __init__(self) -> None:
        self.asked = self
        self.told: list[tuple[str, Any]] = []

    def follow(self, _run: object, method: str, params: dict[str, Any]) -> None:
        self.told.append((method, params["output"]))


def test_a_session_remembers_a_run_that_was_asked(bridge: Bridge, loaded: Browser) -> None:
    session = _Remembers()
    bridge.session = session  # type: ignore[assignment]
    loaded.get("watch", topics=["runs"])
    loaded.finish(loaded.get("chain.run", workflow=CT, output="out.h5")["run"])
    assert session.told == [("chain.run", "out.h5")]


# Scans without angles.


@pytest.fixture
def blind(browser: Browser, tmp_path: Path, scan: Path) -> Browser:
    (tmp_path / "blind.h5").write_bytes(scan.read_bytes())
    with h5py.File(tmp_path / "blind.h5", "a") as file:
        del file["exchange/theta"]
    return browser


def test_a_scan_without_angles_says_what_to_do(blind: Browser) -> None:
    notes = blind.get("files.load", path="blind.h5")["notes"]
    assert any("no angles" in note for note in notes)
    assert blind.get("files.look", path="blind.h5")["missing"] == ["theta"]
    assert "theta" in blind.fail("chain.show", workflow=CT, want=ROW)["message"]


def test_angles_can_be_given_for_a_scan_without(bridge: Bridge, blind: Browser, scan: Path) -> None:
    reply = blind.get("files.load", path="blind.h5", theta={"last": 180})
    assert "theta" in reply["names"]
    assert reply["missing"] == []
    np.testing.assert_allclose(bridge.engine.store["theta"], open_file(scan)["theta"][...], atol=1e-12)
    assert blind.get("chain.show", workflow=CT, want=ROW)["shape"] == [1, 48, 48]


def test_angles_must_be_as_many_as_projections(blind: Browser) -> None:
    error = blind.fail("files.load", path="blind.h5", theta={"count": 61})
    assert "60 projections" in error["message"]
