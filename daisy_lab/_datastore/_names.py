"""Which words may name a data object, and what to say when a name or a version is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from daisy_lab.errors import DataError, MissingObjectError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["check_name", "missing_object", "missing_version"]

# Letters of any language, digits and `_ - .`; a part of dots alone would be a way up a tree of folders.
_PART = r"(?!\.+(?:/|$))[\w.-]+"
_NAME = re.compile(rf"{_PART}(?:/{_PART})*")


def check_name(name: object) -> str:
    """Give the name back when it may name an object.

    Raises
    ------
    DataError
        If it is not text, or not of letters, digits, `_`, `-`, `.` in parts separated by single `/`.
    """
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise DataError(
        _(
            "{name!r} cannot name a data object; "
            "use letters, digits, '_', '-' and '.', parts separated by single '/', as in 'scan/projections'"
        ).format(name=name)
    )


def missing_object(name: object, known: Iterable[str]) -> MissingObjectError:
    """Make the error for a name the store does not hold; it lists what is there."""
    names = list(known)
    return MissingObjectError(
        _("no data object '{name}'; the store holds {names}").format(name=name, names=choices(names))
        + suggestion(str(name), names)
    )


def missing_version(name: str, version: object, known: Iterable[int]) -> MissingObjectError:
    """Make the error for a version that is not there; it lists those that are."""
    return MissingObjectError(
        _("no version {version} of data object '{name}'; the store holds {versions}").format(
            version=version,
            name=name,
            versions=", ".join(map(str, known)) or _("none of its versions"),
        )
    )
