"""Many patterns at once give what each gives alone, in whatever blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab import LocalEngine, Workflow
from daisy_lab.algorithms.pdf import PdfKernel, Recipe, even_distances, patterns_to_gr
from daisy_lab.errors import DataError

if TYPE_CHECKING:
    from conftest import Known

    from daisy_lab.vocabulary import Array


def _patterns(nickel: Known, count: int) -> Array:
    noise = np.random.default_rng(5).normal(1, 0.01, (count, len(nickel.q)))
    return nickel.intensity * noise


def test_a_series_gives_what_each_pattern_gives(nickel: Known) -> None:
    patterns = _patterns(nickel, 37)
    made = patterns_to_gr(patterns, nickel.q, composition="Ni", qmax=22, rmax=10.0)
    for frame in (0, 15, 16, 36):
        alone = PdfKernel(nickel.q, patterns[frame]).curves(Recipe("Ni", "QA", qmax=22, rmax=10.0))
        assert np.allclose(made[frame], alone.gr, rtol=1e-10, atol=1e-12)
    assert made.shape[1] == len(even_distances(rmax=10.0))


def test_a_frame_with_holes_is_done_and_an_empty_one_is_not(nickel: Known) -> None:
    patterns = _patterns(nickel, 5)
    patterns[1, 40:44] = np.nan
    patterns[3] = np.nan
    made = patterns_to_gr(patterns, nickel.q, composition="Ni", rmax=10.0)
    assert np.isfinite(made[[0, 1, 2, 4]]).all()
    assert np.isnan(made[3]).all()


def test_blocks_of_a_series_have_the_bits_of_the_whole(nickel: Known) -> None:
    patterns = _patterns(nickel, 40)
    engine = LocalEngine(device="cpu")
    engine.store.put("patterns", patterns, axes=("frame", "point"))
    engine.store.put("x", nickel.q, axes=("point",))
    workflow = Workflow("series").add(
        "pdf.patterns_to_gr", patterns="patterns", x="x", composition="Ni", rmax=8.0
    )
    block = workflow.block("gr", engine, frame=slice(16, 32))
    assert np.array_equal(block, patterns_to_gr(patterns, nickel.q, composition="Ni", rmax=8.0)[16:32])
    engine.close()
    engine.store.close()


def test_what_is_no_series_is_told(nickel: Known) -> None:
    with pytest.raises(DataError, match=r"\(frame, point\)"):
        patterns_to_gr(nickel.intensity, nickel.q, composition="Ni")
