"""The first Daisy's algorithms that write files: `SaveHDF5` and `SaveH5VDS`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads the annotations

import h5py
from pydantic import Field

from daisy_lab._algorithm import progress
from daisy_lab.compat._file_algorithm import FileAlg, Saver
from daisy_lab.compat._hdf5 import as_array, changed, dataset_path, make_room
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

__all__ = ["SaveH5VDS", "SaveHDF5"]


class SaveHDF5(Saver):
    """Adds objects of the store to an HDF5 file; what else is in the file stays."""

    class Settings(FileAlg.Settings):
        """The file."""

        outputfile_name: Path | None = None

    def execute(self, input_dataobj: str, output_path: str) -> bool:
        """Write one object as a dataset; one of the same path is replaced."""
        path = dataset_path(output_path)
        array = as_array(input_dataobj, self.get("DataStore").data()[input_dataobj])
        target = self._file()
        with changed(target) as file:
            make_room(file, path)
            file[path] = array
        self.LogInfo(f"{input_dataobj} -> {target}::/{path}")
        return True

    def _file(self) -> Path:
        return self.path_of(self.settings(), "outputfile_name")


class SaveH5VDS(SaveHDF5):
    """Writes an object into several block files, and a virtual dataset that joins them into one.

    The block files lie beside the file, are named after it and the dataset (`reco.entry-volume.0000.h5`), and
    have to stay there: the virtual dataset finds them by name.
    """

    class Settings(SaveHDF5.Settings):
        """The file, and how many positions of the first axis go into one block file."""

        block_length: int = Field(default=64, ge=1)

    def execute(self, input_dataobj: str, output_path: str) -> bool:
        """Write one object as a virtual dataset; one of the same path is replaced."""
        path = dataset_path(output_path)
        array = as_array(input_dataobj, self.get("DataStore").data()[input_dataobj])
        if array.ndim == 0 or array.size == 0 or array.dtype.kind == "U":
            raise DataError(
                _("'{name}' of shape {shape} cannot be cut into blocks; save it with SaveHDF5").format(
                    name=input_dataobj, shape=array.shape
                )
            )
        target = self._file()
        # First the old one goes: a kill must not leave it joining old blocks and new ones.
        with changed(target) as file:
            make_room(file, path)
        layout = h5py.VirtualLayout(array.shape, array.dtype)
        length = self.settings().block_length
        for number, start in enumerate(progress(range(0, len(array), length), text=self.name)):
            part = slice(start, min(start + length, len(array)))
            name = f"{target.stem}.{path.replace('/', '-')}.{number:04d}{target.suffix or '.h5'}"
            with changed(target.with_name(name), anew=True) as file:
                file[path] = array[part]
            layout[part] = h5py.VirtualSource(name, path, array[part].shape)
        with changed(target) as file:
            file.create_virtual_dataset(path, layout)
        self.LogInfo(f"{input_dataobj} -> {target}::/{path}")
        return True
