"""Writes the calls of a first Daisy's workflow down as our steps: nothing is read, nothing is computed.

Its scripts pass names, not values, so the calls alone tell the whole workflow. What a step loads becomes an input,
what a step saves a result. A name that is written again gets a number, as in `data.2`, for ours are made once.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from daisy_lab._algorithm import registry
from daisy_lab._engine import RecordingEngine
from daisy_lab._workflow import Workflow
from daisy_lab.compat._file_algorithm import Loader, Saver
from daisy_lab.compat._table import TABLE, Row
from daisy_lab.compat._wrapped import wrapped
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    import inspect
    from collections.abc import Iterator, Mapping

    from daisy_lab._datastore import DataStore
    from daisy_lab.compat._algorithm import DaisyAlg

__all__ = ["Recording"]


@dataclass(frozen=True)
class _Load:
    """A loader with the arguments of one call."""

    loader: Loader
    arguments: Mapping[str, Any]


@dataclass
class Recording:
    """Takes calls and makes a workflow of them."""

    runs = False
    engine: RecordingEngine = field(default_factory=RecordingEngine)
    labels: list[str] = field(default_factory=list)
    loads: dict[str, _Load] = field(default_factory=dict)
    saved: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """What each name of the script means just now."""

    @property
    def data(self) -> MutableMapping[str, Any]:
        """The objects that would be there."""
        return _Promised(self.names)

    def own_data(self) -> MutableMapping[str, Any]:
        """Give the objects that would be there."""
        return self.data

    def translated(
        self, label: str, ours: str, inputs: Mapping[str, Any], settings: Mapping[str, Any], output: str
    ) -> None:
        """Write down a call of one of our algorithms."""
        bindings = {port: self._read(given) for port, given in inputs.items()}
        self.labels.append(label)
        given: dict[str, Any] = {**bindings, **settings}
        self.engine.run(ours, into=self._write(output), **given)

    def foreign(self, algorithm: DaisyAlg, bound: inspect.BoundArguments) -> None:
        """Write down a call of an algorithm class."""
        arguments: dict[str, Any] = dict(bound.arguments)
        if isinstance(algorithm, Loader):
            self.loads[self._write(arguments["output_dataobj"])] = _Load(algorithm, arguments)
        elif isinstance(algorithm, Saver):
            self.saved[self._read(arguments["input_dataobj"])] = None
        else:
            row = TABLE.get(type(algorithm).__name__)
            given = {**algorithm.cfg, **arguments}
            if isinstance(row, Row) and {*row.data, row.output} <= {*given} <= {*row.arguments}:
                self.translated(
                    algorithm.name, row.ours, row.inputs_of(given), row.settings_of(given), given[row.output]
                )
            else:
                self._wrap(algorithm, arguments)

    def workflow(self, name: str) -> Workflow:
        """Give what was written down."""
        made = Workflow.from_calls(name, self.engine.calls)
        made.steps = [replace(step, name=label) for step, label in zip(made.steps, self.labels, strict=True)]
        produced = {output for step in made.steps for output in step.outputs}
        made.results = tuple(one for one in self.saved if one in produced)
        made.inputs_text = {one: load.loader.where(load.arguments) for one, load in self.loads.items()}
        return made

    def open_inputs(self, workflow: Workflow, store: DataStore) -> None:
        """Put what the workflow loads into a store, with the axes of the steps that read it; HDF5 stays in its file."""
        for name in workflow.inputs:
            if name not in self.loads:
                continue
            load = self.loads[name]
            value: Any = load.loader.open(load.arguments)
            axes = _axes(workflow, name)
            fitting = axes if len(axes) == len(value.shape) else None
            if fitting is not None and hasattr(value, "labelled"):
                value = value.labelled(fitting)
            store.put(name, value, axes=fitting)

    def _wrap(self, algorithm: DaisyAlg, arguments: dict[str, Any]) -> None:
        """Write down a class of the script, wrapped as one of our algorithms."""
        outputs = {
            one: value
            for one, value in arguments.items()
            if one.startswith("output") and isinstance(value, str)
        }
        rest = {one: value for one, value in arguments.items() if one not in outputs}
        inputs = {
            one: value
            for one, value in rest.items()
            if isinstance(value, str) and (value in self.names or one.endswith("_dataobj"))
        }
        if not outputs:
            raise WorkflowError(
                _(
                    "step '{label}' ({kind}) names no result, so it cannot be a step of a workflow; call the argument "
                    "that names it output_dataobj"
                ).format(label=algorithm.name, kind=type(algorithm).__name__)
            )
        settings = {one: value for one, value in rest.items() if one not in inputs}
        made = wrapped(algorithm, inputs, outputs, settings)
        bindings = {port: self._read(value) for port, value in inputs.items()}
        self.labels.append(algorithm.name)
        given: dict[str, Any] = {**bindings, **settings}
        self.engine.run(made, into=tuple(map(self._write, outputs.values())), **given)

    def _read(self, name: object) -> str:
        """Give what a name means just now; one that nothing loaded or made is an input, too."""
        if not isinstance(name, str):
            raise WorkflowError(
                _("a recorded workflow passes data by name, and was given a value of type {kind}").format(
                    kind=type(name).__name__
                )
            )
        return self.names.setdefault(name, name)

    def _write(self, name: str) -> str:
        taken = (
            {*self.names.values()}
            | self.loads.keys()
            | {out for call in self.engine.calls for out in call.outputs}
        )
        number = 1
        unique = name
        while unique in taken:
            number += 1
            unique = f"{name}.{number}"
        self.names[name] = unique
        return unique


class _Promised(MutableMapping[str, Any]):
    """Names without values."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> NoReturn:
        raise self._refusal(name)

    def __setitem__(self, name: str, value: object) -> None:
        raise self._refusal(name)

    def __delitem__(self, name: str) -> None:
        raise self._refusal(name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def _refusal(self, name: str) -> WorkflowError:
        return WorkflowError(
            _(
                "the workflow uses the value of '{name}', and while it is recorded there are no values; "
                "initialize it with workflow_engine='PyWorkflowEngine' to run it"
            ).format(name=name)
        )


def _axes(workflow: Workflow, name: str) -> tuple[str, ...]:
    """Give the axes that the first step with an opinion expects of an input."""
    for step in workflow.steps:
        ports = {port.name: port for port in registry.get(str(step.algorithm)).inputs}
        for port, item in step.inputs.items():
            axes = ports[port].axes
            if item.name == name and isinstance(axes, tuple):
                return axes
    return ()
