"""Files to arrays and back, nothing else: scans in (HDF5, NeXus, TIFF, text), results out (NeXus, TIFF)."""

from __future__ import annotations

from daisy_lab.io._atomic import Unfinished, cannot_write, check_place, require_replaceable, sweep_temporaries
from daisy_lab.io._frames import open_frames, open_image
from daisy_lab.io._growing import GrowingFrames, being_written
from daisy_lab.io._hdf5_disk import writing_hdf5
from daisy_lab.io._input import open_dataset
from daisy_lab.io._lazy import FileArray, reopen
from daisy_lab.io._nexus_writer import ResultWriter
from daisy_lab.io._pattern import PatternFile, read_pattern
from daisy_lab.io._pattern_series import PatternSeries, open_patterns
from daisy_lab.io._pdfgetx import PdfConfiguration, read_pdf_configuration, write_pdf_curve
from daisy_lab.io._poni import read_poni, write_poni
from daisy_lab.io._presence import content
from daisy_lab.io._room import Space, check_room, free_bytes, space
from daisy_lab.io._roots import inside
from daisy_lab.io._scan import OpenedFile, open_file
from daisy_lab.io._tiff_writer import check_free, export_tiff
from daisy_lab.io._upload import Upload

__all__ = [
    "FileArray",
    "GrowingFrames",
    "OpenedFile",
    "PatternFile",
    "PatternSeries",
    "PdfConfiguration",
    "ResultWriter",
    "Space",
    "Unfinished",
    "Upload",
    "being_written",
    "cannot_write",
    "check_free",
    "check_place",
    "check_room",
    "content",
    "export_tiff",
    "free_bytes",
    "inside",
    "open_dataset",
    "open_file",
    "open_frames",
    "open_image",
    "open_patterns",
    "read_pattern",
    "read_pdf_configuration",
    "read_poni",
    "reopen",
    "require_replaceable",
    "space",
    "sweep_temporaries",
    "write_pdf_curve",
    "write_poni",
    "writing_hdf5",
]
