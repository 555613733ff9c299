"""What benchmarks may ask for: a place on a page of figures."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Publish = Callable[[Sequence[str]], None]

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def publish(request: pytest.FixtureRequest) -> Iterator[Publish]:
    """Print tables, and at the end put those of this file on its page between its marks.

    The marks of `test_fbp.py` are `<!-- fbp -->` and `<!-- /fbp -->`. A line before a table is its caption. The page is
    `benchmarks-ct.md` unless the file names another one as `PAGE`.
    """
    tables: list[str] = []
    load = os.getloadavg()[0]

    def take(lines: Sequence[str]) -> None:
        words = [line.strip("\n") for line in lines]
        caption = words.pop(0) if not words[0].startswith("|") else ""
        tables.append("\n\n".join(part for part in (caption, "\n".join(words)) if part))
        print(f"\n{tables[-1]}")  # noqa: T201

    yield take
    page = REFERENCE / getattr(request.module, "PAGE", "benchmarks-ct.md")
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    head, found, rest = page.read_text("utf-8").partition(f"<!-- {name} -->\n")
    _old, closed, tail = rest.partition(f"<!-- /{name} -->")
    if tables and found and closed:
        text = "\n\n".join(tables)
        told = (
            f"Measured {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()}; load of the machine"
            f" {load:.1f} before, {os.getloadavg()[0]:.1f} after."
        )
        page.write_text(f"{head}{found}\n{text}\n\n{told}\n\n{closed}{tail}", "utf-8")
