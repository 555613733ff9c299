"""The journal: whole lines survive a kill, a torn one is skipped and told."""

from __future__ import annotations

import os
import resource
import threading
from typing import TYPE_CHECKING

import pytest

from daisy_lab._journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    made = Journal(path)
    yield made
    made.close()


def test_records_are_read_by_topic_in_their_order(journal: Journal) -> None:
    for number in range(3):
        journal.append("store", {"number": number})
        journal.append("ledger", {"text": "a\nb \u4e2d"})
    assert list(journal.read("store")) == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert list(journal.read("ledger")) == [{"text": "a\nb \u4e2d"}] * 3
    assert list(journal.read("nothing")) == []


def test_it_goes_on_where_it_was(path: Path) -> None:
    for number in range(3):
        journal = Journal(path)
        journal.append("store", {"number": number})
        journal.close()
        journal.close()
    journal = Journal(path)
    assert [record["number"] for record in journal.read("store")] == [0, 1, 2]
    journal.close()


@pytest.mark.parametrize(
    "torn", ['["store",{"num', "[", '["store"', "5", "[1,2,3]", '["store",{}]x', "\0\0\0"]
)
def test_a_torn_line_is_skipped_and_told(path: Path, torn: str, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal(path)
    journal.append("store", {"number": 0})
    journal.close()
    with path.open("a") as file:
        file.write(torn)
    journal = Journal(path)
    journal.append("store", {"number": 1})
    assert [record["number"] for record in journal.read("store")] == [0, 1]
    assert "line 2" in caplog.text
    journal.close()


def test_no_byte_of_a_cut_journal_does_harm(path: Path) -> None:
    journal = Journal(path)
    for number in range(3):
        journal.append("store", {"number": number})
    journal.close()
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        journal = Journal(path)
        journal.append("store", {"number": 9})
        found = [record["number"] for record in journal.read("store")]
        complete = whole[:length].count(b"\n") + (whole[length : length + 1] == b"\n")
        assert found == [*range(complete), 9]
        journal.close()


def test_threads_never_mix_their_lines(journal: Journal) -> None:
    def append(number: int) -> None:
        for _again in range(100):
            journal.append("store", {"text": str(number) * 500})

    threads = [threading.Thread(target=append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = [record["text"] for record in journal.read("store")]
    assert sorted(texts) == sorted(str(number) * 500 for number in range(4) for _again in range(100))


def test_a_write_that_fails_half_way_spoils_no_later_record(path: Path) -> None:
    journal = Journal(path)
    journal.append("store", {"number": 0})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            journal.append("store", {"number": 1, "text": "x" * 100})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    journal.append("store", {"number": 2})
    assert [record["number"] for record in journal.read("store")] == [0, 2]
    journal.close()


def test_only_its_owner_may_read_it(journal: Journal, path: Path) -> None:
    journal.append("store", {})
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == os.getuid()
