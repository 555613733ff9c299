"""How quickly one slice follows a setting through the whole chain, and what the first look at a row costs."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest

from daisy_lab import Session, Workflow
from daisy_lab._bridge import Bridge
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conftest import Publish

PAGE = "benchmarks-apps.md"
_SIZE, _ANGLES, _ROWS = 1024, 1500, 1024
_KNOWN_ROWS = 32
_TURNS = 40
_CAPTION = (
    "One slice of {size} x {size} pixels through the whole workflow `ct` ({angles} projections; flat-field, logarithm, "
    "axis, filtered back-projection, mask), from the request to the picture of 700 x 700 pixels; the scan has 3 GB in "
    "frames compressed with gzip. The first look at a row decodes the band around it: {first:.1f} s with the search of "
    "the axis and all compiling, during which the page was told {told} times how far it is."
)
CT = Workflow.load("ct").to_json()


class Page:
    """A page that waits for every answer."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._replies: list[dict[str, Any]] = []
        self.told = 0
        self.front = bridge.connect(self)

    def send(self, data: dict[str, Any], buffers: Sequence[Any] | None = None) -> None:  # noqa: ARG002 - a channel
        if "reply" in data:
            self._replies.append(data["reply"])
        else:
            self.told += 1

    def close(self) -> None:
        """Nothing holds it."""

    def ask(self, method: str, **params: Any) -> float:
        """Ask, wait, and give the milliseconds it took."""
        begin = time.perf_counter()
        self._bridge.hear(self.front, {"id": 1, "method": method, "params": params})
        while not self._replies:
            time.sleep(0.0005)
        took = 1e3 * (time.perf_counter() - begin)
        reply = self._replies.pop()
        assert reply["ok"], reply["error"]["message"]
        return took

    def show(self, row: int, **settings: Any) -> float:
        """Ask for a slice and its picture, as a page does at every move of a slider."""
        want = {"row": [row, row + 1]}
        slice_ = self.ask("chain.show", workflow=CT, settings=settings, want=want, view="main")
        return slice_ + self.ask("view.image", name="~slice", height=700, width=700, view="main")


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a scan stored frame by frame and compressed, 3 GB once decoded; its rows repeat a smaller one's."""
    folder = tmp_path_factory.mktemp("scan")
    make_ct(folder / "small.h5", size=_SIZE, angles=_ANGLES, rows=_KNOWN_ROWS, seed=1)
    with h5py.File(folder / "small.h5") as small, h5py.File(folder / "scan.h5", "w") as large:
        for name in ("data", "data_dark", "data_white"):
            source = small[f"exchange/{name}"]
            made = large.create_dataset(
                f"exchange/{name}",
                (len(source), _ROWS, _SIZE),
                np.uint16,
                chunks=(1, _ROWS, _SIZE),
                compression="gzip",
                compression_opts=1,
                shuffle=True,
            )
            for number in range(len(source)):
                made[number] = np.tile(source[number], (_ROWS // _KNOWN_ROWS, 1))
        small.copy("exchange/theta", large["exchange"])
    return folder


@pytest.fixture
def page(scan: Path) -> Iterator[Page]:
    with Session(device="cpu") as session:
        bridge = Bridge(session.engine, (scan,))
        made = Page(bridge)
        made.ask("files.load", path="scan.h5")
        yield made
        bridge.close()


def _line(what: str, once: Callable[[int], float]) -> str:
    times = sorted(once(turn) for turn in range(_TURNS))
    p95 = times[int(0.95 * len(times))]
    return f"| {what} | {statistics.median(times):.0f} ms | {p95:.0f} ms | {times[-1]:.0f} ms |"


def test_a_slice_follows_a_setting(page: Page, publish: Publish) -> None:
    middle = _ROWS // 2
    first = page.show(middle)
    told = page.told
    lines = [
        _line("another row of the band", lambda turn: page.show(middle - _TURNS // 2 + turn)),
        _line("another rotation axis", lambda turn: page.show(middle, center=505 + turn / 10)),
        _line("another width of the mask", lambda turn: page.show(middle, ratio=0.5 + turn / 100)),
        _line("a setting that was there before", lambda turn: page.show(middle, center=505 + turn % 5 / 10)),
    ]
    publish(
        [
            _CAPTION.format(size=_SIZE, angles=_ANGLES, first=first / 1e3, told=told),
            "| What changes | median | p95 | worst |",
            "|---|---|---|---|",
            *lines,
        ]
    )
