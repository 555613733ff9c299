"""What places and algorithms are called on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab import texts
from daisy_lab._algorithm import registry
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["as_kept", "help_texts", "stage_titles", "step_titles", "title_of"]


def stage_titles() -> dict[str, str]:
    """Give the names of the places of a recipe."""
    return {
        "zingers": _("Zingers"),
        "phase": _("Phase retrieval"),
        "stripes": _("Stripes"),
        "hardening": _("Beam hardening"),
        "reconstruction": _("Method"),
        "rings": _("Rings"),
        "denoising": _("Noise"),
        "mask": _("Outside the circle"),
    }


def title_of(algorithm: str) -> str:
    """Give the name of an algorithm, or what is said of a place that is left empty."""
    if algorithm == "ct.reconstruct":
        # Its own name says what all of them do.
        return _("Filtered back-projection")
    return texts.gettext(registry.get(algorithm).title) if algorithm else _("left as it is")


def as_kept(title: Callable[[], str]) -> str:
    """Write a title down for a reader of any language."""
    with texts.speaking("en"):
        return texts.later(title())


def step_titles() -> dict[str, str]:
    """Give the names of the steps of the page."""
    return {
        "open": _("Open"),
        "correct": _("Correct"),
        "axis": _("Axis"),
        "reconstruct": _("Reconstruct"),
        "inspect": _("Inspect"),
        "export": _("Export"),
    }


def help_texts() -> list[tuple[str, str]]:
    """Give what the question mark tells."""
    return [
        (
            _("What this page does"),
            _("Every change shows one slice through the whole chain, from counts to the finished picture."),
        ),
        (
            _("Nothing is lost"),
            _("Close the page when you like: runs go on, and the page comes back as you left it."),
        ),
    ]
