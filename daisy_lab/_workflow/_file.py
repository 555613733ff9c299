"""The JSON form of a workflow: read with a clear word about what is wrong in it, never evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from daisy_lab._engine import Middle, Ref, When
from daisy_lab._workflow._step import Step
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FORMAT", "WorkflowFile", "read_file"]

FORMAT = "daisy-lab-workflow/1"
_STRICT = ConfigDict(extra="forbid")


class _MiddleFile(BaseModel):
    model_config = _STRICT
    middle: Annotated[int, Field(ge=1)]


class _WhenFile(BaseModel):
    model_config = _STRICT
    name: str
    comparison: Literal["==", "!=", "<", "<=", ">", ">=", "in"]
    value: str | float | bool | list[str | float | bool] | None


class _StepFile(BaseModel):
    model_config = _STRICT
    algorithm: str | WorkflowFile
    inputs: dict[str, str | dict[str, str | _MiddleFile | tuple[int, int]]]
    outputs: list[str]
    settings: dict[str, Any] = {}
    name: str = ""
    when: _WhenFile | None = None
    otherwise: str = ""
    on_error: Literal["stop", "skip"] = "stop"
    retries: Annotated[int, Field(ge=0)] = 0

    def step(self) -> Step:
        from daisy_lab._workflow._workflow import Workflow  # noqa: PLC0415 - a workflow holds steps, a step a workflow

        nested = self.algorithm
        return Step(
            algorithm=nested if isinstance(nested, str) else Workflow.from_file(nested),
            inputs={port: _ref(given) for port, given in self.inputs.items()},
            outputs=tuple(self.outputs),
            settings={setting: _setting(value) for setting, value in self.settings.items()},
            name=self.name,
            when=None if self.when is None else When(self.when.name, self.when.comparison, self.when.value),
            otherwise=self.otherwise,
            on_error=self.on_error,
            retries=self.retries,
        )


class WorkflowFile(BaseModel):
    """A workflow as its JSON file says it."""

    model_config = _STRICT
    format: Literal["daisy-lab-workflow/1"]
    name: str
    title: str = ""
    summary: str = ""
    inputs: dict[str, str] = {}
    steps: list[_StepFile]
    results: list[str]

    def to_steps(self) -> list[Step]:
        """Give the steps as the workflow holds them."""
        return [step.step() for step in self.steps]


def read_file(data: Mapping[str, Any] | str | bytes, origin: str) -> WorkflowFile:
    """Check the JSON form of a workflow.

    Raises
    ------
    WorkflowError
        If it is no JSON, or not the form of a workflow; every fault is told with its place.
    """
    try:
        if isinstance(data, str | bytes):
            return WorkflowFile.model_validate_json(data)
        return WorkflowFile.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or _('file')}: {fault['msg']}" for fault in error.errors()[:5]
        ]
        raise WorkflowError(
            _("{origin} is not a workflow: {faults}; 'daisy show ct --json' prints one that is").format(
                origin=origin, faults="; ".join(faults)
            )
        ) from None


def _ref(given: str | dict[str, Any]) -> Ref:
    if isinstance(given, str):
        return Ref(given)
    sample = dict(given)
    name = sample.pop("name", None)
    if not isinstance(name, str):
        raise WorkflowError(
            _("an input is a name, or has a 'name' beside its ranges; found {given}").format(given=given)
        )
    return Ref(
        name,
        {
            axis: Middle(part.middle) if isinstance(part, _MiddleFile) else part
            for axis, part in sample.items()
        },
    )


def _setting(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"value_of"}:
        return Ref(str(value["value_of"]))
    return value
