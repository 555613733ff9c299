"""What the page shows, as one small record of the session; and how the session calls the scan that it is about."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from daisy_lab.apps.ct._recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INPUTS", "RECORD", "State"]

RECORD: Final = "ct_page"
"""Name of the record."""
INPUTS: Final = ("projections", "flat", "dark", "theta")
"""What a scan consists of."""


@dataclass(frozen=True)
class State:
    """Everything that a second window needs to show the same."""

    path: str = ""
    """The scan that is open; empty before."""
    row: int = 0
    """Detector row that is shown."""
    recipe: Recipe = field(default_factory=Recipe)
    output: str = ""
    """File of the last volume that was run; empty before."""
    theta: tuple[float, float] | None = None
    """First and last angle in degree, where the file has none and the user gave them."""
    folder: str | None = None
    """Where results go; none: beside the scan."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a state that was kept."""
        recipe = Recipe.from_json(data.get("recipe", {}))
        theta, folder = data.get("theta"), data.get("folder")
        return cls(
            str(data.get("path", "")),
            int(data.get("row", 0)),
            recipe,
            str(data.get("output", "")),
            (float(theta[0]), float(theta[1])) if theta else None,
            None if folder is None else str(folder),
        )

    def to_json(self) -> dict[str, Any]:
        """Give the state as JSON data."""
        return {
            "path": self.path,
            "row": self.row,
            "recipe": self.recipe.to_json(),
            "output": self.output,
            "theta": list(self.theta) if self.theta else None,
            "folder": self.folder,
        }

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields
        """Give the state with some of it changed."""
        return replace(self, **changes)

    @property
    def want(self) -> dict[str, list[int]]:
        """The part of the volume that is shown."""
        return {"row": [self.row, self.row + 1]}

    @property
    def name(self) -> str:
        """Name of the open file without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """Path of the open file without its ending."""
        return (self.path.rpartition(".")[0] if "." in self.name else self.path) or "volume"

    def beside(self, ending: str) -> str:
        """Give the path of a result, as `tooth_rec.h5`.

        It lies beside the scan. In another folder its name begins with that of the scan's folder: two scans of one
        name do not share a result.
        """
        if self.folder is None:
            return f"{self.stem}{ending}"
        above, _slash, name = self.stem.rpartition("/")
        return "/".join(
            part
            for part in (self.folder, "_".join(filter(None, (above.rpartition("/")[2], name))) + ending)
            if part
        )

    # How the session calls it. Each scan has a group of its own: going back to a state shows the scan it was about,
    # and what one file lacks is never taken from another.

    @property
    def group(self) -> str:
        """Group of the scan in the session."""
        plain = re.sub(r"[^\w.-]+", "_", self.stem.rpartition("/")[2]).strip("._") or "scan"
        return f"{plain}-{zlib.crc32(f'{self.path} {self.theta}'.encode()):08x}"

    @property
    def inputs(self) -> dict[str, str]:
        """Names in the session of what a workflow reads."""
        return {name: f"{self.group}/{name}" for name in INPUTS}

    @property
    def loading(self) -> dict[str, Any]:
        """What `files.load` is asked with."""
        asked: dict[str, Any] = {"path": self.path, "group": self.group}
        if self.theta is not None:
            asked["theta"] = {"first": self.theta[0], "last": self.theta[1], "with_last": True}
        return asked
