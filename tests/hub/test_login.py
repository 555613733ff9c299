"""Who gets in, and who does not."""

from __future__ import annotations

import pwd
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.hub._password import Patience, hashed, is_right, new_password

if TYPE_CHECKING:
    from hubs import Hub, Visitor


def test_anonymous_visitors_land_on_the_login(hub: Hub) -> None:
    for path in ("/", "/hub/home", f"/user/{hub.user}/page/lab", "/hub/spawn"):
        answer = hub.visitor().get(path)
        assert "/hub/login" in answer.url
        assert 'name="password"' in answer.text


def test_the_printed_password_opens_the_picker(hub: Hub) -> None:
    answer = hub.visitor().log_in()
    assert answer.url.endswith("/hub/home")
    assert "What would you like to do?" in answer.text


def test_another_password_is_refused_in_words(hub: Hub) -> None:
    answer = hub.visitor().log_in(password=hub.user)
    assert answer.status == 403
    assert "That is not the password" in answer.text


def test_no_other_name_is_admitted_with_the_password(hub: Hub) -> None:
    answer = hub.visitor().log_in(user="somebody", password=hub.password)
    assert answer.status == 403


def test_nothing_runs_as_root(hub: Hub, visitor: Visitor) -> None:
    visitor.start("page")
    visitor.wait_for("page")
    assert pwd.getpwnam(hub.user).pw_uid != 0
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in hub.processes()}
    assert owners == {pwd.getpwnam(hub.user).pw_uid}


def test_the_state_is_its_owners_only(hub: Hub) -> None:
    assert hub.state.stat().st_mode & 0o777 == 0o700
    for path in hub.state.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_the_password_is_nowhere_on_disk(hub: Hub) -> None:
    for path in hub.state.rglob("*"):
        if path.is_file():
            assert hub.password.encode() not in path.read_bytes(), path


def test_a_second_hub_with_the_same_state_is_refused(hub: Hub) -> None:
    command = [sys.executable, "-m", "daisy_lab", "hub", "--port", "0", "--state", str(hub.state)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 3
    assert "a hub runs already" in done.stderr


def test_each_password_is_another_one() -> None:
    assert new_password() != new_password()


def test_only_the_password_fits_its_hash() -> None:
    kept = hashed("open sesame")
    assert is_right("open sesame", kept)
    assert not is_right("open barley", kept)
    assert not is_right("", "")


def test_after_five_wrong_passwords_the_next_one_waits() -> None:
    now = [0.0]
    patience = Patience(clock=lambda: now[0])
    for _wrong in range(4):
        patience.note_try()
        assert patience.seconds_left() == 0
    patience.note_try()
    assert patience.seconds_left() == 1
    now[0] += 1
    patience.note_try()
    assert patience.seconds_left() == 2


def test_patience_is_never_lost_for_long() -> None:
    patience = Patience(longest=60, clock=lambda: 0.0)
    for _wrong in range(1000):
        patience.note_try()
    assert patience.seconds_left() == 60


def test_a_right_password_makes_patience_new() -> None:
    patience = Patience(clock=lambda: 0.0)
    for _wrong in range(20):
        patience.note_try()
    patience.note_success()
    assert patience.seconds_left() == 0
