"""The page beside a store that changes a thousand times a second for long: it stays responsive, and nothing is left."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest
import storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsers import Workbench
    from servers import Lab

pytestmark = [pytest.mark.soak, pytest.mark.browser]

SECONDS = 10
VISITS = 20
RELOADS = 5
# Seconds after which a page that fell silent is no longer told anything, at the latest.
FORGOTTEN = 150
# What a view is made of: the page's own words for its kinds of objects.
REMEMBER = """() => {
    const views = [...window.jupyterapp.shell.widgets('main')].map(area => area.content);
    const view = views.find(one => one?.subjects);
    const [kind, picture, subject] = [view, [...view.models.values()][0], view.subjects[0]].map(Object.getPrototypeOf);
    window.daisyKinds = { view: kind, picture, subject };
    return Object.keys(window.daisyKinds);
}"""


def test_ten_thousand_changes_leave_the_page_responsive(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("storm.ipynb"))
    storm.prepare(workbench)
    # Once for what JupyterLab makes only once, as the notebook is saved after a while.
    storm.blow(workbench, SECONDS)
    before = storm.left(workbench)

    felt = storm.blow(workbench, SECONDS)

    after = storm.left(workbench)
    slow = sorted(felt.frames)[int(0.99 * len(felt.frames))]
    print(  # noqa: T201 - who soaks wants to see
        f"\n{SECONDS * storm.PACE} puts and deletes in {felt.seconds:.1f} s: {felt.events} events,"
        f" {len(felt.frames)} frames, median {statistics.median(felt.frames):.0f} ms, p99 {slow:.0f} ms,"
        f" longest {max(felt.frames):.0f} ms\nbefore {before}\nafter  {after}"
    )
    assert felt.events <= felt.seconds / 0.08 + 3
    assert slow < 50
    assert max(felt.frames) < 500
    assert after[:3] == before[:3]
    assert after.listeners <= before.listeners + 20
    assert after.nodes <= before.nodes + 50
    assert after.heap <= before.heap + (4 << 20)


def test_views_that_come_and_go_leave_nothing_of_ours(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("visits.ipynb"))
    (lab.root / "peer.txt").write_text("A peer.", "utf-8")
    storm.prepare(workbench)
    workbench.execute("store['picture'] = np.random.default_rng(0).random((64, 64))")
    page = workbench.page
    kinds: set[str] = set()

    def look() -> None:
        workbench.object("picture").dblclick()
        workbench.painted()
        kinds.update(page.evaluate(REMEMBER))
        close(".jp-DaisyLook")

    def read() -> None:
        workbench.command("docmanager:open", path="peer.txt")
        page.locator(".jp-FileEditor .cm-content").wait_for()
        close(".jp-FileEditor")

    def close(what: str) -> None:
        workbench.command("application:close")
        page.locator(what).wait_for(state="detached")

    def grown(visit: Callable[[], None]) -> storm.Left:
        for _time in range(3):
            visit()
        before = storm.left(workbench)
        for _time in range(VISITS):
            visit()
        return storm.Left(*(now - then for now, then in zip(storm.left(workbench), before, strict=True)))

    # JupyterLab keeps some of each tab that was closed: a view of ours leaves about what its text file does,
    # and none of the objects that a view is made of.
    ours, theirs = grown(look), grown(read)
    print(f"\n{VISITS} views:      {ours}\n{VISITS} text files: {theirs}")  # noqa: T201 - likewise
    assert ours[:3] == (0, 0, 0)
    assert ours.listeners <= 1.5 * theirs.listeners
    assert ours.nodes <= theirs.nodes
    assert kinds == {"view", "picture", "subject"}
    for kind in kinds:
        assert storm.instances(workbench, f"window.daisyKinds.{kind}") == 0, f"a closed {kind} is still there"


def test_pages_that_are_loaded_anew_leave_nothing_in_the_kernel(workbench: Workbench, lab: Lab) -> None:
    workbench.open(lab.notebook("reloads.ipynb"))
    storm.prepare(workbench)
    before = storm.left(workbench)
    for _time in range(RELOADS):
        workbench.reload()
        workbench.show("data")
        workbench.object("calm").wait_for()
    after = storm.left(workbench)

    # A page that is left says so, if it has the time. One that had none is asked after a minute, and gone after two.
    waited = time.monotonic()
    while (now := storm.left(workbench)).fronts > before.fronts and time.monotonic() < waited + FORGOTTEN:
        workbench.execute("store['calm'] = time.time()")
        workbench.page.wait_for_timeout(2000)

    waited = time.monotonic() - waited
    print(f"\n{RELOADS} reloads: {before[:3]}, then {after[:3]}, after {waited:.0f} s {now[:3]}")  # noqa: T201 - likewise
    assert now[:2] == before[:2]
    assert now.threads <= before.threads + RELOADS
