"""`PyWorkflow`, the base class of the first Daisy's workflows, and its replay as one of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab._engine import LocalEngine
from daisy_lab.compat._algorithm import attach
from daisy_lab.compat._configuration import read_configuration
from daisy_lab.compat._engine import PyWorkflowEngine
from daisy_lab.compat._recording import Recording
from daisy_lab.compat._running import Running
from daisy_lab.compat._steps import Nestable
from daisy_lab.errors import SettingError, WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._datastore import DataStore
    from daisy_lab._workflow import Workflow
    from daisy_lab.compat._steps import Backend, Step

__all__ = ["PyWorkflow", "replay"]

_ENGINE = "_daisy_engine"
_KINDS = ("PyWorkflowEngine", "RecordingEngine")


class PyWorkflow(Nestable):
    """A workflow of the first Daisy: subclasses write `execute`, which calls `self.engine[label].execute(...)`.

    A workflow can be a step of another one: named by its class in that one's configuration, it uses the
    algorithms and the data of the outer one.

    Parameters
    ----------
    name
        Its name.
    """

    def initialize(
        self,
        workflow_engine: str | LocalEngine | None = None,
        workflow_environment: object = None,
        algorithms_cfg: object = None,
    ) -> bool:
        """Make, configure and initialize the algorithms.

        Parameters
        ----------
        workflow_engine
            "PyWorkflowEngine" computes on a store of its own; "RecordingEngine" only writes down what would be
            done, for `recorded`; an engine of Daisy Lab computes on that one's store and ledger.
        workflow_environment
            `{'label': {'class_name': ..., 'init_paras': {...}}}`, or the same as JSON text.
        algorithms_cfg
            `{'label': {'setting': value}}`, or the same as JSON text.

        Raises
        ------
        SettingError
            If the engine is unknown, or a configuration cannot be read.
        MissingAlgorithmError
            If a class is not known.
        RunError
            If an algorithm could not be initialized.
        """
        parent: PyWorkflowEngine | None = vars(self).get("_daisy_parent")
        if workflow_engine is None and parent is not None and workflow_environment is None:
            vars(self)[_ENGINE] = parent
            return True
        backend = (
            parent.backend if workflow_engine is None and parent is not None else _backend(workflow_engine)
        )
        engine = PyWorkflowEngine(read_configuration(workflow_environment, algorithms_cfg), backend)
        engine.initialize()
        vars(self)[_ENGINE] = engine
        attach(self, engine.datastore)
        return True

    def finalize(self) -> bool:
        """Finalize the algorithms; the data stay until the workflow is initialized again."""
        if self.engine is not vars(self).get("_daisy_parent"):
            self.engine.finalize()
        return True

    @property
    def engine(self) -> PyWorkflowEngine:
        """The algorithms by label, and `engine.datastore`.

        Raises
        ------
        WorkflowError
            Before `initialize`.
        """
        engine: PyWorkflowEngine | None = vars(self).get(_ENGINE)
        if engine is None:
            raise WorkflowError(
                _(
                    "workflow '{name}' is not initialized; call initialize(workflow_engine='PyWorkflowEngine', ...)"
                ).format(name=self.name)
            )
        return engine

    def data_keys(self) -> list[str]:
        """Give the names of the data objects."""
        return list(self.engine.datastore)

    def get_data(self, name: str) -> Any:  # noqa: ANN401 - any value of the store
        """Give a data object."""
        return self.engine.datastore[name]

    def algorithm_keys(self) -> list[str]:
        """Give the labels of the algorithms."""
        return list(self.engine)

    def get_algorithm(self, label: str) -> Step:
        """Give an algorithm."""
        return self.engine[label]

    def recorded(self) -> Workflow:
        """Give what `execute` wrote down on a RecordingEngine, as a workflow of Daisy Lab.

        Raises
        ------
        WorkflowError
            If the workflow computes instead.
        """
        backend = self.engine.backend
        if not isinstance(backend, Recording):
            raise WorkflowError(
                _(
                    "workflow '{name}' computes and records nothing; initialize it with "
                    "workflow_engine='RecordingEngine', or call daisy_lab.compat.replay(workflow)"
                ).format(name=self.name)
            )
        return backend.workflow(self.name)


def replay(workflow: PyWorkflow, *, store: DataStore | None = None) -> Workflow:
    """Give an initialized workflow of the first Daisy as one of Daisy Lab, checked, without reading any data.

    What its steps load becomes its inputs (`inputs_text` has the files), what they save its results.

    Parameters
    ----------
    workflow
        The workflow, with any engine.
    store
        Put its inputs there, so that it can be run: HDF5 datasets stay in their files until they are needed.

    Raises
    ------
    WorkflowError
        If a step reads what nothing loads or makes; the message draws the path from it to the result.
    SettingError
        If a step has an unknown setting, or a value out of bounds.
    """
    before = workflow.engine
    recording = Recording()
    engine = PyWorkflowEngine(before.labelled, recording)
    engine.initialize()
    vars(workflow)[_ENGINE] = engine
    try:
        workflow.execute()
    finally:
        vars(workflow)[_ENGINE] = before
    made = recording.workflow(workflow.name)
    made.check(available={*recording.loads, *(store or ())})
    if store is not None:
        recording.open_inputs(made, store)
    return made


def _backend(asked: object) -> Backend:
    if isinstance(asked, LocalEngine):
        return Running(asked)
    if asked == "PyWorkflowEngine":
        return Running(LocalEngine())
    if asked == "RecordingEngine":
        return Recording()
    raise SettingError(
        _("no workflow_engine {asked!r}; there is {known}, or an engine of Daisy Lab{near}").format(
            asked=asked, known=choices(_KINDS), near=suggestion(str(asked), _KINDS)
        )
    )
