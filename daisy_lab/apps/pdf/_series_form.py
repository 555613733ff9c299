"""The settings of the series."""

from __future__ import annotations

from typing import Any, Final

from daisy_lab.texts import gettext as _

__all__ = ["FILES", "LOOKS", "series_schema"]

FILES: Final = ("what", "files", "follow")
LOOKS: Final = ("show", "reference", "form", "nearest", "farthest", "components")


def series_schema() -> dict[str, Any]:
    """Give the schema of the form."""
    return {
        "properties": {
            "what": {
                "title": _("Series of"),
                "enum": ["run", "gr"],
                "x-titles": {"run": _("patterns or frames"), "gr": _("G(r) files")},
                "default": "run",
            },
            "files": {
                "type": "string",
                "title": _("Files called"),
                "description": _("As *.xye, Ni_*.chi or *.gr; or one HDF5 file, as scan.h5"),
            },
            "follow": {
                "type": "boolean",
                "title": _("Follow a growing file"),
                "description": _(
                    "Frames or patterns that are appended to an HDF5 file appear by themselves; what was read is not "
                    "read again."
                ),
                "default": False,
            },
            **_looks(),
        }
    }


def _looks() -> dict[str, Any]:
    return {
        "show": {
            "title": _("Show"),
            "enum": ["gr", "difference"],
            "x-titles": {"gr": "G(r)", "difference": _("difference")},
            "default": "gr",
        },
        "reference": {
            "title": _("Difference to"),
            "enum": ["first", "mean", "previous", "picked"],
            "x-titles": {
                "first": _("the first"),
                "mean": _("the mean"),
                "previous": _("the one before"),
                "picked": _("the picked one"),
            },
            "default": "first",
        },
        "form": {
            "title": _("Shown as"),
            "enum": ["map", "lines"],
            "x-titles": {"map": _("map"), "lines": _("lines")},
            "default": "map",
        },
        "nearest": {
            "type": "number",
            "title": _("Compared from"),
            "description": _("Below the first bond G(r) is error, and tells nothing."),
            "unit": "angstrom",
            "minimum": 0.0,
            "maximum": 10.0,
            "default": 1.0,
        },
        "farthest": {
            "type": "number",
            "title": _("Compared to"),
            "description": _("Near distances tell of bonds, far ones of the lattice; 0 takes all."),
            "unit": "angstrom",
            "minimum": 0.0,
            "maximum": 100.0,
            "default": 30.0,
        },
        "components": {
            "type": "integer",
            "title": _("Components"),
            "minimum": 1,
            "maximum": 8,
            "default": 2,
        },
    }
