"""Exactly the pixels, points or lines that a view shows, whatever the size of the object behind it."""

from daisy_lab._preview._curve import thinned
from daisy_lab._preview._levels import histogram, levels, value_range
from daisy_lab._preview._marks import Statistics, along, around, statistics
from daisy_lab._preview._plane import Region, axes_of, plane, reduced, shown_axes
from daisy_lab._preview._volume import Overview, overview
from daisy_lab._preview._words import Branch, branch, in_words, table_rows

__all__ = [
    "Branch",
    "Overview",
    "Region",
    "Statistics",
    "along",
    "around",
    "axes_of",
    "branch",
    "histogram",
    "in_words",
    "levels",
    "overview",
    "plane",
    "reduced",
    "shown_axes",
    "statistics",
    "table_rows",
    "thinned",
    "value_range",
]
