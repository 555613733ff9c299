"""Settings that several steps of a PDF workflow have in common: said once, given to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from daisy_lab._algorithm import registry
from daisy_lab._engine import Ref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._workflow import Workflow

__all__ = ["spread"]

_FAMILY: Final = "pdf."


def spread(workflow: Workflow, settings: Mapping[str, str]) -> dict[str, str]:
    """Write `setting` as `step.setting` of each step of the PDF family that has it, where there are several.

    A value that a step finds and others take, as qmax, is given to all of them: to those that look for the rest, and
    in place of what is found.

    Parameters
    ----------
    workflow
        The workflow that the settings are for.
    settings
        As on the command line, by name.
    """
    found: dict[str, str] = {}
    made = {output for step in workflow.steps for output in step.outputs}
    for name, value in settings.items():
        labels = [
            step.label
            for step in workflow.steps
            if isinstance(step.algorithm, str)
            and step.algorithm.startswith(_FAMILY)
            and name in registry.get(step.algorithm).settings.model_fields
            and not isinstance(step.settings.get(name), Ref)
        ]
        taken = name in made
        if taken or len(labels) > 1:
            found |= {f"{label}.{name}": value for label in labels}
        if taken or len(labels) <= 1:
            found[name] = value
    return found
