"""The form of the recipe: the settings of `pdf.pattern_to_gr` by their PDFgetX3 names, with ranges for the data."""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._algorithm import registry
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ABOUT", "LIVE", "MORE", "first_recipe", "form_schema", "ranges", "setting_of", "titles"]

ABOUT: Final = ("dataformat", "wavelength", "twothetazero", "mode")
"""What the numbers of the file are."""
LIVE: Final = (
    "composition",
    "bgscale",
    "qmin",
    "qmax",
    "qmaxinst",
    "rpoly",
    "rmax",
    "window",
)
"""Settings beside the curves, changed while one looks at them."""
MORE: Final = ("rmin", "rstep", "calculation", "normalization", "density", "shape", "mud")
"""Settings that are changed once."""


@lru_cache(maxsize=1)
def _properties() -> dict[str, Any]:
    found = copy.deepcopy(dict(registry.get("pdf.pattern_to_gr").schema()["properties"]))
    # One slider moves all backgrounds.
    found["bgscale"] = {
        **{key: found["bgscale"][key] for key in ("title", "description") if key in found["bgscale"]},
        "type": "number",
        "default": 1.0,
        "minimum": 0.0,
        "maximum": 2.0,
    }
    return found


def titles() -> dict[str, str]:
    """Give short labels: a column of sliders is narrow."""
    return {
        "bgscale": _("Background scale"),
        "qmin": _("Q min"),
        "qmax": _("Q max"),
        "qmaxinst": _("Q max, instrument"),
        "rpoly": _("r poly"),
        "rmax": _("r max"),
    }


def form_schema() -> dict[str, Any]:
    """Give the schema of the whole form; names of the choices in words."""
    found = copy.deepcopy(_properties())
    found["dataformat"]["x-titles"] = {
        "twotheta": _("two theta, degree"),
        "QA": _("Q, 1/angstrom"),
        "Qnm": _("Q, 1/nm"),
    }
    found["window"]["x-titles"] = {
        "none": _("none"),
        "lorch": _("Lorch"),
        "soft-lorch": _("Lorch, softer"),
    }
    return {"properties": found}


def ranges(first: float, last: float) -> dict[str, tuple[float, float, float]]:
    """Give the first and last value and the step of each slider for a pattern between two Q in 1/angstrom."""
    top = last or 30.0
    end = int(100 * top) / 100
    return {
        "bgscale": (0.0, 2.0, 0.005),
        "qmin": (0.0, round(max(first + 2.0, 0.2 * top), 1), 0.02),
        "qmax": (round(max(first + 1.0, 0.15 * top), 1), end, 0.1),
        "qmaxinst": (round(max(first + 1.5, 0.2 * top), 1), end, 0.1),
        "rpoly": (0.3, 3.0, 0.01),
        "rmax": (5.0, 100.0, 1.0),
    }


def first_recipe(first: float, last: float) -> dict[str, Any]:
    """Give settings to begin with, for a pattern whose recipe nobody told."""
    end = int(100 * last) / 100
    return {"qmin": ceil(100 * first) / 100, "qmaxinst": end, "qmax": end, "rpoly": 0.9, "bgscale": 1.0}


def setting_of(message: str, names: tuple[str, ...] = (*ABOUT, *LIVE, *MORE)) -> str:
    """Give the setting that a fault is about: the first that its words name; empty if they name none."""
    found = {name: re.search(rf"\b{name}\b", message) for name in names}
    placed: Mapping[str, int] = {name: match.start() for name, match in found.items() if match is not None}
    return min(placed, key=lambda name: placed[name]) if placed else ""
