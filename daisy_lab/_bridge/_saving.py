"""An object into a file: HDF5 (NeXus), a folder of TIFF images, or text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from daisy_lab import io
from daisy_lab._ledger import plain
from daisy_lab._messages import SavedFile
from daisy_lab._preview import axes_of, table_rows
from daisy_lab.errors import DataError, FileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab._datastore import DataObject, DataStore

__all__ = ["save_object"]

_BLOCK_BYTES = 64 << 20
_TEXT_VALUES = 5_000_000


def save_object(
    store: DataStore, name: str, path: Path, form: Literal["hdf5", "tiff", "text"], *, overwrite: bool
) -> SavedFile:
    """Write an object under a path; the file appears when it is complete.

    Raises
    ------
    FileError
        If something is there already, or it cannot be written.
    DataError
        If the object cannot be written in this form.
    """
    about = store.describe(name)
    value = store.get(name, about.version)
    if path.exists() and not overwrite:
        raise FileError(_("{path} is there already; choose another name, or say overwrite").format(path=path))
    if form == "hdf5":
        _write_hdf5(path, about, value, overwrite=overwrite)
    elif form == "tiff":
        volume = value if len(about.shape) == 3 else np.asarray(value[...])[np.newaxis]  # noqa: PLR2004 - a volume
        io.export_tiff(volume, path, overwrite=overwrite)
    else:
        _write_text(path, about, value)
    files = [path] if path.is_file() else list(path.iterdir())
    return SavedFile(path=str(path), nbytes=sum(file.stat().st_size for file in files))


def _write_hdf5(path: Path, about: DataObject, value: Any, *, overwrite: bool) -> None:  # noqa: ANN401 - any object
    if about.kind not in {"array", "dataset", "scalar"}:
        raise DataError(
            _("'{name}' is a {kind}; HDF5 is written for arrays and numbers, save it as text").format(
                name=about.name, kind=about.kind
            )
        )
    name = about.name.rpartition("/")[2]
    with io.ResultWriter(path, overwrite=overwrite) as writer:
        if not about.shape:
            writer.scalar(name, value, about.unit)
        else:
            axes = axes_of(about.axes, about.shape)
            writer.create(name, about.shape, np.dtype(value.dtype), axes=axes, unit=about.unit)
            step = max(1, _BLOCK_BYTES // max(about.nbytes // about.shape[0], 1))
            for start in range(0, about.shape[0], step):
                writer.write(name, np.asarray(value[start : start + step]), axis=axes[0], start=start)
        writer.finish()


def _write_text(path: Path, about: DataObject, value: Any) -> None:  # noqa: ANN401 - any object
    unfinished = io.Unfinished(path)
    try:
        unfinished.path.write_text(_as_text(about, value), encoding="utf-8")
    except BaseException:
        unfinished.abandon()
        raise
    unfinished.finish(overwrite=True)


def _as_text(about: DataObject, value: Any) -> str:  # noqa: ANN401 - any object
    if about.kind == "text":
        return str(value)
    if about.kind == "scalar":
        return f"{value}\n"
    if about.kind == "record":
        return json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n"
    if len(about.shape) > 2 or int(np.prod(about.shape)) > _TEXT_VALUES:  # noqa: PLR2004 - lines and columns
        raise DataError(
            _("'{name}' has the shape {shape}: too much for a text; save it as HDF5 or TIFF").format(
                name=about.name, shape=" x ".join(map(str, about.shape))
            )
        )
    table: Any = value if about.kind == "table" else np.asarray(value[...])
    columns, _rows, length = table_rows(table, 0, 0)
    lines = ["# " + "\t".join(columns)]
    if about.kind == "table":
        parts = list(table.values())
        lines += ["\t".join(str(part[n]) for part in parts) for n in range(length)]
    else:
        rows = table if table.ndim == 2 else table[:, np.newaxis]  # noqa: PLR2004 - as above
        lines += ["\t".join(map(str, line)) for line in rows.tolist()]
    return "\n".join(lines) + "\n"
