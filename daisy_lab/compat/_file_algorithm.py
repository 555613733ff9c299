"""What algorithms have in common that read and write files for the first Daisy's scripts."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path  # noqa: TC003 - used at run time by those who derive from these
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from daisy_lab.compat._algorithm import DaisyAlg
from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array, LazyArray

__all__ = ["FileAlg", "Loader", "Saver"]


class FileAlg(DaisyAlg):
    """What reads or writes a file: settings are checked when they are given, text is converted."""

    class Settings(BaseModel):
        """What a configuration may say."""

        model_config = ConfigDict(extra="forbid", frozen=True)

    def config(self, cfg: Mapping[str, Any]) -> bool:
        """Take settings.

        Raises
        ------
        SettingError
            If one is unknown, or its value cannot be used.
        """
        self.settings(cfg)
        return super().config(cfg)

    def settings(self, given: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - the Settings of the class
        """Give the settings, converted, with others in place of some of them."""
        try:
            return self.Settings.model_validate({**self.cfg, **(given or {})})
        except ValidationError as error:
            raise SettingError(
                "; ".join(self._fault(fault) for fault in error.errors(include_url=False))
            ) from None

    def path_of(self, settings: object, name: str) -> Path:
        """Give the path that a setting names.

        Raises
        ------
        SettingError
            If it has no value.
        """
        path: Path | None = getattr(settings, name)
        if path is None:
            raise SettingError(
                _("{step} has no '{name}'; write '{label}': {{'{name}': ...}} into the configuration").format(
                    step=self._step(), name=name, label=self.name
                )
            )
        return path.expanduser().absolute()

    def _fault(self, fault: Any) -> str:  # noqa: ANN401 - pydantic's dict
        name, known = ".".join(map(str, fault["loc"])), self.Settings.model_fields
        if fault["type"] == "extra_forbidden":
            return _("{step} has no setting '{name}'; it has {known}{near}").format(
                step=self._step(), name=name, known=choices(known), near=suggestion(name, known)
            )
        return _("setting '{name}' of {step} is {value!r}: {fault}").format(
            step=self._step(), name=name, value=fault["input"], fault=fault["msg"].lower()
        )

    def _step(self) -> str:
        return f"{self.name} ({type(self).__name__})"


class Loader(FileAlg):
    """What brings an object from a file into the store."""

    @abstractmethod
    def where(self, arguments: Mapping[str, Any]) -> str:
        """Say which file a call of `execute` with these arguments reads, as `Session.open` takes it."""

    @abstractmethod
    def open(self, arguments: Mapping[str, Any]) -> Array | LazyArray:
        """Give the array that such a call reads, still in its file where that is possible."""

    def load(self, arguments: Mapping[str, Any], name: str) -> bool:
        """Put the array into the store."""
        self.get("DataStore").data()[name] = self.open(arguments)[...]
        self.LogInfo(f"{self.where(arguments)} -> {name}")
        return True


class Saver(FileAlg):
    """What writes an object of the store into a file."""
