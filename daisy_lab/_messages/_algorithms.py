"""Algorithms: the tree, and the form of one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from daisy_lab._messages._envelope import ErrorInfo
from daisy_lab._messages._model import Message, Request, request

__all__ = [
    "AlgorithmForm",
    "AlgorithmInfo",
    "AlgorithmsEvent",
    "AskForm",
    "BrokenPluginInfo",
    "CallCode",
    "CheckCall",
    "Checked",
    "Code",
    "PortInfo",
]

AlgorithmId = Annotated[str, Field(min_length=1, max_length=300)]
_Name = Annotated[str, Field(max_length=1000)]
Inputs = Annotated[dict[_Name, _Name], Field(max_length=100)]
Settings = Annotated[dict[_Name, Any], Field(max_length=1000)]


class AlgorithmInfo(Message):
    """One algorithm in the tree."""

    id: str
    title: str
    """Its name for a reader, as in `Remove zingers`."""
    technique: str
    group: str
    """Folder of its technique, as in `correction`; empty when it stands alone."""
    summary: str
    text: str
    """Its whole documentation, as Markdown."""
    plugin: str
    """Distribution it comes from; empty for one defined in the notebook."""


class BrokenPluginInfo(Message):
    """A plug-in that could not be loaded."""

    name: str
    distribution: str
    reason: str


class AlgorithmsEvent(Message):
    """All algorithms this kernel knows."""

    algorithms: tuple[AlgorithmInfo, ...]
    broken: tuple[BrokenPluginInfo, ...]


class PortInfo(Message):
    """One data object that goes in or comes out."""

    name: str
    title: str
    text: str
    axes: tuple[str, ...] | None
    unit: str
    optional: bool = False
    choices: tuple[str, ...] = ()
    """Objects of the store that fit, the likeliest first."""
    suggestion: str = ""
    """The object to take, or the name for what comes out."""


class AlgorithmForm(Message):
    """Everything a form needs."""

    id: str
    inputs: tuple[PortInfo, ...]
    outputs: tuple[PortInfo, ...]
    settings: dict[str, Any]
    """JSON Schema of the settings."""
    previews: bool
    """Whether one block can be computed without the rest."""


@request("algorithms.form", AlgorithmForm)
class AskForm(Request):
    """Ask for the form of an algorithm."""

    id: AlgorithmId


class Checked(Message):
    """What is wrong with a call; no error when nothing is."""

    error: ErrorInfo | None = None


@request("algorithms.check", Checked)
class CheckCall(Request):
    """Check the settings and inputs of a call that is still being filled in."""

    id: AlgorithmId
    inputs: Inputs = {}
    settings: Settings = {}


class Code(Message):
    """Something as a text to insert or to save."""

    text: str


@request("algorithms.code", Code)
class CallCode(Request):
    """Ask for a call as a line of Python."""

    id: AlgorithmId
    inputs: Inputs = {}
    settings: Settings = {}
    into: tuple[str, ...] = ()
