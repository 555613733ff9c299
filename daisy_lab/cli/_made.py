"""What a result file says of itself: program, image, workflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console

from daisy_lab import io
from daisy_lab._workflow import Workflow
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

__all__ = ["is_file_name", "show_made", "workflow_of"]

_PROCESS: Final = "entry/process"
_RECORD: Final = f"{_PROCESS}/workflow/data"
_NAMES: Final = ("program", "version", "date", "image", "image_digest", "workflow/data")
_ENDINGS: Final = (".h5", ".nxs", ".hdf5", ".hdf")


def is_file_name(name: str) -> bool:
    """Say whether a name is one of an HDF5 file."""
    return Path(name).suffix.lower() in _ENDINGS


def workflow_of(source: str) -> Workflow:
    """Load a workflow by its name, or take the one that a result file carries.

    Raises
    ------
    DataError
        The file carries none.
    """
    if not is_file_name(source):
        return Workflow.load(source)
    with io.open_file(source) as result:
        text = result.metadata.get(_RECORD)
    if text is None:
        raise DataError(_("{path} does not say which workflow made it").format(path=source))
    return Workflow.from_json(str(text), source)


def show_made(path: str, *, as_json: bool) -> None:
    """Print what a result file says of how it was made.

    Raises
    ------
    DataError
        It is no result.
    """
    facts = _facts(path)
    if as_json:
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in _lines(facts):
        console.print(line, markup=False)


def _facts(path: str) -> dict[str, Any]:
    with io.open_file(path) as result:
        said = {name: str(result.metadata.get(f"{_PROCESS}/{name}") or "") for name in _NAMES}
        arrays = {name: list(array.shape) for name, array in result.items() if "/" not in name}
    if not said["program"]:
        raise DataError(_("{path} does not say what made it; it is no result of Daisy Lab").format(path=path))
    workflow = said.pop("workflow/data")
    said["workflow"] = str(json.loads(workflow).get("name", "")) if workflow else ""
    return {"path": path, **said, "arrays": arrays}


def _lines(facts: dict[str, Any]) -> list[str]:
    made = _("made by {program} {version}, {date}").format(**facts)
    lines = [f"{facts['path']}: {made}"]
    if facts["image_digest"]:
        lines.append(_("container image: {image}").format(image=facts["image"]))
    elif facts["image"]:
        lines.append(
            _("container image: {image} (by its name alone: no digest was told)").format(image=facts["image"])
        )
    else:
        lines.append(_("container image: none was told"))
    if facts["workflow"]:
        told = _("workflow: {name} (`daisy export {path}` writes it)")
        lines.append(told.format(name=facts["workflow"], path=facts["path"]))
    arrays = ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in facts["arrays"].items())
    return [*lines, _("data objects: {arrays}").format(arrays=arrays)]
