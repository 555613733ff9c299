"""What `daisy run` reports: the settings really used, what was found, seconds, memory; beside the truth where known."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import io
from daisy_lab._image import running_image
from daisy_lab.errors import DaisyError
from daisy_lab.samples.ct import Truth, read_truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from daisy_lab._engine import Run
    from daisy_lab._workflow import Workflow

__all__ = ["CENTER", "Truthful", "report_of"]

CENTER = "entry/parameters/center"
_ROWS_COMPARED = 8


def report_of(
    run: Run, workflow: Workflow, path: Path, notes: Iterable[str], inputs: list[str]
) -> dict[str, Any]:
    """Gather the facts of a finished run as JSON data."""
    report = run.report
    image = running_image()
    return {
        "workflow": workflow.name,
        "inputs": inputs,
        "notes": list(notes),
        "output": str(path),
        "output_bytes": path.stat().st_size,
        "values": report["values"],
        "settings": report["settings"],
        "seconds": run.seconds,
        "peak_memory_bytes": report["peak_bytes"],
        "predicted_peak_bytes": report["predicted_peak_bytes"],
        "memory_bytes": report["memory_bytes"],
        "baseline_bytes": report["baseline_bytes"],
        "blocks": report["blocks"],
        "bytes_read": report["bytes_read"],
        "steps": report["steps"],
        "log": run.lines,
        "image": None if image is None else image._asdict(),
        "versions": {"python": platform.python_version()}
        | {
            name: importlib.metadata.version(name)
            for name in ("daisy-lab", "numpy", "scipy", "numba", "h5py")
        },
    }


@dataclass(frozen=True)
class Truthful:
    """A scan that says its own truth: one made by `daisy sample`."""

    truth: Truth

    @classmethod
    def of(cls, inputs: Sequence[object]) -> Truthful | None:
        """Give the truth of the first input that says one."""
        for given in inputs:
            try:
                truth = read_truth(Path(str(given))) if Path(str(given)).is_file() else None
            except (DaisyError, OSError, ValueError, KeyError):
                continue
            if truth is not None:
                return cls(truth)
        return None

    def compare(self, path: Path, want: Mapping[str, slice]) -> dict[str, Any]:
        """Compare a result file with the truth: the axis, and the error inside the object on a few rows."""
        facts: dict[str, Any] = {"center": self.truth.center}
        with io.open_file(path) as result:
            if CENTER in result:
                facts["center_found"] = float(result[CENTER][()])
                facts["center_error"] = facts["center_found"] - self.truth.center
            if "volume" in result:
                facts |= self._errors(result["volume"], want.get("row", slice(None)))
        return facts

    def _errors(self, volume: io.FileArray, rows: slice) -> dict[str, Any]:
        first, _end, _step = rows.indices(self.truth.rows)
        count, size = volume.shape[0], volume.shape[-1]
        if size != self.truth.size or volume.shape[0] > self.truth.rows:
            return {}
        compared = np.unique(np.linspace(0, count - 1, min(count, _ROWS_COMPARED)).astype(int))
        squares, scale = [], []
        for row in map(int, compared):
            inside = self.truth.inside(first + row)
            expected = self.truth.slice(first + row)[inside]
            squares.append((volume[row][inside] - expected) ** 2)
            scale.append(expected)
        if not any(part.size for part in squares):
            return {}
        rmse = float(np.sqrt(np.mean(np.concatenate(squares))))
        return {
            "rmse_inside": rmse,
            "relative_rmse": rmse / float(np.mean(np.concatenate(scale))),
            "rows_compared": [first + int(row) for row in compared],
        }
