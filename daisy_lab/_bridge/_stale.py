"""What changed since the fronts were last told: names, never values, so that many changes cost one event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daisy_lab._bridge._front import Front
    from daisy_lab._messages import Topic

__all__ = ["Stale"]


@dataclass
class Stale:
    """A heap of marks; whoever adds or takes holds the bridge's lock."""

    objects: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    """Ids."""
    algorithms: bool = False
    workflow: bool = False
    whole: dict[Front, set[Topic]] = field(default_factory=dict)
    """Topics that a front newly watches: sent to it whole."""

    def __bool__(self) -> bool:
        return bool(self.objects or self.runs or self.algorithms or self.workflow or self.whole)

    def topics(self) -> frozenset[Topic]:
        """Give the topics with something to tell to those who watched before."""
        marks: dict[Topic, bool] = {
            "objects": bool(self.objects),
            "runs": bool(self.runs),
            "algorithms": self.algorithms,
            "workflow": self.workflow,
        }
        return frozenset(topic for topic, stale in marks.items() if stale)
