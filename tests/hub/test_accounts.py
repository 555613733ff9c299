"""Several users: accounts of this machine, none of whom can reach what is another's."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hubs import hub_or_skip
from processes import command_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubs import Hub, Visitor


class Person(NamedTuple):
    """An account that a test made, with its password."""

    name: str
    password: str

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.name).pw_uid

    @property
    def home(self) -> Path:
        return Path(pwd.getpwnam(self.name).pw_dir)

    def can(self, code: str, *arguments: str) -> bool:
        """Say whether a piece of Python goes well with the rights of this account."""
        entry = pwd.getpwnam(self.name)
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, *arguments],
            user=entry.pw_uid,
            group=entry.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
        return done.returncode == 0


_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
"""Where root's programs are, too."""
LIST = "import os, sys; os.listdir(sys.argv[1])"
READ = "import sys; open(sys.argv[1]).read()"


@pytest.fixture(scope="module")
def people() -> Iterator[list[Person]]:
    """Make two accounts; they go with the tests."""
    useradd, chpasswd, userdel = (
        shutil.which(name, path=_PATH) for name in ("useradd", "chpasswd", "userdel")
    )
    if os.geteuid() != 0 or not (useradd and chpasswd and userdel):
        pytest.skip("only root can make accounts, with useradd, chpasswd and userdel")
    made = [Person(f"daisy-t-{secrets.token_hex(3)}", secrets.token_hex(12)) for _number in range(2)]
    try:
        for person in made:
            subprocess.run([useradd, "--create-home", "--user-group", person.name], check=True)
            words = f"{person.name}:{person.password}".encode()
            subprocess.run([chpasswd], input=words, check=True, capture_output=True)
        yield made
    finally:
        for person in made:
            subprocess.run([userdel, "--remove", person.name], check=False, capture_output=True)


@pytest.fixture(scope="module")
def hub(people: list[Person]) -> Iterator[Hub]:
    allowed = [part for person in people for part in ("--allow", person.name)]
    yield from hub_or_skip("--pam", *allowed)


@pytest.fixture(scope="module")
def visitors(hub: Hub, people: list[Person]) -> list[Visitor]:
    """Have both logged in, each with a running server."""
    made = []
    for person in people:
        visitor = hub.visitor()
        assert visitor.log_in(person.name, person.password).url.endswith("/hub/home"), hub.log()
        visitor.start("page", user=person.name)
        visitor.wait_for("page", user=person.name)
        made.append(visitor)
    return made


def test_each_server_runs_as_its_user(hub: Hub, people: list[Person], visitors: list[Visitor]) -> None:
    servers = [pid for pid in hub.processes() if "serve_user" in command_of(pid)]
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in servers}
    assert owners == {person.uid for person in people}
    for visitor, person in zip(visitors, people, strict=True):
        assert visitor.get(f"/user/{person.name}/page/").status == 200


def test_nobody_opens_anothers_server(people: list[Person], visitors: list[Visitor]) -> None:
    answer = visitors[1].get(f"/user/{people[0].name}/page/")
    assert answer.status == 403
    status, _said = visitors[1].api(f"users/{people[0].name}/servers/page", "DELETE")
    assert status == 404


def test_nobody_reaches_anothers_sockets(people: list[Person], visitors: list[Visitor]) -> None:
    owner, other = people
    assert visitors
    runtime = Path("/run/daisy-lab") / str(owner.uid)
    assert runtime.stat().st_mode & 0o777 == 0o700
    assert owner.can(LIST, str(runtime))
    assert not other.can(LIST, str(runtime))


def test_nobody_reads_what_anothers_server_writes(people: list[Person], visitors: list[Visitor]) -> None:
    owner, other = people
    written = [path for path in owner.home.rglob("*") if path.is_file() and path.stat().st_mtime > 0]
    assert visitors
    mine = [path for path in written if ".local" in path.parts or ".jupyter" in path.parts]
    for path in mine:
        assert owner.can(READ, str(path))
        assert not other.can(READ, str(path)), path


def test_nobody_reads_the_hubs_state_or_logs(hub: Hub, people: list[Person], visitors: list[Visitor]) -> None:
    assert visitors
    assert (hub.state / "logs").is_dir()
    for person in people:
        assert not person.can(LIST, str(hub.state))


def test_a_server_does_not_know_the_hubs_secrets(hub: Hub, visitors: list[Visitor]) -> None:
    assert visitors
    held = [(hub.state / name).read_text() for name in ("proxy-token", "cookie-secret", "service-token")]
    for pid in hub.processes():
        if "serve_user" in command_of(pid):
            environment = Path(f"/proc/{pid}/environ").read_text()
            assert not any(secret in environment for secret in held)


def test_an_account_that_is_not_allowed_stays_out(hub: Hub) -> None:
    assert hub.visitor().log_in("root", "anything at all").status == 403
