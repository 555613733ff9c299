"""The door for users who know xarray: an object as a DataArray, a group as a DataTree."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._datastore._object import DataObject

__all__ = ["to_array", "to_tree"]


def to_array(about: DataObject, value: Any) -> Any:  # noqa: ANN401 - any value in, an xarray object out
    """Give an array, scalar, text or dataset (read as a whole) as a DataArray, a table as a Dataset.

    Raises
    ------
    DataError
        If it is a record, or xarray is not installed.
    """
    return _convert(_xarray(), about, value, _axes(about))


def to_tree(group: str, members: Mapping[str, tuple[DataObject, Any]]) -> Any:  # noqa: ANN401 - an xarray object
    """Give the objects below a group as a DataTree; records have no place in one and are left out.

    An axis name that stands for different lengths, as with 72 darks and 73 flats, is told apart by its
    object: `dark_exposure`, `flat_exposure`.
    """
    xarray = _xarray()
    lengths: dict[str, set[int]] = defaultdict(set)
    for about, _value in members.values():
        for axis, length in zip(_axes(about), about.shape, strict=False):
            lengths[axis].add(length)
    nodes: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, (about, value) in members.items():
        if about.kind == "record":
            continue
        inside = name[len(group) :].strip("/")
        parent, _slash, leaf = inside.rpartition("/")
        axes = tuple(
            f"{inside.replace('/', '_')}_{axis}" if len(lengths[axis]) > 1 else axis for axis in _axes(about)
        )
        if about.kind == "table":
            nodes[f"/{inside}"].update(_convert(xarray, about, value, axes).data_vars)
        else:
            nodes[f"/{parent}"][leaf] = _convert(xarray, about, value, axes)
    return xarray.DataTree.from_dict(
        {path: xarray.Dataset(variables) for path, variables in nodes.items()},
        name=group.rpartition("/")[2] or None,
    )


def _axes(about: DataObject) -> tuple[str, ...]:
    leaf = about.name.rpartition("/")[2]
    if about.kind == "table":
        return about.axes[:1] or (f"{leaf}_row",)
    if about.kind == "record":
        return ()
    return about.axes or tuple(f"{leaf}_{number}" for number in range(len(about.shape)))


def _convert(xarray: Any, about: DataObject, value: Any, axes: tuple[str, ...]) -> Any:  # noqa: ANN401 - xarray has no types here
    attributes = {"unit": about.unit} if about.unit else {}
    leaf = about.name.rpartition("/")[2]
    if about.kind == "table":
        return xarray.Dataset({column: (axes, array) for column, array in value.items()}, attrs=attributes)
    if about.kind == "record":
        raise DataError(
            _("'{name}' is a record, which xarray cannot hold; take store['{name}'] as it is").format(
                name=about.name
            )
        )
    whole = value[(slice(None),) * len(about.shape)] if about.kind == "dataset" else value
    return xarray.DataArray(np.asarray(whole), dims=axes, name=leaf, attrs=attributes)


def _xarray() -> Any:  # noqa: ANN401 - xarray has no types here
    try:
        import xarray  # noqa: PLC0415 - optional and heavy: loaded when asked for
    except ImportError:
        raise DataError(
            _("xarray is not installed; install it with: pip install 'daisy-lab[xarray]'")
        ) from None
    return xarray
