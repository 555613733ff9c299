"""The packages that the how-to pages show are built from the pages themselves, installed and used."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_headers = Path(sysconfig.get_path("include")) / "Python.h"
needs_compiler = pytest.mark.skipif(
    not (shutil.which("cc") or shutil.which("gcc")) or not _headers.exists(),
    reason="no C compiler, or no Python.h: on Debian, apt-get install gcc python3-dev",
)

COMPILED = """
import threading
import numpy as np
from daisy_lab._algorithm import monitored, registry
from daisy_lab.errors import CancelledError

despeckle = registry.get("despeckle.despeckle")
"""


def test_the_plugin_of_the_page_is_found(
    install_page: Callable[[str], Path], run_with: Callable[[Path, str], str]
) -> None:
    site = install_page("add-an-algorithm.md")
    code = """
from daisy_lab._algorithm import registry
found = registry.get("counts.raise_counts")
print(found.version, found.validate({"lowest": "2"}), found.windows({})["row"].halo)
"""
    assert run_with(site, code).strip() == "daisy-counts 1.0 {'lowest': 2.0} 0"


@needs_compiler
def test_the_compiled_algorithm_of_the_page_works(
    install_page: Callable[[str], Path], run_with: Callable[[Path, str], str]
) -> None:
    site = install_page("compiled-algorithm.md")
    run_with(site, COMPILED + CORRECT)
    run_with(site, COMPILED + BLOCKS)
    run_with(site, COMPILED + CANCEL)


CORRECT = """
scan = np.random.default_rng(3).normal(1, 0.01, (7, 5, 300)).astype(np.float32)
spotted = scan.copy()
spotted[2, 1, 7] += 5
spotted[5, 4, 299] += 5
before, after = spotted[[0, 0, 1, 2, 3, 4, 5]], spotted[[1, 2, 3, 4, 5, 6, 6]]
middle = np.median([before, spotted, after], axis=0)
expected = np.where(spotted - middle > 0.2, middle, spotted)
repaired = despeckle(spotted, threshold=0.2)
assert repaired.dtype == np.float32
assert np.array_equal(repaired, expected)
assert (repaired != spotted).sum() == 2
assert despeckle.validate({})["threshold"] == 0.2
assert np.array_equal(despeckle(spotted.astype(">f8")[:, ::-1])[:, ::-1], expected)
spotted.setflags(write=False)
assert np.array_equal(despeckle(spotted), expected)
"""

BLOCKS = """
scan = np.random.default_rng(4).normal(1, 0.5, (9, 4, 50)).astype(np.float32)
whole = despeckle(scan)
reach = despeckle.windows({"threshold": 0.2})["angle"]
for lo in range(9):
    first = max(lo - reach.before, 0)
    piece = despeckle(scan[first : lo + 1 + reach.after])[lo - first]
    assert np.array_equal(piece, whole[lo]), lo
"""

CANCEL = """
class Stop:
    # The flag is raised from the first frame on, as if the user said stop while it ran.
    workers = 2
    def __init__(self): self.flag = np.zeros(1, np.uint8)
    def advance(self, done, total, text): self.flag[0] = done >= 1
    def log(self, line): pass

with monitored(Stop()):
    try:
        despeckle(np.ones((50, 64, 64), np.float32))
    except CancelledError:
        pass
    else:
        raise AssertionError("not cancelled")

from daisy_despeckle._kernel import ffi, lib
told = np.ones(1, np.uint8)
values = np.full(200_000, 3, np.float32)
out = np.zeros_like(values)
given = [ffi.from_buffer("float[]", item) for item in (values, values, values, out)]
assert lib.despeckle(*given, values.size, 0.2, ffi.from_buffer("unsigned char[]", told)) == 1
assert not out.any()
assert lib.despeckle(*given, values.size, 0.2, ffi.from_buffer("unsigned char[]", np.zeros(1, np.uint8))) == 0
assert np.array_equal(out, values)
"""
