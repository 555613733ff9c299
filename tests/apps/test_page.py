"""What a page's address asks for, and how its state is kept: the newest counts, and nothing is asked twice."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab._detached import Answer, LostError, RemoteError
from daisy_lab._messages import ErrorInfo
from daisy_lab.apps._page import Asked, Keeper, asked_for
from daisy_lab.apps._result import Result, steps_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class Told:
    """Keeps what a page says of keeping."""

    def __init__(self) -> None:
        self.kept = 0
        self.said: list[str] = []

    def save_at(self) -> None:
        self.kept += 1

    def say(self, text: str, kind: str, key: str) -> None:
        assert (kind, key) == ("warn", "kept")
        self.said.append(text)

    def unsay(self, key: str) -> None:
        assert key == "kept"


def _keeper(link: Any, name: str = "page") -> tuple[Keeper, Told, list[dict[str, Any]]]:
    told, taken = Told(), []
    return Keeper(link, name, told, taken.append), told, taken  # type: ignore[arg-type]


class SlowLink:
    """A session that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any], Future[Answer]]] = []

    def ask(self, method: str, params: Mapping[str, Any]) -> Future[Answer]:
        future: Future[Answer] = Future()
        self.asked.append((method, params, future))
        return future


def test_an_address_names_files_and_a_session() -> None:
    asked = asked_for("ct", {"QUERY_STRING": "open=a%20b.h5&open=dark/c.h5&session=night.2"})
    assert asked == Asked("ct", "night.2", ("a b.h5", "dark/c.h5"))


@pytest.mark.parametrize(
    "query", ["", "session=", "session=../x", "session=a%2Fb", "session=.x", "session=a%0A"]
)
def test_what_is_no_name_of_a_session_gives_the_apps_own(query: str) -> None:
    assert asked_for("ct", {"QUERY_STRING": query}).session == "ct"


def test_while_one_state_is_kept_only_the_newest_waits() -> None:
    link = SlowLink()
    keeper, told, _taken = _keeper(link)
    for number in range(5):
        keeper.put({"number": number}, f"step {number}")
    assert [params["value"] for _method, params, _future in link.asked] == [{"number": 0}]
    link.asked[0][2].set_result(Answer({"version": 1}))
    assert [params["note"] for _method, params, _future in link.asked] == ["step 0", "step 4"]
    link.asked[1][2].set_result(Answer({"version": 2}))
    assert len(link.asked) == 2
    assert told.kept == 2


def test_a_state_that_was_refused_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    link = SlowLink()
    keeper, told, _taken = _keeper(link)
    keeper.put({"number": 0})
    keeper.put({"number": 1})
    link.asked[0][2].set_exception(OSError("disk full"))
    assert link.asked[1][1]["value"] == {"number": 1}
    assert "disk full" in caplog.text
    assert told.said == ["The last change was not kept: disk full"]


def test_a_state_whose_answer_was_lost_is_kept_with_the_next() -> None:
    link = SlowLink()
    keeper, told, _taken = _keeper(link)
    keeper.put({"number": 0})
    link.asked[0][2].set_exception(LostError("the session is gone"))
    assert told.said == [
        "The last change was not kept: the session is gone. It is still on this page, and is kept with the next one."
    ]
    keeper.put({"number": 1})
    assert link.asked[1][1]["based_on"] == 0


def test_without_a_record_there_is_no_state() -> None:
    link = SlowLink()
    found: list[Any] = []
    _keeper(link)[0].get(found.append)
    link.asked[0][2].set_exception(KeyError("ct_page"))
    assert found == [None]


def test_one_plane_of_a_stack_is_wanted_and_stays_inside() -> None:
    stack = Result(("row", "y", "x"), (8, 4, 4))
    assert stack.middle == 4
    assert [stack.want(plane) for plane in (-1, 3, 99)] == [{"row": [0, 1]}, {"row": [3, 4]}, {"row": [7, 8]}]
    assert Result(("y", "x"), (4, 4)).want(3) == {}


def test_settings_that_other_steps_find_are_told_apart() -> None:
    workflow = {
        "steps": [
            {"workflow": "nested"},
            {"algorithm": "ct.reconstruct", "settings": {"center": {"value_of": "center"}, "filter": "hann"}},
        ]
    }
    (step,) = steps_of(workflow)
    assert (step["number"], step["algorithm"], step["bound"]) == (1, "ct.reconstruct", ["center"])


class TwoWindows:
    """A session that holds one record, and tells every window when another version is current."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self.version = 0
        self._heard: list[Any] = []

    def window(self) -> Window:
        return Window(self)

    def put(self, asked: Mapping[str, Any]) -> Answer:
        if asked.get("based_on", self.version) != self.version:
            message = "changed in another window"
            raise ValueError(message)
        self.version, self.value = self.version + 1, dict(asked["value"])
        self.tell()
        return Answer({"version": self.version, "changed": True})

    def tell(self) -> None:
        for hear in tuple(self._heard):
            hear(self.event())

    def event(self) -> dict[str, Any]:
        about = [{"name": "page", "version": self.version}] if self.version else []
        return {"full": True, "objects": about, "gone": []}


class Window:
    """One link to it."""

    def __init__(self, session: TwoWindows) -> None:
        self._session = session

    def ask(
        self, method: str, params: Mapping[str, Any] | None = None, _buffers: object = ()
    ) -> Future[Answer]:
        future: Future[Answer] = Future()
        session = self._session
        try:
            if method == "records.put":
                future.set_result(session.put(params or {}))
            elif session.version:
                future.set_result(Answer({"value": session.value, "version": session.version}))
            else:
                future.set_exception(
                    RemoteError(ErrorInfo(kind="MissingObjectError", message="no such record"))
                )
        except ValueError as error:
            future.set_exception(error)
        return future

    def on(self, event: str, listener: Any) -> Any:
        if event == "objects":
            self._session._heard.append(listener)
        return lambda: None

    def watch(self, _topics: object, _language: str = "") -> None:
        self._session.tell()


def _keepers(session: TwoWindows) -> list[tuple[Keeper, list[Any], list[str]]]:
    made = []
    for _number in range(2):
        keeper, told, taken = _keeper(session.window())
        keeper.get(lambda _value: None)
        made.append((keeper, taken, told.said))
    return made


def test_a_change_of_one_window_is_taken_by_the_other_alone() -> None:
    (one, by_one, _), (_two, by_two, _) = _keepers(TwoWindows())
    one.put({"axis": 3})
    assert by_two == [{"axis": 3}]
    assert by_one == []


def test_the_change_that_came_second_is_refused_in_words_and_the_first_is_shown() -> None:
    session = TwoWindows()
    (one, _, _), (two, by_two, failed) = _keepers(session)
    one.put({"axis": 3})
    by_two.clear()
    heard, session._heard = session._heard, []
    one.put({"axis": 4})
    two.put({"axis": 9})
    assert failed == ["The last change was not kept: changed in another window"]
    session._heard = heard
    session.tell()
    assert by_two == [{"axis": 4}]
    two.put({"axis": 5})
    assert session.value == {"axis": 5}


def test_late_news_of_an_older_version_does_not_take_a_change_back() -> None:
    session = TwoWindows()
    (one, taken, _), _other = _keepers(session)
    one.put({"axis": 3})
    late = session.event()
    one.put({"axis": 4})
    for hear in session._heard:
        hear(late)
    assert taken == []
    assert session.value == {"axis": 4}


def test_what_was_undone_to_the_very_beginning_can_be_changed_again() -> None:
    session = TwoWindows()
    (one, taken, failed), _other = _keepers(session)
    one.put({"axis": 3})
    session.version = 0
    session.tell()
    one.put({"axis": 4})
    assert (failed, taken) == ([], [])
    assert session.value == {"axis": 4}


def test_what_a_page_does_meanwhile_overwrites_nothing_that_it_does_not_show_yet() -> None:
    session, later = TwoWindows(), []
    told, taken = Told(), []
    busy = Keeper(session.window(), "page", told, taken.append, later.append)  # type: ignore[arg-type]
    busy.get(lambda _value: None)
    (other, _, _), _third = _keepers(session)
    other.put({"axis": 3})
    busy.put({"file": "b.h5"})
    assert told.said == ["The last change was not kept: changed in another window"]
    assert session.value == {"axis": 3}
    later[-1]()
    assert taken == [{"axis": 3}]
    busy.put({"axis": 4})
    assert session.value == {"axis": 4}
