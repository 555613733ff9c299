"""The page of the PDF app in this process, without a browser: its session beside it, its files in a folder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from servers import PATIENCE, wait_until

from daisy_lab import Session
from daisy_lab._bridge import Bridge
from daisy_lab._detached import local_link
from daisy_lab.algorithms.pdf import CRYSTALS, Pairs
from daisy_lab.apps._page import Asked
from daisy_lab.apps.pdf import PdfApp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def write_pattern(path: Path, crystal: str = "Ni", header: str = "# Q_A^-1\n", scale: float = 1.0) -> None:
    """Write the pattern of a crystal, with its errors, up to 24 1/angstrom."""
    q = np.linspace(0.6, 24.0, 1800)
    intensity = 50 * Pairs(CRYSTALS[crystal]).intensity(q)
    noisy = intensity + np.random.default_rng(0).normal(0, 2.0, len(q))
    rows = np.column_stack([q * scale, noisy, np.full(len(q), 2.0)])
    path.write_text(header + "\n".join(" ".join(f"{value:.8g}" for value in row) for row in rows) + "\n")


def write_calibrant(path: Path, size: int = 400) -> dict[str, Any]:
    """Write the image of ceria on an upright detector, and give its geometry."""
    distance, wavelength, pixel = 0.15, 0.3, 1.75e-4
    center = np.array([0.52, 0.47]) * size
    row, column = np.indices((size, size))
    angle = np.arctan2(pixel * np.hypot(row + 0.5 - center[0], column + 0.5 - center[1]), distance)
    counts = 20 + 200 * np.exp(-angle / 0.1)
    for number, square in enumerate((3, 4, 8, 11, 12, 16, 19, 20)):
        ring = 2 * np.arcsin(wavelength * np.sqrt(square) / 2 / 5.41165)
        counts += 800 / (1 + 0.15 * number) * np.exp(-0.5 * ((angle - ring) * distance / (1.2 * pixel)) ** 2)
    image = np.random.default_rng(0).poisson(counts).astype(np.uint32)
    with h5py.File(path, "w") as file:
        file.create_dataset("entry/data/data", data=image[np.newaxis])
    return {
        "distance": distance,
        "poni1": center[0] * pixel,
        "poni2": center[1] * pixel,
        "wavelength": wavelength * 1e-10,
        "detector": "Detector",
        "config": {"pixel1": pixel, "pixel2": pixel},
    }


@contextmanager
def open_page(root: Path, *files: str) -> Iterator[PdfApp]:
    """Give a page at a session whose files lie in a folder."""
    with Session() as session:
        link = local_link(Bridge(session.engine, (root,)))
        app = PdfApp(link, Asked("pdf", "pdf", files))
        try:
            yield app
        finally:
            app.shell.close()
            link.close()


def until(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds, or fail with what was expected."""
    wait_until(holds, what, 2 * PATIENCE, pause=0.02)


def change(app: PdfApp, name: str, value: object, *, final: bool = True) -> None:
    """Set a field of the recipe as the browser does."""
    app.tune.form.vue_change({"name": name, "value": value, "final": final, "serial": 1})
