"""The axis of a scan in a file: a band of rows is read, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab import LocalEngine, Workflow, middle, open_file, ref
from daisy_lab.algorithms import ct
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path

_ROWS, _VIEWS, _WIDTH, _BAND = 80, 90, 64, 4


@pytest.mark.parametrize("name", ["find_center", "compare_centers"])
def test_only_the_band_is_read(name: str, tmp_path: Path) -> None:
    truth = make_ct(tmp_path / "scan.h5", size=_WIDTH, angles=_VIEWS, rows=_ROWS)
    engine = LocalEngine(workers=2)
    file = open_file(tmp_path / "scan.h5")
    for part in ("projections", "flat", "dark", "theta"):
        engine.store.put(part, file[part])
    chain = Workflow("axis")
    chain.add(ct.normalize, into="transmission", projections="projections", dark="dark", flat="flat")
    chain.add(ct.minus_log, into="absorption", transmission="transmission")
    step = getattr(ct, name)
    outputs = tuple(port.name for port in step.outputs)
    chain.add(step, into=outputs, absorption=ref("absorption", row=middle(_BAND)), theta="theta")
    run = chain.run(engine)
    found = run.result(60)
    assert found["center"] == pytest.approx(truth.center, abs=0.1)
    views, frames = (
        sum(engine.store[part].shape[0] * engine.store[part].dtype.itemsize for part in parts) * _WIDTH
        for parts in (("projections",), ("flat", "dark"))
    )
    # Flats and darks of the band are read once per block of views; nothing outside the band is.
    most = _BAND * (views + 12 * frames) + _VIEWS * engine.store["theta"].dtype.itemsize
    assert _BAND * (views + frames) <= run.report["bytes_read"] <= most < 0.5 * _ROWS * views
    engine.close()
    engine.store.close()
