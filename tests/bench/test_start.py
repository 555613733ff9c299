"""From an app's address to a page that answers: with and without a kernel that waits, and with the server's start."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING, Final

import pytest
from appservers import lay_app, serve
from servers import PATIENCE, wait_until

pytest.importorskip("playwright")

if TYPE_CHECKING:
    from pathlib import Path

    from appservers import Served
    from browsers import Browser
    from conftest import Publish

PAGE = "benchmarks-apps.md"
_PAGES: Final = 10
_SERVERS: Final = 2
_SMALL: Final = """
import ipyvuetify as v
from IPython.display import display
import daisy_lab.apps.workflow
display(v.Btn(children=["Ready"], class_="ready"))
"""


def _open(browser: Browser, served: Served, shown: str) -> tuple[float, float]:
    """Open the page in a fresh browser context; gives seconds until it says what starts, and until it is usable."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    try:
        page = context.new_page()
        begun = time.perf_counter()
        page.goto(served.opens, wait_until="commit")
        page.wait_for_selector("#loading, #rendered_cells", state="attached")
        said = time.perf_counter() - begun
        page.wait_for_selector(shown, timeout=2000 * PATIENCE)
        return said, time.perf_counter() - begun
    finally:
        context.close()


def _row(name: str, said: list[float], used: list[float]) -> str:
    ends = statistics.quantiles(used, n=20, method="inclusive")
    middle, last, first = statistics.median(used), ends[-1], statistics.median(said)
    return f"| {name} | {len(used)} | {first:.2f} | {middle:.2f} | {last:.2f} | {max(used):.2f} |"


def test_start(browser: Browser, tmp_path: Path, publish: Publish) -> None:
    rows = []
    for kind, app, shown in (
        ("a button", "small", ".ready"),
        ("CT reconstruction", "ct", ".daisy-button.is-main"),
    ):
        place = tmp_path / app
        place.mkdir()
        lay_app(place, "small", _SMALL)
        cold = []
        for number in range(_SERVERS):
            begun = time.perf_counter()
            with serve(place, app) as served:
                before = time.perf_counter() - begun
                said, used = _open(browser, served, shown)
                cold.append((before + said, before + used))
                if number < _SERVERS - 1:
                    continue
                rows.append(_row(f"{kind}, cold server", *map(list, zip(*cold, strict=True))))
                warm = []
                for turn in range(_PAGES):
                    wait_until(
                        lambda turn=turn: served.log.count("a kernel waits") > turn + 1, "a kernel waits"
                    )
                    warm.append(_open(browser, served, shown))
                rows.append(_row(f"{kind}, running server, warm kernel", *map(list, zip(*warm, strict=True))))
        os.environ["DAISY_LAB_WARM"] = "0"
        try:
            with serve(place, app) as served:
                _open(browser, served, shown)
                plain = [_open(browser, served, shown) for _turn in range(_PAGES // 2)]
        finally:
            del os.environ["DAISY_LAB_WARM"]
        rows.append(_row(f"{kind}, running server, no warm kernel", *map(list, zip(*plain, strict=True))))
    publish(
        [
            "Seconds from the address to the page",
            "",
            "| app and server | starts | says what starts, median | usable, median | usable, p95 | most |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )
