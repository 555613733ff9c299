from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab.errors import FileError, FileFormatError
from daisy_lab.io import open_file, reopen
from daisy_lab.vocabulary import LazyArray

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array

part = st.one_of(
    st.integers(-4, 3),
    st.slices(4),
    st.builds(slice, st.none(), st.none(), st.sampled_from([-2, -1, 2, 3])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(index=st.lists(part, max_size=3).map(tuple), at=st.integers(0, 3))
def test_any_index_gives_what_numpy_gives(
    exchange: Path, frames: Callable[..., Array], index: tuple[int | slice, ...], at: int
) -> None:
    full = (*index[:at], ..., *index[at:])
    np.testing.assert_array_equal(open_file(exchange)["projections"][full], frames(5)[full])


def test_it_is_a_lazy_array(exchange: Path) -> None:
    assert isinstance(open_file(exchange)["projections"], LazyArray)


def test_int_outside_the_axis_names_axis_and_length(exchange: Path) -> None:
    with pytest.raises(IndexError, match=r"index 5 is outside axis 0 of length 5"):
        open_file(exchange)["projections"][5]


def test_too_many_indices_are_refused(exchange: Path) -> None:
    with pytest.raises(IndexError, match="3 axes"):
        open_file(exchange)["projections"][0, 0, 0, 0]


def test_a_mask_as_index_is_refused(exchange: Path) -> None:
    with pytest.raises(TypeError, match="ints, slices"):
        open_file(exchange)["projections"][np.array([True])]  # type: ignore[index]


def test_iterating_gives_the_frames_and_ends(exchange: Path) -> None:
    assert [int(frame[0, 0]) for frame in open_file(exchange)["projections"]] == [0, 100, 200, 300, 400]


def test_a_block_is_the_callers_own(exchange: Path) -> None:
    lazy = open_file(exchange)["projections"]
    lazy[0][...] = 7
    assert lazy[0, 0, 0] == 0


def test_pickled_array_reads_the_same_in_another_process(exchange: Path, tmp_path: Path) -> None:
    lazy = open_file(exchange)["theta"]
    (tmp_path / "array.pickle").write_bytes(pickle.dumps(lazy))
    code = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb'))[...].tolist())"
    command = [sys.executable, "-c", code, str(tmp_path / "array.pickle")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == lazy[...].tolist()


@pytest.mark.parametrize("name", ["projections", "flat", "theta"])
def test_reference_survives_json_with_labels_and_identity(exchange: Path, name: str) -> None:
    lazy = open_file(exchange)[name]
    again = reopen(json.loads(json.dumps(lazy.reference)))
    assert (again.axes, again.unit, again.identity, again.chunks) == (
        lazy.axes,
        lazy.unit,
        lazy.identity,
        lazy.chunks,
    )
    np.testing.assert_array_equal(again, lazy)


def test_unknown_reference_is_reported() -> None:
    with pytest.raises(FileFormatError, match=r"names no kind of array"):
        reopen({"kind": "carrier pigeon"})


def test_array_reads_after_its_file_was_closed(exchange: Path) -> None:
    with open_file(exchange) as scan:
        lazy = scan["projections"]
        before = lazy[1]
    np.testing.assert_array_equal(lazy[1], before)


def test_closing_while_others_read_does_no_harm(exchange: Path) -> None:
    scan = open_file(exchange)
    lazy = scan["projections"]

    def read(number: int) -> bool:
        if number % 7 == 0:
            scan.close()
        return bool(lazy[number % 5, 0, 0] == number % 5 * 100)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, range(200)))


def test_a_forked_child_reads_through_its_own_handle(exchange: Path) -> None:
    lazy = open_file(exchange)["projections"]
    assert lazy[1, 0, 0] == 100
    code = (
        "import os, sys; from daisy_lab.io import open_file\n"
        "lazy = open_file(sys.argv[1])['projections']; lazy[0]\n"
        "pid = os.fork()\n"
        "if pid == 0: os._exit(0 if lazy[2, 0, 0] == 200 else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) or int(lazy[3, 0, 0] != 300))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(exchange)], check=False).returncode == 0


def test_identity_changes_with_the_file(exchange: Path) -> None:
    before = open_file(exchange)["projections"].identity
    with h5py.File(exchange, "r+") as file:
        file["exchange/data"][0, 0, 0] = 9
    os.utime(exchange, ns=(1, 1))
    assert open_file(exchange)["projections"].identity != before


def test_a_file_changed_after_opening_is_reported(exchange: Path) -> None:
    with open_file(exchange) as scan:
        lazy = scan["projections"]
    os.utime(exchange, ns=(1, 1))
    with pytest.raises(FileError, match=r"was changed since it was first opened"):
        lazy[0]


def test_a_file_gone_after_opening_is_reported(exchange: Path) -> None:
    with open_file(exchange) as scan:
        lazy = scan["projections"]
    exchange.unlink()
    with pytest.raises(FileError, match=r"was there and is gone"):
        lazy[0]


def test_values_come_in_the_byte_order_of_this_machine(make: Callable[..., Path], tmp_path: Path) -> None:
    path = make("big.h5", {"a": np.arange(6, dtype=">f4")})
    lazy = open_file(path)["a"]
    assert lazy.dtype.isnative
    np.testing.assert_array_equal(lazy[::2], [0, 2, 4])


def test_chunks_tell_the_stored_chunk(tmp_path: Path) -> None:
    path = tmp_path / "c.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("a", (8, 8, 8), "f4", chunks=(1, 8, 4))
    assert dict(open_file(path)["a"].chunks) == {"axis0": 1, "axis1": 8, "axis2": 4}


def test_a_single_value_reads_as_a_scalar(make: Callable[..., Path]) -> None:
    assert open_file(make("s.h5", {"energy": 25.5}))["energy"][()] == 25.5


def test_len_of_a_single_value_is_refused(make: Callable[..., Path]) -> None:
    with pytest.raises(TypeError, match="no length"):
        len(open_file(make("s.h5", {"energy": 25.5}))["energy"])


def test_array_protocol_copies_and_says_so(exchange: Path) -> None:
    lazy = open_file(exchange)["flat"]
    assert np.asarray(lazy, dtype="f8").dtype == np.float64
    with pytest.raises(ValueError, match="copied"):
        np.array(lazy, copy=False)
