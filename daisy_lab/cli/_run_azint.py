"""`daisy run azint` and `calibrate`: frames and the files that go with them in, patterns or a .poni file out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab.errors import FileFormatError, SettingError, WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._session import Session
    from daisy_lab._workflow import Workflow

__all__ = ["FRAME_WORKFLOWS", "FrameCall", "prepare_frames", "write_geometry"]

FRAME_WORKFLOWS: Final = frozenset({"azint", "cake", "calibrate", "image-to-gr", "images-to-gr"})
"""Workflows whose input is a stack of detector frames."""

_EXPOSURES: Final = ("exposure", "row", "column")
_IMAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "mask": ("row", "column"),
    "dark": _EXPOSURES,
    "flat": _EXPOSURES,
    "background_frame": _EXPOSURES,
}
_OTHER_WORDS: Final = {"poni": "geometry"}


@dataclass(frozen=True)
class FrameCall:
    """A run of a workflow on frames, laid out: its settings, what it reads, the files that comes from."""

    workflow: Workflow
    objects: Mapping[str, tuple[Any, tuple[str, ...]]]
    """Value and axes of each input."""
    files: list[str]
    notes: tuple[str, ...]
    growing: io.GrowingFrames | None = None
    """Frames that are still being written; they are no object then."""

    def put(self, session: Session) -> None:
        """Put the inputs into a session's store."""
        for name, (value, axes) in self.objects.items():
            if axes and not isinstance(value, io.FileArray):
                session.store.put(name, value, axes=axes)
            else:
                session.store.put(name, value)


def prepare_frames(
    workflow: Workflow,
    frames: Sequence[Path],
    named: Sequence[str],
    given: Mapping[str, str],
    follow: tuple[float, int | None] | None = None,
) -> FrameCall:
    """Open the frames and the files beside them; what remains of `given` are settings.

    Parameters
    ----------
    workflow
        The workflow.
    frames
        Files with frames; several are one stack.
    named
        Inputs as `name=path`.
    given
        Settings of the command line, `poni=FILE` and `mask=FILE` among them.
    follow
        Seconds without a new frame and number of frames after which a file that is being written is at its end; None
        for files that are complete.

    Raises
    ------
    WorkflowError
        If there are no frames, or no geometry where one is needed.
    SettingError, DataError, FileError
        If a setting, or a file, is not understood.
    """
    settings = dict(given)
    paths = dict(_pair(text, workflow) for text in named)
    for word in (*_OTHER_WORDS, *workflow.inputs):
        name = _OTHER_WORDS.get(word, word)
        if word in settings and name in workflow.inputs:
            paths[name] = settings.pop(word)
    texts = [paths.pop("frames")] if "frames" in paths else [str(path) for path in frames]
    if not texts:
        raise WorkflowError(
            _("{name} reads detector frames, and no file is given; write daisy run {name} FRAMES").format(
                name=workflow.name
            )
        )
    if "geometry" in workflow.inputs and "geometry" not in paths:
        raise WorkflowError(
            _(
                "{name} needs to know where the detector stands; give its .poni file as --set "
                "poni=FILE, or make one with "
                "daisy run calibrate"
            ).format(name=workflow.name)
        )
    objects: dict[str, tuple[Any, tuple[str, ...]]] = {}
    growing: io.GrowingFrames | None = None
    notes: tuple[str, ...] = ()
    if follow is not None:
        growing = _growing(texts, *follow)
    else:
        stack = io.open_frames(*texts)
        objects["frames"], notes = (stack, ("frame", "row", "column")), tuple(stack.notes)
    objects |= {name: _opened(name, path) for name, path in paths.items()}
    if "background_frame" in workflow.inputs and "background_frame" not in objects:
        # There is nothing to find a scale for.
        settings["bgscale"] = "1"
    changed = workflow.with_settings(settings)
    steps = [
        replace(
            step,
            inputs={
                port: ref
                for port, ref in step.inputs.items()
                if ref.name == "frames" or _there(ref.name, workflow, objects)
            },
        )
        for step in changed.steps
    ]
    return FrameCall(replace(changed, steps=steps), objects, [*texts, *paths.values()], notes, growing)


def write_geometry(call: FrameCall, output: Path, results: Mapping[str, Any]) -> Path:
    """Write the geometry that a calibration found, with its residuals as comments."""
    found = results["geometry"]
    comments = (
        _("calibrated on {files}").format(files=", ".join(Path(one).name for one in call.files)),
        *(str(line) for line in results["report"]["lines"]),
    )
    return io.write_poni(output, found, comments)


def _opened(name: str, path: str) -> tuple[Any, tuple[str, ...]]:
    """Read what goes with the frames: value and axes."""
    if name == "geometry":
        return io.read_poni(path), ()
    if name == "points":
        return _points(path), ("point", "column")
    return io.open_image(path, name), _IMAGES[name]


def _growing(texts: Sequence[str], idle: float, expected: int | None) -> io.GrowingFrames:
    if len(texts) != 1:
        raise WorkflowError(
            _("--follow takes one HDF5 file that is being written; {count} files are given").format(
                count=len(texts)
            )
        )
    return io.GrowingFrames(texts[0], idle=idle, expected=expected)


def _points(path: str) -> Any:  # noqa: ANN401 - an array
    try:
        found = np.loadtxt(Path(path).expanduser(), ndmin=2)
    except (OSError, ValueError) as error:
        raise FileFormatError(
            _(
                "{path} cannot be read ({error}); write row, column and number of the ring, one point per line"
            ).format(path=path, error=error)
        ) from None
    return found


def _there(name: str, workflow: Workflow, objects: Mapping[str, object]) -> bool:
    return name not in workflow.inputs or name in objects


def _pair(text: str, workflow: Workflow) -> tuple[str, str]:
    word, equals, path = text.partition("=")
    name = _OTHER_WORDS.get(word, word)
    if not (equals and path) or name not in workflow.inputs:
        raise SettingError(
            _("--input {text}: write NAME=PATH with one of {names}").format(
                text=text, names=", ".join(workflow.inputs)
            )
        )
    return name, path
