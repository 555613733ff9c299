"""Files to arrays and back, nothing else: scans in (HDF5, NeXus, TIFF, text), results out (NeXus, TIFF)."""

from __future__ import annotations

from daisy_lab.io._atomic import Unfinished, cannot_write, check_place, require_replaceable, sweep_temporaries
from daisy_lab.io._input import open_dataset
from daisy_lab.io._lazy import FileArray, reopen
from daisy_lab.io._nexus_writer import ResultWriter
from daisy_lab.io._presence import content
from daisy_lab.io._roots import inside
from daisy_lab.io._scan import OpenedFile, open_file
from daisy_lab.io._tiff_writer import check_free, export_tiff

__all__ = [
    "FileArray",
    "OpenedFile",
    "ResultWriter",
    "Unfinished",
    "cannot_write",
    "check_free",
    "check_place",
    "content",
    "export_tiff",
    "inside",
    "open_dataset",
    "open_file",
    "reopen",
    "require_replaceable",
    "sweep_temporaries",
]
