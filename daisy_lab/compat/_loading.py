"""The first Daisy's algorithms that read files: `LoadHDF5` and `LoadTIFs`."""

from __future__ import annotations

import re
from pathlib import Path  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import io
from daisy_lab._algorithm import parallel
from daisy_lab.compat._file_algorithm import FileAlg, Loader
from daisy_lab.compat._hdf5 import dataset_path
from daisy_lab.errors import DataError, FileError, SettingError, choices
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array, LazyArray

__all__ = ["LoadHDF5", "LoadTIFs"]

_ENDINGS = frozenset({".tif", ".tiff"})
_DIGITS = re.compile(r"(\d+)")


class LoadHDF5(Loader):
    """Reads datasets of an HDF5 file; the same instance serves for many."""

    class Settings(FileAlg.Settings):
        """The file."""

        inputfile_name: Path | None = None

    def execute(self, input_path: str, output_dataobj: str) -> bool:
        """Read the dataset `input_path` into the store, as it is in the file."""
        return self.load({"input_path": input_path}, output_dataobj)

    def where(self, arguments: Mapping[str, Any]) -> str:
        """Say which file and dataset."""
        return f"{self._file()}::/{dataset_path(arguments['input_path'])}"

    def open(self, arguments: Mapping[str, Any]) -> LazyArray:
        """Give the dataset."""
        inside = dataset_path(arguments["input_path"])
        dataset = io.reopen(
            {
                "kind": "hdf5",
                "path": str(self._file()),
                "dataset": inside,
                "roots": None,
                "axes": [],
                "unit": "",
            }
        )
        return dataset.labelled([f"axis{number}" for number in range(dataset.ndim)])

    def _file(self) -> Path:
        return self.path_of(self.settings(), "inputfile_name")


class LoadTIFs(Loader):
    """Reads the TIFF images of a folder as one stack, (frame, row, column)."""

    class Settings(FileAlg.Settings):
        """The folder, and which of its images in which order."""

        input_path: Path | None = None
        startswith: str = ""
        seperator: str = ""
        idx: int = 0

    def execute(
        self,
        output_dataobj: str,
        startswith: str | None = None,
        seperator: str | None = None,
        idx: int | None = None,
        input_path: str | None = None,
    ) -> bool:
        """Read images into the store.

        Parameters
        ----------
        output_dataobj
            Name of the stack.
        startswith
            Takes only files whose names begin so.
        seperator, idx
            The order: the number in part `idx` of the name, cut at `seperator`. Without a separator, natural
            order: image_2 before image_10.
        input_path
            Another folder than the configured one.
        """
        given = {"startswith": startswith, "seperator": seperator, "idx": idx, "input_path": input_path}
        return self.load(given, output_dataobj)

    def where(self, arguments: Mapping[str, Any]) -> str:
        """Say which folder, and which of its images."""
        chosen = self._chosen(arguments)
        folder = self.path_of(chosen, "input_path")
        return str(folder / f"{chosen.startswith}*" if chosen.startswith else folder)

    def open(self, arguments: Mapping[str, Any]) -> Array:
        """Read the stack."""
        files = self._images(self._chosen(arguments))
        first = _image(files[0])
        stack = np.empty((len(files), *first.shape), first.dtype)

        def read(number: int) -> None:
            image = _image(files[number])
            if image.shape != first.shape or image.dtype != first.dtype:
                raise DataError(
                    _(
                        "{path} is {shape} {dtype}, but {first} is {want} {wanted}; give images of one shape and "
                        "type"
                    ).format(
                        path=files[number],
                        shape=image.shape,
                        dtype=image.dtype,
                        first=files[0].name,
                        want=first.shape,
                        wanted=first.dtype,
                    )
                )
            stack[number] = image

        parallel(read, range(len(files)), text=self.name)
        return stack

    def _chosen(self, arguments: Mapping[str, Any]) -> LoadTIFs.Settings:
        """Give the settings, with what one call says in their place."""
        said = {
            name: value for name, value in arguments.items() if value is not None and name != "output_dataobj"
        }
        chosen: LoadTIFs.Settings = self.settings(said)
        return chosen

    def _images(self, chosen: LoadTIFs.Settings) -> list[Path]:
        folder = self.path_of(chosen, "input_path")
        if not folder.is_dir():
            io.open_file(folder).close()  # reports a path at which nothing is
            raise FileError(
                _("{path} is a file, and LoadTIFs reads a folder; give the folder").format(path=folder)
            )
        names = [one for one in folder.iterdir() if not one.name.startswith(".")]
        found = [
            one for one in names if one.suffix.lower() in _ENDINGS and one.name.startswith(chosen.startswith)
        ]
        if not found:
            raise FileError(
                _("{folder} holds no TIFF image whose name begins with '{start}'; it holds {there}").format(
                    folder=folder, start=chosen.startswith, there=choices(one.name for one in names)
                )
            )
        return sorted(found, key=lambda image: self._place(image, chosen))

    def _place(self, image: Path, chosen: LoadTIFs.Settings) -> list[tuple[int, int, str]]:
        """Give a key for the order of images."""
        if not chosen.seperator:
            parts = [piece for piece in _DIGITS.split(image.name) if piece]
            return [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in parts]
        pieces = image.stem.split(chosen.seperator)
        if not (-len(pieces) <= chosen.idx < len(pieces) and pieces[chosen.idx].isdecimal()):
            raise SettingError(
                _(
                    "{step}: the name {file}, cut at '{seperator}', has no number in part {idx}; its parts are {parts}"
                ).format(
                    step=self._step(),
                    file=image.name,
                    idx=chosen.idx,
                    seperator=chosen.seperator,
                    parts=", ".join(f"{number}: {piece}" for number, piece in enumerate(pieces)),
                )
            )
        return [(0, int(pieces[chosen.idx]), "")]


def _image(path: Path) -> Array:
    """Read the one image of a file."""
    opened = io.open_file(path)
    if "image" not in opened:
        raise FileError(
            _("{path} is no single TIFF image: it holds {there}; LoadTIFs reads one image per file").format(
                path=path, there=choices(opened)
            )
        )
    return opened["image"][...]
