"""One label of a workflow, `self.engine['reconstruct']`: checks the arguments of a call and hands it to a backend.

Two backends take the same calls: one runs them on an engine (`_running.py`), one writes them down (`_recording.py`).
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Protocol

from daisy_lab._algorithm import registry
from daisy_lab.compat._algorithm import DaisyAlg, attach, perform
from daisy_lab.compat._table import Row
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, MutableMapping

    from daisy_lab.compat._configuration import Labelled

__all__ = ["Backend", "Nestable", "Step", "make_step"]


class Backend(Protocol):
    """Takes the calls of a workflow."""

    runs: bool
    """Whether calls are carried out, so that algorithms must be initialized."""

    @property
    def data(self) -> MutableMapping[str, Any]:
        """The objects, as the workflow sees them."""
        ...

    def own_data(self) -> MutableMapping[str, Any]:
        """Give a view of the objects for one algorithm."""
        ...

    def translated(
        self, label: str, ours: str, inputs: Mapping[str, Any], settings: Mapping[str, Any], output: str
    ) -> None:
        """Take a call of one of our algorithms."""
        ...

    def foreign(self, algorithm: DaisyAlg, bound: inspect.BoundArguments) -> None:
        """Take a call of an algorithm class."""
        ...


class Nestable(DaisyAlg):
    """An algorithm that calls others: a workflow, which can be a step of another one."""

    def nest(self, parent: Mapping[str, Step]) -> None:
        """Take the engine of the workflow it is a step of."""
        vars(self)["_daisy_parent"] = parent


class Step(ABC):
    """What a workflow finds under a label; used like the algorithm itself."""

    def __init__(self, label: str, backend: Backend) -> None:
        self.label = label
        self._backend = backend

    @abstractmethod
    def config(self, cfg: Mapping[str, Any]) -> bool:
        """Take settings."""

    @abstractmethod
    def execute(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - each algorithm has its own
        """Do the work: data objects are given by name.

        Raises
        ------
        SettingError
            If the arguments are not those of the algorithm.
        RunError
            If the algorithm failed.
        """

    def initialize(self) -> bool:
        """Prepare."""
        return True

    def finalize(self) -> bool:
        """Clean up."""
        return True


class _TranslatedStep(Step):
    """A row of the table: our algorithm under its old name, with the old names of its arguments."""

    def __init__(self, label: str, class_name: str, row: Row, backend: Backend) -> None:
        super().__init__(label, backend)
        self._class_name, self._row = class_name, row
        self._settings: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<{self.label}: {self._class_name}, that is {self._row.ours}>"

    def config(self, cfg: Mapping[str, Any]) -> bool:
        self._require_known(cfg, self._row.settings)
        ours = registry.get(self._row.ours)
        self._settings |= {name: ours.convert(self._row.settings[name], value) for name, value in cfg.items()}
        return True

    def execute(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - each algorithm has its own
        row = self._row
        known = row.arguments
        if args:
            raise SettingError(
                _("{step} takes its arguments by name: {known}").format(
                    step=self._step(), known=", ".join(known)
                )
            )
        self._require_known(kwargs, known)
        missing = [name for name in (*row.data, row.output) if name not in kwargs]
        if missing:
            raise SettingError(
                _("{step} lacks {missing}; it takes {known}").format(
                    step=self._step(), missing=", ".join(missing), known=", ".join(known)
                )
            )
        given = {**self._settings, **kwargs}
        self._backend.translated(
            self.label, row.ours, row.inputs_of(given), row.settings_of(given), given[row.output]
        )
        return True

    def _require_known(self, given: Mapping[str, Any], known: Collection[str]) -> None:
        for name in given:
            if name not in known:
                raise SettingError(
                    _("{step} has no argument '{name}'; it has {known}{near}").format(
                        step=self._step(), name=name, known=choices(known), near=suggestion(name, known)
                    )
                )

    def _step(self) -> str:
        return f"{self.label} ({self._class_name})"


class _ClassStep(Step):
    """An instance of a class: of the script itself, or one that reads or writes files."""

    def __init__(self, algorithm: DaisyAlg, backend: Backend) -> None:
        super().__init__(algorithm.name, backend)
        self.algorithm = algorithm
        attach(algorithm, backend.own_data())

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the algorithm has
        return getattr(self.algorithm, name)

    def __repr__(self) -> str:
        return f"<{self.label}: {type(self.algorithm).__name__}>"

    def config(self, cfg: Mapping[str, Any]) -> bool:
        perform(self.algorithm, "config", lambda: self.algorithm.config(cfg))
        return True

    def initialize(self) -> bool:
        return self._perform("initialize", self.algorithm.initialize)

    def execute(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - each algorithm has its own
        self._backend.foreign(self.algorithm, self._bind(args, kwargs))
        return True

    def finalize(self) -> bool:
        return self._perform("finalize", self.algorithm.finalize)

    def _perform(self, verb: str, call: Callable[[], object]) -> bool:
        if self._backend.runs:
            perform(self.algorithm, verb, call)
        return True

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
        signature = inspect.signature(self.algorithm.execute)
        try:
            return signature.bind(*args, **kwargs)
        except TypeError as error:
            raise SettingError(
                _("{label} ({kind}): {error}; execute takes {known}").format(
                    label=self.label,
                    kind=type(self.algorithm).__name__,
                    error=error,
                    known=", ".join(signature.parameters),
                )
            ) from None


class _NestedStep(_ClassStep):
    """A workflow as a step: its own steps are what runs and is recorded."""

    def __init__(self, algorithm: Nestable, backend: Backend, engine: Mapping[str, Step]) -> None:
        super().__init__(algorithm, backend)
        algorithm.nest(engine)

    def execute(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - each algorithm has its own
        bound = self._bind(args, kwargs)
        perform(self.algorithm, "execute", lambda: self.algorithm.execute(*bound.args, **bound.kwargs))
        return True

    def _perform(self, verb: str, call: Callable[[], object]) -> bool:
        perform(self.algorithm, verb, call)
        return True


def make_step(item: Labelled, backend: Backend, engine: Mapping[str, Step]) -> Step:
    """Make what a workflow finds under a label; it is not configured yet."""
    if isinstance(item.found, Row):
        return _TranslatedStep(item.label, item.class_name, item.found, backend)
    algorithm = item.found(item.label)
    if "name" not in vars(algorithm):
        algorithm.name = item.label
    if isinstance(algorithm, Nestable):
        return _NestedStep(algorithm, backend, engine)
    return _ClassStep(algorithm, backend)
