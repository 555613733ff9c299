"""The two dictionaries of a first Daisy's workflow, checked: which algorithms there are, and their settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from daisy_lab.compat._table import find_class
from daisy_lab.errors import MissingAlgorithmError, SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.compat._table import Found

__all__ = ["Labelled", "read_configuration"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    class_name: str
    init_paras: dict[str, Any] = {}


_ENVIRONMENT = TypeAdapter(dict[str, _Entry])
_CONFIGURATION = TypeAdapter(dict[str, dict[str, Any]])


@dataclass(frozen=True)
class Labelled:
    """One algorithm of a workflow as its configuration says it."""

    label: str
    class_name: str
    found: Found
    settings: Mapping[str, Any]


def read_configuration(environment: object, configuration: object) -> list[Labelled]:
    """Check both dictionaries, or their JSON text, and find the class of each label.

    Parameters
    ----------
    environment
        `{'label': {'class_name': 'LoadHDF5', 'init_paras': {'inputfile_name': 'scan.h5'}}}`
    configuration
        `{'label': {'setting': value}}`, which wins over `init_paras`.

    Raises
    ------
    SettingError
        If one of them has another form, or configures a label that is not there.
    MissingAlgorithmError
        If a class is not known; all of them are told at once.
    """
    entries: dict[str, _Entry] = _read(
        _ENVIRONMENT,
        environment,
        "workflow_environment",
        "{'label': {'class_name': 'LoadHDF5', 'init_paras': {'inputfile_name': 'scan.h5'}}}",
    )
    settings: dict[str, dict[str, Any]] = _read(
        _CONFIGURATION, configuration, "algorithms_cfg", "{'label': {'setting': 1.0}}"
    )
    for label in settings:
        if label not in entries:
            raise SettingError(
                _("algorithms_cfg configures '{label}', and workflow_environment has {known}{near}").format(
                    label=label, known=choices(entries), near=suggestion(label, entries)
                )
            )
    labelled, faults = [], []
    for label, entry in entries.items():
        try:
            found = find_class(entry.class_name)
        except MissingAlgorithmError as error:
            faults.append(f"{label}: {error}")
            continue
        labelled.append(
            Labelled(label, entry.class_name, found, {**entry.init_paras, **settings.get(label, {})})
        )
    if faults:
        raise MissingAlgorithmError("; ".join(faults))
    return labelled


def _read(adapter: TypeAdapter[Any], given: object, name: str, example: str) -> Any:  # noqa: ANN401 - what the adapter gives
    try:
        if isinstance(given, str | bytes):
            return adapter.validate_json(given)
        return adapter.validate_python({} if given is None else given)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or name}: {fault['msg']}" for fault in error.errors()[:5]
        ]
        raise SettingError(
            _("{name} cannot be read: {faults}; write it as {example}").format(
                name=name, faults="; ".join(faults), example=example
            )
        ) from None
