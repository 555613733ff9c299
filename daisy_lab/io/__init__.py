"""Files to arrays and back, nothing else: scans in (HDF5, NeXus, TIFF, text), results out (NeXus, TIFF)."""

from __future__ import annotations

from daisy_lab.io._atomic import Unfinished, cannot_write, sweep_temporaries
from daisy_lab.io._input import open_dataset
from daisy_lab.io._lazy import FileArray, reopen
from daisy_lab.io._nexus_writer import ResultWriter
from daisy_lab.io._presence import content
from daisy_lab.io._scan import OpenedFile, open_file
from daisy_lab.io._tiff_writer import export_tiff

__all__ = [
    "FileArray",
    "OpenedFile",
    "ResultWriter",
    "Unfinished",
    "cannot_write",
    "content",
    "export_tiff",
    "open_dataset",
    "open_file",
    "reopen",
    "sweep_temporaries",
]
