"""What the store tells about an object, and what it is given to keep: descriptions, never values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["DataObject", "Kind", "Put"]

Kind: TypeAlias = Literal["array", "scalar", "text", "table", "record", "dataset"]


@dataclass(frozen=True, slots=True)
class DataObject:
    """Description of one version of a data object; the value itself stays in the store.

    Parameters
    ----------
    name
        Where it is in the store, as in `scan/projections`.
    version
        Counts up from 1 per name; a number is never used twice.
    kind
        Array, scalar, text, table (equally long columns), record (JSON data) or dataset (still in its file).
    axes
        Name of each axis, slowest first; empty when nobody said.
    unit
        Unit of the values, empty when unknown.
    shape
        Length of each axis; of a table the number of rows.
    dtype
        Type of one value; of a table or record empty.
    nbytes
        Bytes of the value once it is in memory.
    device
        Where the value is.
    made_by
        Id of the run that made it, empty when it was put by hand.
    created
        Seconds since 1970.
    """

    name: str
    version: int
    kind: Kind
    axes: tuple[str, ...]
    unit: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    device: str
    made_by: str
    created: float


@dataclass(frozen=True, slots=True)
class Put:
    """One thing to store among several that are stored together.

    Parameters
    ----------
    value
        Array, scalar, text, table, record or lazy dataset.
    axes
        Name of each axis, slowest first.
    unit
        Unit of the values.
    owned
        Whether the giver vouches that nobody else can write to the array, so that it is taken over
        unasked; an engine can say so of what an algorithm returned.
    """

    value: object
    axes: tuple[str, ...] = ()
    unit: str = ""
    owned: bool = False
