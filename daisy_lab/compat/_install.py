"""Puts our tomopy-call-compatible face under the name `tomopy`, where the real one cannot be imported."""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Literal

from daisy_lab.compat import _tomopy

__all__ = ["install_tomopy"]

_log = logging.getLogger(__name__)


def install_tomopy() -> Literal["tomopy", "daisy_lab"]:
    """Make `import tomopy` work: with the real one where it can be imported, else with ours.

    The real one is never replaced. Ours has the functions that simple scripts call (`recon`, `normalize`,
    `minus_log`, `angles`, `find_center`, `circ_mask`) and says clearly what it has not.

    Returns
    -------
    in_use
        "tomopy" or "daisy_lab".
    """
    try:
        found = importlib.import_module("tomopy")
    except ImportError as error:
        if not isinstance(error, ModuleNotFoundError) or error.name != "tomopy":
            _log.warning(
                "tomopy is installed but cannot be imported (%s); Daisy Lab's own algorithms stand in", error
            )
        found = sys.modules["tomopy"] = _tomopy
    return "daisy_lab" if found is _tomopy else "tomopy"
