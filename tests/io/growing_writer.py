"""A detector that writes: one command per line on its input, one answer per line when that is in the file.

Run as a program, so that its HDF5 library shares nothing with the reader's.
"""

from __future__ import annotations

import sys

import h5py
import numpy as np


def main(path: str, mode: str) -> None:
    """Write the frames that are asked for; frame n is full of n + 1."""
    file, count = None, 0
    for line in sys.stdin:
        word = line.strip()
        if file is None:
            file = h5py.File(path, "a", libver="latest")
        if word == "create":
            room = int(mode) if mode.isdigit() else None
            file.create_dataset(
                "entry/data/data", (room or 0, 20, 30), np.uint16, maxshape=(room, 20, 30), chunks=(1, 10, 30)
            )
            if mode == "swmr":
                file.swmr_mode = True
        data = file["entry/data/data"]
        if word == "frame":
            if not mode.isdigit():
                data.resize(count + 1, axis=0)
            data[count] = count + 1
            count += 1
        if word == "half":
            data.resize(count + 1, axis=0)
            data[count, :10] = 99
        if word == "end" or mode != "swmr":
            file.close()
            file = None
        else:
            data.flush()
        print("done", flush=True)  # noqa: T201 - the answer of a program


if __name__ == "__main__":
    main(*sys.argv[1:])
