"""What is wrong with a workflow that is being put together: every step and setting, not only the first fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daisy_lab._bridge._chain_looks import workflow_of
from daisy_lab._messages import ChainChecked, ChainFault
from daisy_lab.errors import DaisyError, SettingError

if TYPE_CHECKING:
    from collections.abc import Container

    from daisy_lab._messages import CheckChain
    from daisy_lab._workflow import Step, Workflow

__all__ = ["faults_of"]


def faults_of(asked: CheckChain, store: Container[str]) -> ChainChecked:
    """Check a workflow; what cannot even be read is one fault of the whole."""
    try:
        workflow = workflow_of(asked)
    except DaisyError as error:
        return ChainChecked(faults=_of_settings(-1, "", error), missing=(), inputs=(), outputs=())
    faults = [fault for number, step in enumerate(workflow.steps) for fault in _of_step(number, step)]
    if not faults:
        faults = _of_whole(workflow)
    return ChainChecked(
        faults=tuple(faults),
        missing=tuple(name for name in workflow.inputs if asked.inputs.get(name, name) not in store),
        inputs=workflow.inputs,
        outputs=workflow.outputs,
    )


def _of_step(number: int, step: Step) -> tuple[ChainFault, ...]:
    try:
        if isinstance(step.algorithm, str):
            step.call(number + 1)
        else:
            step.algorithm.with_settings(step.settings).calls()
    except DaisyError as error:
        return _of_settings(number, step.label, error)
    return ()


def _of_whole(workflow: Workflow) -> list[ChainFault]:
    try:
        workflow.check()
    except DaisyError as error:
        return [ChainFault(step=-1, label="", setting="", message=str(error))]
    return []


def _of_settings(number: int, label: str, error: DaisyError) -> tuple[ChainFault, ...]:
    """Give the faults of single settings, where the error tells them apart."""
    told = dict(getattr(error, "fields", {})) if isinstance(error, SettingError) else {}
    if not told:
        return (ChainFault(step=number, label=label, setting="", message=str(error)),)
    return tuple(
        ChainFault(step=number, label=label, setting=setting, message=text) for setting, text in told.items()
    )
