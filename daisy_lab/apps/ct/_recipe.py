"""What a user chooses between a scan and its volume, and the workflow that this makes.

A recipe is small JSON data, kept as a record of the session: undo, a second window and a page that was loaded anew all
read the same. Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from daisy_lab._engine import Middle, ref
from daisy_lab._workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._engine import Ref

__all__ = ["RECONSTRUCTIONS", "STAGES", "Recipe"]

STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "zingers": ("", "ct.remove_zingers"),
    "phase": ("", "ct.paganin", "ct.bronnikov"),
    "stripes": (
        "",
        "ct.remove_stripes_all",
        "ct.remove_stripes_sorting",
        "ct.remove_stripes_filtering",
        "ct.remove_stripes_fitting",
        "ct.remove_stripes_fourier_wavelet",
        "ct.remove_stripes_titarenko",
        "ct.remove_stripes_large",
        "ct.remove_stripes_dead",
    ),
    "hardening": ("", "ct.correct_beam_hardening"),
    "reconstruction": ("ct.reconstruct", "ct.sirt", "ct.cgls", "ct.osem", "ct.mlem", "ct.fista_tv"),
    "rings": ("", "ct.remove_rings"),
    "denoising": ("", "ct.denoise"),
    "mask": ("ct.circular_mask", ""),
}
"""What may stand at each place of the way, by algorithm; the first is the default, and an empty one leaves it out."""

RECONSTRUCTIONS: Final = STAGES["reconstruction"]
_FIND: Final = "ct.find_center"
_ROWS: Final = 4
"""Rows in the middle in which the axis is looked for, as the shipped workflow `ct` does."""


@dataclass(frozen=True)
class Recipe:
    """Choices and settings on the way from counts to a volume."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """Algorithm at each place where it is not the default."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changed settings by algorithm."""
    center: float | None = None
    """Rotation axis in pixels; none: it is found."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read a recipe that was kept; what a newer program wrote and this one does not know is left out."""
        known = {
            key: name for key, name in data.get("chosen", {}).items() if key in STAGES and name in STAGES[key]
        }
        center = data.get("center")
        return cls(known, data.get("settings", {}), float(center) if center is not None else None)

    def to_json(self) -> dict[str, Any]:
        """Give the recipe as JSON data."""
        settings = {name: dict(values) for name, values in self.settings.items() if values}
        return {"chosen": dict(self.chosen), "settings": settings, "center": self.center}

    def at(self, stage: str) -> str:
        """Give the algorithm at a place; empty where it is left out."""
        return self.chosen.get(stage, STAGES[stage][0])

    def choose(self, stage: str, algorithm: str) -> Self:
        """Put an algorithm at a place."""
        return replace(self, chosen={**self.chosen, stage: algorithm})

    def set(self, algorithm: str, name: str, value: object) -> Self:
        """Change one setting of an algorithm; None leaves it at its default."""
        held = {key: kept for key, kept in self.settings.get(algorithm, {}).items() if key != name}
        changed = held if value is None else {**held, name: value}
        return replace(self, settings={**self.settings, algorithm: changed})

    def about(self, center: float | None) -> Self:
        """Put the axis at a column; None has it found."""
        return replace(self, center=center)

    def workflow(self) -> Workflow:
        """Give the whole way as a workflow; its result is `volume`."""
        # In English: runs are named after it, and told to readers of any language.
        made = Workflow("ct", results=("volume",), title="CT reconstruction")
        absorption = self._absorb(made)
        center: float | Ref | None = self.center
        if center is None:
            self._add(
                made,
                _FIND,
                "center",
                absorption=ref(self._edges(made), row=Middle(_ROWS)),
                theta="theta",
            )
            center = ref("center")
        absorption = self._through(made, "stripes", absorption, "even")
        absorption = self._through(made, "hardening", absorption, "straight")
        volume = "reconstruction"
        self._add(
            made, self.at("reconstruction"), volume, projections=absorption, theta="theta", center=center
        )
        after = [stage for stage in ("rings", "denoising", "mask") if self.at(stage)]
        for stage in after:
            volume = self._through(made, stage, volume, stage if stage != after[-1] else "volume")
        if not after:
            made.steps[-1] = replace(made.steps[-1], outputs=("volume",))
        return made

    def axis_workflow(self, row: int, around: float | None = None) -> Workflow:
        """Give what shows how sure the axis is: every way to find it, or slices about many of it around a column."""
        made = Workflow("axis")
        self._absorb(made)
        edges = self._edges(made)
        if around is None:
            wanted = ref(edges, row=Middle(_ROWS))
            names = ("center", "confidence", "centers", "confidences", "errors")
            return made.add("ct.compare_centers", into=names, absorption=wanted, theta="theta")
        return made.add(
            "ct.try_centers",
            into=("candidates", "sharpness", "slices"),
            absorption=ref(edges, row=slice(row, row + 1)),
            theta="theta",
            around=around,
            step=0.5,
            count=41,
        )

    def overlay_workflow(self, pair: tuple[int, int], center: float) -> Workflow:
        """Give what lays a view over the mirror image of the one half a turn away; no other views are read."""
        made = Workflow("overlay")
        self._absorb(made)
        edges = self._edges(made)
        one, other = (ref(edges, angle=slice(number, number + 1)) for number in pair)
        return made.add("ct.overlay_opposite", into="overlay", view=one, opposite=other, center=center)

    def _absorb(self, made: Workflow) -> str:
        """Add the steps from counts to absorption."""
        counts = self._through(made, "zingers", "projections", "clean")
        if not self.at("phase"):
            self._add(
                made, "ct.counts_to_absorption", "absorption", projections=counts, dark="dark", flat="flat"
            )
            return "absorption"
        self._add(made, "ct.normalize", "transmission", projections=counts, dark="dark", flat="flat")
        made.add("ct.minus_log", into="edges", name="edges", transmission="transmission")
        made.add("ct.repair", into="repaired", projections="transmission")
        if self.at("phase") == "ct.bronnikov":
            return self._add(made, "ct.bronnikov", "absorption", transmission="repaired")
        self._add(made, "ct.paganin", "retrieved", transmission="repaired")
        made.add("ct.minus_log", into="absorption", transmission="retrieved")
        return "absorption"

    @staticmethod
    def _edges(made: Workflow) -> str:
        """Give the name in which the axis is best looked for: before phase retrieval makes edges soft."""
        return (
            "edges" if any("edges" in step.outputs for step in made.steps) else str(made.steps[-1].outputs[0])
        )

    def _through(self, made: Workflow, stage: str, source: str, into: str) -> str:
        """Add what was chosen at a place; gives the name that goes on."""
        algorithm = self.at(stage)
        if not algorithm:
            return source
        port = _PORTS[stage]
        return self._add(made, algorithm, into, **{port: source})

    def _add(self, made: Workflow, algorithm: str, into: str, **bindings: Any) -> str:  # noqa: ANN401 - names and settings
        made.add(algorithm, into=into, **bindings, **self.settings.get(algorithm, {}))
        return into


_PORTS: Final = {
    "zingers": "projections",
    "stripes": "absorption",
    "hardening": "absorption",
    "rings": "volume",
    "denoising": "volume",
    "mask": "volume",
}
"""Name of the input at each place."""
