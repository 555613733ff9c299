"""Actions as JSON data, for the journal of a session, and back.

Arrays are told by the name of their file, datasets by their reference, small values by themselves. Integers
and floats are written in hexadecimal: every bit comes back.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._datastore._chunks import dtype_text
from daisy_lab._datastore._content import Content
from daisy_lab._datastore._history import Version
from daisy_lab._datastore._object import DataObject
from daisy_lab._datastore._values import freeze, own_copy, plain, read_only
from daisy_lab.errors import SessionError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._datastore._segments import Segment, Segments
    from daisy_lab.vocabulary import Array, LazyArray

__all__ = ["Reopen", "put_record", "read_versions"]

Reopen = Callable[[Mapping[str, object]], "LazyArray"]


def put_record(versions: Iterable[Version], *, undoable: bool) -> Mapping[str, object]:
    """Write what a put stored."""
    objects = [{"object": _describe(version.about), "value": _write(version.content)} for version in versions]
    return {"action": "put", "objects": objects} | ({} if undoable else {"undoable": False})


def read_versions(record: Mapping[str, Any], segments: Segments, reopen: Reopen) -> list[Version]:
    """Read what a put stored; files and datasets are opened when first asked for."""
    versions = []
    for entry in record["objects"]:
        told = entry["object"]
        about = DataObject(**{**told, "axes": tuple(told["axes"]), "shape": tuple(told["shape"])})
        versions.append(Version(about, _read(about, entry["value"], segments, reopen)))
    return versions


def _describe(about: DataObject) -> dict[str, object]:
    facts = {field.name: getattr(about, field.name) for field in fields(about)}
    return {**facts, "axes": list(about.axes), "shape": list(about.shape)}


def _write(content: Content) -> dict[str, object]:
    value = content.raw()
    if content.kind == "array":
        return _write_array(value, content.segments.get(""))
    if content.kind == "table":
        files = content.segments
        return {"columns": {name: _write_array(array, files.get(name)) for name, array in value.items()}}
    if content.kind == "dataset":
        return {"reference": dict(value.reference)}
    if content.kind == "scalar":
        return _write_scalar(value)
    return {content.kind: plain(value)}


def _write_array(array: Array, segment: Segment | None) -> dict[str, object]:
    return {"file": segment.path.name if segment else None, "dtype": dtype_text(array.dtype)}


def _write_scalar(value: Any) -> dict[str, object]:  # noqa: ANN401 - a scalar of Python or NumPy
    if isinstance(value, np.generic):
        return {"dtype": dtype_text(value.dtype), "bytes": value.tobytes().hex()}
    if isinstance(value, complex):
        return {"complex": [value.real.hex(), value.imag.hex()]}
    if isinstance(value, float):
        return {"float": value.hex()}
    return {"bool": value} if isinstance(value, bool) else {"int": hex(value)}


def _read(about: DataObject, told: Mapping[str, Any], segments: Segments, reopen: Reopen) -> Content:
    if about.kind == "array":
        found = _read_array(about, told, about.shape, segments)
        if isinstance(found, np.ndarray):
            return Content("array", found)
        return Content("array", segments={"": found})
    if about.kind == "table":
        return _read_table(about, told["columns"], segments)
    if about.kind == "dataset":
        return Content("dataset", opener=lambda: reopen(told["reference"]))
    if about.kind == "scalar":
        return Content("scalar", _read_scalar(told))
    return Content(about.kind, freeze(about.name, told[about.kind], own_copy).value)


def _read_table(about: DataObject, columns: Mapping[str, Mapping[str, Any]], segments: Segments) -> Content:
    found = {name: _read_array(about, told, about.shape, segments) for name, told in columns.items()}
    files = {name: entry for name, entry in found.items() if not isinstance(entry, np.ndarray)}
    if len(files) == len(found):
        return Content("table", segments=files)
    # A table without rows, or with a column of empty text: some columns have no file.
    return Content(
        "table",
        MappingProxyType(
            {name: entry if isinstance(entry, np.ndarray) else entry.map() for name, entry in found.items()}
        ),
        segments=files,
    )


def _read_array(
    about: DataObject, told: Mapping[str, Any], shape: tuple[int, ...], segments: Segments
) -> Segment | Array:
    dtype: np.dtype[Any] = np.lib.format.descr_to_dtype(ast.literal_eval(told["dtype"]))
    if told["file"] is not None:
        return segments.find(told["file"], shape, dtype)
    empty: Array = np.empty(shape, dtype)
    if empty.nbytes:
        raise SessionError(
            _("'{name}' was not kept: its store was not durable; compute it again").format(name=about.name)
        )
    return read_only(empty)


def _read_scalar(told: Mapping[str, Any]) -> object:
    if "dtype" in told:
        dtype: np.dtype[Any] = np.lib.format.descr_to_dtype(ast.literal_eval(told["dtype"]))
        return np.frombuffer(bytes.fromhex(told["bytes"]), dtype)[0]
    if "complex" in told:
        real, imaginary = told["complex"]
        return complex(float.fromhex(real), float.fromhex(imaginary))
    if "float" in told:
        return float.fromhex(told["float"])
    return told["bool"] if "bool" in told else int(told["int"], 16)
