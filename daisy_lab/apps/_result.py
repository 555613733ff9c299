"""What a workflow gives: its axes, and how long they are; from the session, before anything was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Result", "steps_of"]

_PLANE = 2


@dataclass(frozen=True, slots=True)
class Result:
    """The array that a workflow is for."""

    axes: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()

    @property
    def stacked(self) -> bool:
        """Whether one plane of it is shown at a time."""
        return len(self.shape) > _PLANE and len(self.axes) == len(self.shape)

    @property
    def middle(self) -> int:
        """Give the plane to begin with."""
        return self.shape[0] // 2 if self.shape else 0

    def want(self, plane: int) -> dict[str, list[int]]:
        """Give the part that is one plane; everything where there is only one."""
        if not self.stacked:
            return {}
        within = min(max(plane, 0), self.shape[0] - 1)
        return {self.axes[0]: [within, within + 1]}


def steps_of(workflow: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the steps that name an algorithm, each with its number, and which of its settings come from other steps."""
    return [
        {
            "number": number,
            "algorithm": step["algorithm"],
            "given": dict(step.get("settings", {})),
            "bound": [name for name, value in step.get("settings", {}).items() if isinstance(value, dict)],
        }
        for number, step in enumerate(workflow["steps"])
        if "algorithm" in step
    ]
