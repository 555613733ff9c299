"""What may be stored, and how it becomes unchangeable: every kind of value enters and leaves through here.

Arrays leave as fresh read-only views (so that not even an attribute of the stored one can be set), tables as
mappings of such views, records as mappings and tuples that nobody can write to.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import LazyArray

if TYPE_CHECKING:
    from daisy_lab._datastore._object import Kind
    from daisy_lab.vocabulary import Array

__all__ = ["Frozen", "freeze", "hand_out", "own_copy", "plain", "read_only"]


# Written once: a union made anew for each isinstance costs more than the test.
_SINGLES = (str, int, float, complex, np.generic)
_BOOLS = (bool, np.bool_)
_INTEGERS = (int, np.integer)
_FLOATS = (float, np.floating)


class Frozen(NamedTuple):
    """A value fit for the store, with the facts of its description."""

    kind: Kind
    value: Any
    shape: tuple[int, ...]
    dtype: str
    nbytes: int


def freeze(name: str, value: object, keep: Callable[[Array], Array]) -> Frozen:
    """Make an unchangeable value of what was given.

    Parameters
    ----------
    name
        What it will be called, for messages.
    value
        Array, scalar, text, table (mapping of equally long 1-D arrays, or a structured array), record (JSON
        data), or lazy dataset.
    keep
        Says what is kept of an array: the array itself when it can be taken over, or a copy.

    Raises
    ------
    DataError
        If it is nothing of these, an array of Python objects, a masked array, a table with columns that
        differ in length.
    """
    if isinstance(value, np.ndarray):
        return _freeze_array(name, value, keep)
    if isinstance(value, _SINGLES):
        return _freeze_scalar(name, value)
    if isinstance(value, Mapping | list | tuple):
        return _freeze_collection(name, value)
    if isinstance(value, LazyArray):
        shape = tuple(map(int, value.shape))
        dtype = np.dtype(value.dtype)
        return Frozen("dataset", value, shape, _dtype_name(dtype), math.prod(shape) * dtype.itemsize)
    raise _cannot_store(name, value)


def own_copy(array: Array) -> Array:
    """Copy into memory of our own, plain and in C or Fortran order."""
    return np.array(array, order="A", subok=False)


def read_only(array: Array) -> Array:
    """View the array so that the view cannot be written to; the array itself is not locked."""
    view: Array = array.view(np.ndarray)
    view.flags.writeable = False
    return view


def hand_out(kind: Kind, value: Any) -> Any:  # noqa: ANN401 - any value the store holds
    """Give a stored value to a user: arrays as views of their own, everything else as it is."""
    if kind == "array":
        return value.view()
    if kind == "table":
        return MappingProxyType({column: array.view() for column, array in value.items()})
    return value


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON data
    """Turn a stored record back into the dicts and lists that `json` writes."""
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return value


def _freeze_array(name: str, value: Array, keep: Callable[[Array], Array]) -> Frozen:
    _check_dtype(name, value.dtype)
    if isinstance(value, np.ma.MaskedArray):
        raise DataError(
            _(
                "cannot store '{name}': a masked array; store its data and its mask as two objects, "
                "or fill it, as in value.filled(0)"
            ).format(name=name)
        )
    if value.dtype.names and value.ndim == 1:
        return _freeze_table(name, {column: value[column] for column in value.dtype.names})
    return Frozen("array", keep(value), value.shape, _dtype_name(value.dtype), value.nbytes)


@lru_cache
def _dtype_name(dtype: np.dtype[Any]) -> str:
    return str(dtype)  # NumPy takes microseconds for it


def _check_dtype(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.hasobject:
        raise DataError(
            _(
                "cannot store '{name}': an array of Python objects (dtype {dtype}) has no bytes to keep; "
                "convert it, as in value.astype(float), or store it as a record"
            ).format(name=name, dtype=dtype)
        )


def _freeze_scalar(name: str, value: object) -> Frozen:
    if isinstance(value, str):
        text = str(value)
        return Frozen("text", text, (), "str", len(text.encode("utf-8", "surrogatepass")))
    if not isinstance(value, np.generic):
        exact, size = _exact(value)
        return Frozen("scalar", exact, (), type(exact).__name__, size)
    if isinstance(value, bytes):
        raise _cannot_store(name, value)
    _check_dtype(name, value.dtype)
    if isinstance(value, np.void):  # the one NumPy scalar that can be changed in place
        return Frozen("array", read_only(np.array(value).copy()), (), _dtype_name(value.dtype), value.nbytes)
    return Frozen("scalar", value, (), _dtype_name(value.dtype), value.nbytes)


def _exact(value: object) -> tuple[complex, int]:
    """Take a number out of its subclass, such as an enumeration's."""
    if isinstance(value, _BOOLS):
        return bool(value), 1
    if isinstance(value, _INTEGERS):
        return int(value), max(8, (int(value).bit_length() + 7) // 8)
    if isinstance(value, _FLOATS):
        return float(value), 8
    assert isinstance(value, complex)  # noqa: S101 - both callers checked
    return complex(value), 16


def _freeze_collection(name: str, value: Mapping[Any, Any] | list[Any] | tuple[Any, ...]) -> Frozen:
    if isinstance(value, Mapping) and any(isinstance(column, np.ndarray) for column in value.values()):
        return _freeze_table(name, value)
    try:
        kept, size = _freeze_entry(name, value)
    except RecursionError:
        raise DataError(
            _("cannot store '{name}' as a record: it is nested too deeply, or contains itself").format(
                name=name
            )
        ) from None
    return Frozen("record", kept, (len(value),), "", size)


def _freeze_table(name: str, columns: Mapping[Any, Any]) -> Frozen:
    kept: dict[str, Array] = {}
    for column, array in columns.items():
        if not isinstance(column, str) or not isinstance(array, np.ndarray) or array.ndim != 1:
            raise DataError(
                _(
                    "cannot store '{name}' as a table: column {column!r} is {what}; every column is a 1-D "
                    "NumPy array under a text name (without arrays, a mapping is stored as a record)"
                ).format(name=name, column=column, what=_what(array))
            )
        _check_dtype(f"{name}.{column}", array.dtype)
        kept[column] = read_only(own_copy(array))
    lengths = {column: len(array) for column, array in kept.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{column}: {length}" for column, length in lengths.items())
        raise DataError(
            _("cannot store '{name}' as a table: its columns differ in length ({lengths})").format(
                name=name, lengths=told
            )
        )
    total = sum(array.nbytes for array in kept.values())
    return Frozen("table", MappingProxyType(kept), (next(iter(lengths.values())),), "", total)


def _freeze_entry(name: str, value: Any) -> tuple[Any, int]:  # noqa: ANN401 - JSON data
    if value is None or isinstance(value, str):
        return (value, 8) if value is None else (str(value), len(value))
    if isinstance(value, int | float | np.bool_ | np.integer | np.floating):
        return _exact(value)
    if isinstance(value, list | tuple):
        entries = [_freeze_entry(name, entry) for entry in value]
        return tuple(entry for entry, _size in entries), sum(size for _entry, size in entries)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        pairs = {str(key): _freeze_entry(name, entry) for key, entry in value.items()}
        size = sum(len(key) + size for key, (_entry, size) in pairs.items())
        return MappingProxyType({key: entry for key, (entry, _size) in pairs.items()}), size
    raise DataError(
        _(
            "cannot store '{name}' as a record: it holds {what}; "
            "a record is of mappings with text keys, lists, text, numbers, true, false and null"
        ).format(name=name, what=_what(value))
    )


def _cannot_store(name: str, value: object) -> DataError:
    return DataError(
        _(
            "cannot store '{name}': {what}; the store keeps NumPy arrays, numbers, text, tables (a mapping "
            "of equally long 1-D arrays), records (JSON data) and lazy datasets as open_file gives them"
        ).format(name=name, what=_what(value))
    )


def _what(value: object) -> str:
    if isinstance(value, np.ndarray):
        return _("an array of shape {shape}").format(shape=value.shape)
    if isinstance(value, Mapping):
        return _("a mapping with keys that are not text")
    return _("a value of type {type}").format(type=type(value).__qualname__)
