"""What benchmarks may ask for: a place on the page of figures, and a picture of them."""

from __future__ import annotations

import platform
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "benchmarks-ct.md"


@pytest.fixture
def publish() -> Callable[[str, Sequence[str]], None]:
    """Print a table, and put it on the page between its marks: `<!-- name -->` and `<!-- /name -->`."""

    def publish(name: str, lines: Sequence[str]) -> None:
        text = "\n".join(lines)
        print(f"\n{text}")  # noqa: T201
        page = PAGE.read_text("utf-8")
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        head, found, rest = page.partition(begin)
        _old, closed, tail = rest.partition(end)
        assert found, f"the page has no place for {name}: {begin}"
        assert closed, f"the page has no end for {name}: {end}"
        told = f"Measured {date.today():%Y-%m-%d}, Python {platform.python_version()}."  # noqa: DTZ011
        PAGE.write_text(f"{head}{begin}\n{text}\n\n{told}\n{end}{tail}", "utf-8")

    return publish
