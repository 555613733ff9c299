"""What the panels cost, and how soon they are answered: a real JupyterLab, a real browser, the clock in the page."""

from __future__ import annotations

import statistics
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from servers import Server

pytest.importorskip("playwright")

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from browsers import PageAt, Workbench
    from conftest import Publish

    Opened = Callable[..., AbstractContextManager[tuple[Server, Workbench]]]

PAGE = "benchmarks-workbench.md"
# Without our server extension the server leaves TCP's delay as it is.
_DELAYED: Final = "--ServerApp.jpserver_extensions={'daisy_lab.server': False}"
_PINGS: Final = 200
_CELLS: Final = 10
_ROUNDS: Final = 12
_REST: Final = 500  # milliseconds, until a panel that was opened has its list
_LOADS: Final = 5
_ARRAYS: Final = 200
_SIDE: Final = 1323  # 200 float32 arrays of this side are 1.4 GB
_NOGIL: Final = """
import time
import numba, numpy as np
from daisy_lab import engine, store
store['word'] = 'ping'
@numba.njit(nogil=True)
def spin(n):
    s = 0.0
    for i in range(n):
        s += np.sin(i)
    return s
spin(10)
def work(run):
    while not run.flag[0]:
        spin(10**7)
"""
_CONNECTION: Final = "window.jupyterapp.pluginRegistry._plugins.get('daisy-lab:connections').service.current"
_PING: Final = f"""async count => {{
    const connection = {_CONNECTION};
    const times = [];
    for (let n = 0; n < count; n++) {{
        const begun = performance.now();
        await connection.request('view.text', {{ name: 'word' }});
        times.push(performance.now() - begun);
        await new Promise(resolve => setTimeout(resolve, 20));
    }}
    return times;
}}"""
_NO_OP: Final = """async count => {
    const panel = [...window.jupyterapp.shell.widgets('main')].find(w => w.context?.path?.endsWith('.ipynb'));
    const { kernel } = panel.sessionContext.session;
    const times = [];
    for (let n = 0; n < count; n++) {
        const begun = performance.now();
        await kernel.requestExecute({ code: 'pass' }).done;
        times.push(performance.now() - begun);
    }
    return times;
}"""

_IS_THERE: Final = "window.jupyterapp.hasPlugin('daisy-lab:data')"
_FOLD: Final = """() => {
    const { shell } = window.jupyterapp;
    shell.collapseLeft();
    shell.collapseRight();
    shell.collapseDown();
}"""


@pytest.fixture
def opened(tmp_path: Path, page_at: PageAt, built: None) -> Opened:
    """Give what opens a notebook, its data panel in sight, at a server of its own."""

    @contextmanager
    def at(name: str, *options: str) -> Iterator[tuple[Server, Workbench]]:
        place = tmp_path / name
        place.mkdir()
        with Server(place, *options) as server, page_at(server.lab) as workbench:
            workbench.open(server.lab.notebook(f"{name}.ipynb"))
            workbench.show("data")
            yield server, workbench

    return at


def _row(name: str, times: list[float]) -> str:
    """Write milliseconds as a line of a table."""
    return f"| {name} | {statistics.median(times):.1f} | {_p95(times):.1f} | {max(times):.1f} |"


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def test_round_trip_of_a_question(opened: Opened, publish: Publish) -> None:
    taken: dict[str, list[float]] = {}
    for way, options in (("at once", ()), ("delayed", (_DELAYED,))):
        with opened(way.replace(" ", "-"), *options) as (_server, workbench):
            workbench.execute(_NOGIL)
            workbench.page.evaluate(_PING, 20)
            taken[f"idle kernel | {way}"] = workbench.page.evaluate(_PING, _PINGS)
            workbench.execute("run = engine.submit('spin', work)")
            taken[f"run without the lock (numba, nogil) | {way}"] = workbench.page.evaluate(_PING, _PINGS)
            workbench.execute("run.cancel()")
            workbench.start("while True: sum(range(1000))")
            taken[f"pure-Python loop in a cell | {way}"] = workbench.page.evaluate(_PING, _PINGS)
            assert workbench.is_running()

    lines = ["| kernel | small frames | median ms | p95 ms | most ms |", "|---|---|---|---|---|"]
    publish(
        [
            "Round trip of `view.text`, browser to kernel and back",
            *lines,
            *map(_row, *zip(*sorted(taken.items()), strict=True)),
        ]
    )
    assert _p95(taken["idle kernel | at once"]) < 50
    assert statistics.median(taken["idle kernel | at once"]) < statistics.median(
        taken["idle kernel | delayed"]
    )


def test_no_op_cell_with_panels_open_and_closed(opened: Opened, publish: Publish) -> None:
    with opened("cells") as (_server, workbench):
        workbench.execute(
            "import numpy as np\nfrom daisy_lab import store\n"
            f"for n in range({_ARRAYS}): store[f'x{{n}}'] = np.zeros(({_SIDE}, {_SIDE}), np.float32)"
        )
        workbench.object("x0").wait_for()
        taken: dict[str, list[float]] = {"open": [], "closed": []}
        for _round in range(_ROUNDS):
            # Rounds alternate, so drift hits both alike.
            for panel in ("algorithms", "data", "runs"):
                workbench.show(panel)
            workbench.page.wait_for_timeout(_REST)
            taken["open"] += workbench.page.evaluate(_NO_OP, _CELLS)
            workbench.page.evaluate(_FOLD)
            for panel in ("algorithms", "data", "runs"):
                workbench.panel(panel).wait_for(state="hidden")
            workbench.page.wait_for_timeout(_REST)
            taken["closed"] += workbench.page.evaluate(_NO_OP, _CELLS)

    lines = ["| panels | median ms | p95 ms | most ms |", "|---|---|---|---|"]
    publish(
        [
            "The cell `pass`, 200 arrays (1.4 GB) in the store",
            *lines,
            *map(_row, *zip(*taken.items(), strict=True)),
        ]
    )
    assert statistics.median(taken["open"]) < 1.3 * statistics.median(taken["closed"]) + 5


def test_time_to_open(opened: Opened, publish: Publish) -> None:
    with opened("open") as (server, workbench):
        taken: dict[str, list[float]] = {
            "without the extension": [],
            "with it": [],
            "with it, until the list is there": [],
        }
        for _time in range(_LOADS):
            server.disable_extension(disabled=True)
            workbench.page.reload()
            taken["without the extension"].append(_idle(workbench))
            assert not workbench.page.evaluate(_IS_THERE)
            server.disable_extension(disabled=False)
            workbench.page.reload()
            taken["with it"].append(_idle(workbench))
            assert workbench.page.evaluate(_IS_THERE)
            # A page without the panel may have saved a layout without it.
            workbench.show("data").get_by_text("Nothing is stored yet").wait_for()
            taken["with it, until the list is there"].append(
                float(workbench.page.evaluate("performance.now()"))
            )

    lines = ["| JupyterLab with one notebook | median ms | p95 ms | most ms |", "|---|---|---|---|"]
    publish(
        [
            "From the reload of the page to an idle kernel",
            *lines,
            *map(_row, *zip(*taken.items(), strict=True)),
        ]
    )


def _idle(workbench: Workbench) -> float:
    """Wait until the notebook's kernel is idle, and give the milliseconds since the page was asked for."""
    workbench.wait_for_kernel()
    return float(workbench.page.evaluate("performance.now()"))
