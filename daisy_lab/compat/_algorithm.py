"""`DaisyAlg`, the base class of algorithms written for the first Daisy, and what a False from one of them means."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._algorithm import log
from daisy_lab.compat._data import DataService
from daisy_lab.errors import DaisyError, DefinitionError, MissingObjectError, RunError, WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

__all__ = ["DaisyAlg", "attach", "perform"]

_DATA = "_daisy_data"
_LAST_ERROR = "_daisy_last_error"
_LEVELS = {0: logging.NOTSET, 1: 5, 2: logging.DEBUG, 3: logging.INFO, 4: logging.WARNING, 5: logging.ERROR}


class DaisyAlg:
    """An algorithm of the first Daisy: `initialize`, `execute` and `finalize`, data by name.

    New algorithms are better written as functions, see `daisy_lab.algorithm`.

    Parameters
    ----------
    name
        Its label in the workflow.
    """

    name: str = ""
    cfg: Mapping[str, Any] = MappingProxyType({})
    """Its settings, as the configuration of the workflow gives them."""

    def __init__(self, name: str) -> None:
        self.name = name

    def config(self, cfg: Mapping[str, Any]) -> bool:
        """Take settings; called before `initialize`, and again whenever a setting changes."""
        self.cfg = {**self.cfg, **cfg}
        return True

    def initialize(self) -> bool:
        """Prepare; False when that failed."""
        return True

    def execute(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401, ARG002 - each algorithm has its own
        """Do the work; False when it failed."""
        raise DefinitionError(
            _(
                "{kind} has no method 'execute'; write def execute(self, input_dataobj, output_dataobj)"
            ).format(kind=type(self).__name__)
        )

    def finalize(self) -> bool:
        """Clean up; False when that failed."""
        return True

    def get(self, service: str) -> DataService:
        """Give a service of the engine; there is one, "DataStore", whose `data()` maps names to objects.

        Raises
        ------
        MissingObjectError
            If another one is asked for.
        WorkflowError
            If no workflow has the algorithm.
        """
        if service != "DataStore":
            raise MissingObjectError(_("no service '{name}'; there is DataStore").format(name=service))
        data = vars(self).get(_DATA)
        if data is None:
            raise WorkflowError(
                _(
                    "{kind} '{name}' belongs to no workflow yet, so it has no data; initialize a workflow with it"
                ).format(kind=type(self).__name__, name=self.name)
            )
        return DataService(data)

    def setLogLevel(self, level: int) -> None:  # noqa: N802 - the first Daisy's name
        """Say from which level on messages count: 2 debug, 3 info, 4 warning, 5 error, 6 fatal."""
        self._logger().setLevel(_LEVELS.get(int(level), logging.CRITICAL))

    def LogDebug(self, *words: object) -> None:  # noqa: N802 - the first Daisy's name
        """Say something for whoever looks for a fault."""
        self._say(logging.DEBUG, words)

    def LogInfo(self, *words: object) -> None:  # noqa: N802 - the first Daisy's name
        """Say how it goes."""
        self._say(logging.INFO, words)

    def LogWarn(self, *words: object) -> None:  # noqa: N802 - the first Daisy's name
        """Say what looks wrong."""
        self._say(logging.WARNING, words)

    def LogError(self, *words: object) -> None:  # noqa: N802 - the first Daisy's name
        """Say what went wrong; the error for a False that follows quotes it."""
        vars(self)[_LAST_ERROR] = self._say(logging.ERROR, words)

    def _logger(self) -> logging.Logger:
        return logging.getLogger(f"daisy_lab.compat.{self.name or type(self).__name__}")

    def _say(self, level: int, words: tuple[object, ...]) -> str:
        line = " ".join(map(str, words))
        logger = self._logger()
        logger.log(level, "%s", line)
        if logger.isEnabledFor(level):
            log(f"{self.name}: {line}")
        return line


def attach(algorithm: DaisyAlg, data: MutableMapping[str, Any]) -> None:
    """Give an algorithm its data; kept out of the class, whose names belong to those who subclass it."""
    vars(algorithm)[_DATA] = data


def perform(algorithm: DaisyAlg, verb: str, call: Callable[[], object]) -> None:
    """Call a method of foreign code and turn every way in which it can fail into an error with step and reason.

    Raises
    ------
    RunError
        If it raised, or returned False.
    """
    vars(algorithm).pop(_LAST_ERROR, None)
    step = _("step '{label}' ({kind})").format(label=algorithm.name, kind=type(algorithm).__name__)
    try:
        returned = call()
    except DaisyError:
        raise
    except Exception as error:
        hint = ""
        if isinstance(error, ValueError) and "read-only" in str(error):
            hint = _("; objects of the store never change: work on a copy, as in self.data[name].copy()")
        raise RunError(
            _("{step}: {verb} failed: {kind}: {error}{hint}").format(
                step=step, verb=verb, kind=type(error).__name__, error=error, hint=hint
            )
        ) from error
    if isinstance(returned, bool | np.bool_) and not returned:
        said = vars(algorithm).get(_LAST_ERROR) or _("it gave no reason; let it say one with self.LogError")
        raise RunError(_("{step}: {verb} returned False: {said}").format(step=step, verb=verb, said=said))
