"""The engine of a first Daisy's workflow: a mapping of labels to algorithms, and the datastore."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from daisy_lab.compat._steps import Step, make_step
from daisy_lab.errors import MissingAlgorithmError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

    from daisy_lab.compat._configuration import Labelled
    from daisy_lab.compat._steps import Backend

__all__ = ["PyWorkflowEngine"]


class PyWorkflowEngine(Mapping[str, Step]):
    """Labels to algorithms; every label has an instance of its own.

    Parameters
    ----------
    labelled
        The algorithms, as `read_configuration` gives them.
    backend
        What carries out, or writes down, their calls.
    """

    def __init__(self, labelled: Sequence[Labelled], backend: Backend) -> None:
        self.labelled = tuple(labelled)
        self.backend = backend
        self._steps = {item.label: make_step(item, backend, self) for item in self.labelled}

    def __getitem__(self, label: str) -> Step:
        if label in self._steps:
            return self._steps[label]
        raise MissingAlgorithmError(
            _("the workflow has no algorithm '{label}'; it has {known}{near}").format(
                label=label, known=choices(self._steps), near=suggestion(str(label), self._steps)
            )
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def datastore(self) -> MutableMapping[str, Any]:
        """The data objects by name."""
        return self.backend.data

    def initialize(self) -> None:
        """Configure all algorithms, then initialize them."""
        for item in self.labelled:
            if item.settings:
                self._steps[item.label].config(item.settings)
        for step in self._steps.values():
            step.initialize()

    def finalize(self) -> None:
        """Finalize all algorithms."""
        for step in self._steps.values():
            step.finalize()
