"""What the page shows, as one small record of the session: which files, and the recipe."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

from daisy_lab.algorithms.pdf import Recipe
from daisy_lab.apps.pdf._masks import Masks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RECORD", "State", "recipe_of"]

RECORD: Final = "pdf_page"
"""Name of the record."""

_SETTINGS: Final = {one.name for one in fields(Recipe)}
_NUMBERS: Final = {one.name for one in fields(Recipe) if one.type in {"float", float}}


@dataclass(frozen=True)
class State:
    """Everything that a second window needs to show the same."""

    path: str = ""
    """The pattern or the frames that are open; empty before."""
    kind: str = "pattern"
    """`pattern`, or `frames`."""
    background: tuple[str, ...] = ()
    poni: str = ""
    mask: str = ""
    frame: int = 0
    flip: str = ""
    """Flip of the frames; empty until it was looked for."""
    count: int = 1
    """How many frames are open."""
    rings_of: str = "sample"
    """Calibrant whose rings are drawn; `sample` for that of the composition, `none` for none."""
    masks: Masks = field(default_factory=Masks)
    polarization: float = 0.99
    recipe: dict[str, Any] = field(default_factory=dict)
    """Settings that are not the defaults, by their PDFgetX3 names."""
    calibration: dict[str, Any] = field(default_factory=dict)
    """Image of a calibrant (`path`), places marked on its rings (`points`), and `settings`."""
    series: dict[str, Any] = field(default_factory=dict)
    """What the form of the series says, and the `folder` of its files."""
    asked: tuple[str, ...] = ()
    """What the page's address asked for last: asked again after a refresh it is no new wish."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a state that was kept; what a newer program kept is left out."""
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        for name in ("background", "asked"):
            known[name] = tuple(known.get(name, ()))
        known["masks"] = Masks.from_json(known.get("masks", {}))
        if "recipe" in known:
            known["recipe"] = {name: value for name, value in known["recipe"].items() if name in _SETTINGS}
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Give the state as JSON data."""
        data = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            **data,
            "background": list(self.background),
            "asked": list(self.asked),
            "masks": self.masks.to_json(),
            "recipe": dict(self.recipe),
            "calibration": dict(self.calibration),
            "series": dict(self.series),
        }

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields
        """Give the state with some of it changed."""
        return replace(self, **changes)

    def set(self, **settings: Any) -> Self:  # noqa: ANN401 - settings of the recipe
        """Give the state with settings of its recipe changed."""
        return self.but(recipe={**self.recipe, **settings})

    @property
    def name(self) -> str:
        """Name of the open file without its folder."""
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Folder of the open file."""
        return self.path.rpartition("/")[0]

    def beside(self, ending: str) -> str:
        """Give the path of a file beside the one that is open, as `Ni.gr`."""
        stem = self.path.rpartition(".")[0] if "." in self.name else self.path
        return f"{stem or 'pattern'}{ending}"


def recipe_of(settings: Mapping[str, Any]) -> Recipe:
    """Give the recipe that settings make; numbers may be texts, as a configuration has them."""
    given: dict[str, Any] = {"composition": ""}
    for name, value in settings.items():
        if name == "bgscale":
            parts = str(value).replace(",", " ").split() if isinstance(value, str) else value
            many = parts if isinstance(parts, list | tuple) else [parts]
            given[name] = tuple(float(one) for one in many) or (1.0,)
        elif name in _NUMBERS:
            given[name] = float(value or 0.0)
        elif name in _SETTINGS:
            given[name] = str(value)
    return Recipe(**given)
