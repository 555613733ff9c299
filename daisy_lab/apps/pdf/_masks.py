"""Which pixels are left out: settings of a mask that is the union of its parts, and the steps that make it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Masks", "mask_steps", "stack_of"]

_STACK: Final = 10
"""Frames that tell a hot pixel from a passing event."""


@dataclass(frozen=True)
class Masks:
    """The parts of a mask."""

    gaps: bool = True
    """Gaps between the modules of the detector."""
    lowest: float | None = 0.0
    highest: float | None = None
    """Values beyond these are left out."""
    stop: float = 0.0
    """Radius of the beam stop about the beam, in pixels; 0 for none."""
    center: tuple[float, float] = (0.0, 0.0)
    """Where the beam is, row and column."""
    pixels: bool = False
    """Whether hot and dead pixels are looked for."""
    hot: float = 3.0
    """Times the median of its neighbours from which a pixel is hot."""
    rings: bool = True
    """Whether pixels that stand out from their ring are left out."""
    threshold: float = 5.0
    """Standard deviations of its ring from which a pixel stands out."""
    shapes: tuple[dict[str, Any], ...] = ()
    """Drawn ones, as `azint.mask_detector` reads them."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read settings that were kept; what a newer program kept is left out."""
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        for name in ("center", "shapes"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Give the settings as JSON data."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        return data | {"center": list(self.center), "shapes": [dict(shape) for shape in self.shapes]}

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields
        """Give the settings with some of them changed."""
        return replace(self, **changes)

    @property
    def drawn(self) -> str:
        """Give the beam stop and all drawn shapes as the setting `shapes` of `azint.mask_detector`."""
        stop = {"kind": "circle", "center": list(self.center), "radius": self.stop}
        return json.dumps([*([stop] if self.stop > 0 else []), *self.shapes])


def stack_of(frame: int, count: int) -> tuple[int, int]:
    """Give the first and the last but one of the frames about the shown one in which hot pixels are looked for."""
    first = max(min(frame - _STACK // 2, count - _STACK), 0)
    return first, min(first + _STACK, count)


def mask_steps(
    masks: Masks, one: Mapping[str, Any], *, flip: str, count: int, masked: bool
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give the steps of a workflow that make a mask: gaps and what a file says, then all the rest.

    Parameters
    ----------
    masks
        The settings.
    one
        The frame that is looked at, as an input of a step.
    flip
        Of the frames.
    count
        How many frames there are; hot pixels are looked for in some of them.
    masked
        Whether a file of the user's masks pixels, too.

    Returns
    -------
    first
        Makes `gap_mask`, on which the bins are laid.
    others
        Make `used_mask`.
    """
    first: dict[str, Any] = {
        "algorithm": "azint.mask_detector",
        "inputs": {"frames": one, "geometry": "geometry"} | ({"mask": "mask"} if masked else {}),
        "settings": {"gaps": masks.gaps, "flip": flip},
        "outputs": ["gap_mask"],
    }
    others: list[dict[str, Any]] = []
    below = "gap_mask"
    if masks.pixels:
        stack = {"name": one["name"], "frame": list(stack_of(one["frame"][0], count))}
        others.append(
            {
                "algorithm": "azint.mask_pixels",
                "inputs": {"frames": stack, "mask": below},
                "settings": {"hot": masks.hot},
                "outputs": ["pixel_mask"],
            }
        )
        below = "pixel_mask"
    bounds = {"lowest": masks.lowest, "highest": masks.highest}
    others.append(
        {
            "algorithm": "azint.mask_detector",
            "inputs": {"frames": one, "geometry": "geometry", "mask": below},
            "settings": {"gaps": False, "shapes": masks.drawn, "flip": flip, **bounds},
            "outputs": ["drawn_mask" if masks.rings else "used_mask"],
        }
    )
    if masks.rings:
        others.append(
            {
                "algorithm": "azint.mask_rings",
                "inputs": {"frames": one, "geometry": "geometry", "mask": "drawn_mask"},
                "settings": {"threshold": masks.threshold, "flip": flip},
                "outputs": ["used_mask"],
            }
        )
    return first, others
