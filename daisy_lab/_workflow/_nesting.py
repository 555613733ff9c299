"""Lays nested workflows flat: inside names get the step's label in front, inputs and results take outside names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from daisy_lab._engine import Ref
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from daisy_lab._workflow._step import Step
    from daisy_lab._workflow._workflow import Workflow

__all__ = ["flat"]


def flat(steps: Iterable[Step]) -> list[Step]:
    """Give the steps with every nested workflow in place of the step that names it."""
    found: list[Step] = []
    labels: Counter[str] = Counter()
    for step in steps:
        if isinstance(step.algorithm, str):
            found.append(step)
            continue
        labels[step.label] += 1
        label = step.label if labels[step.label] == 1 else f"{step.label}{labels[step.label]}"
        found.extend(_inside(step, step.algorithm, label))
    return found


def _inside(step: Step, workflow: Workflow, label: str) -> list[Step]:
    if len(step.outputs) != len(workflow.outputs):
        raise WorkflowError(
            _("step {step} names {count} outputs; the workflow inside gives {known}").format(
                step=label, count=len(step.outputs), known=", ".join(workflow.outputs)
            )
        )
    names = dict(zip(workflow.outputs, step.outputs, strict=True))
    for name in workflow.inputs:
        if name not in step.inputs:
            raise WorkflowError(_("step {step} lacks the input {names}").format(step=label, names=name))
        if step.inputs[name].sample:
            raise WorkflowError(
                _("step {step}: a nested workflow takes whole objects, no samples").format(step=label)
            )
        names[name] = step.inputs[name].name
    steps = workflow.with_settings(step.settings).steps if step.settings else workflow.steps
    return [_renamed(inner, names, label) for inner in flat(steps)]


def _renamed(step: Step, names: dict[str, str], label: str) -> Step:
    group = re.sub(r"[^\w.-]+", "-", label)

    def outside(name: str) -> str:
        return names.get(name) or f"{group}/{name}"

    def setting(value: Any) -> Any:  # noqa: ANN401 - any setting
        return Ref(outside(value.name)) if isinstance(value, Ref) else value

    return replace(
        step,
        inputs={port: Ref(outside(item.name), item.sample) for port, item in step.inputs.items()},
        settings={key: setting(value) for key, value in step.settings.items()},
        outputs=tuple(map(outside, step.outputs)),
        name=f"{label}.{step.label}",
        when=step.when and replace(step.when, name=outside(step.when.name)),
        otherwise=outside(step.otherwise) if step.otherwise else "",
    )
