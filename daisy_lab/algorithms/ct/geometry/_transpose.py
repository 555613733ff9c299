"""Another order of axes, for the first Daisy's `AlgMatrixTranspose` and for files ordered otherwise."""

from typing import Annotated

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Same

__all__ = ["transpose"]


@algorithm
def transpose(a: Same, *, order: Annotated[tuple[int, ...], Field(title="Order of axes")] = ()) -> Array:
    """Give the array with its axes in another order.

    Parameters
    ----------
    a
        Any array.
    order
        Old numbers of the axes, counted from 0, in their new order: 2, 0, 1 puts the last axis first. Empty:
        reversed.

    Returns
    -------
    array
        The same values, contiguous in the new order.

    Raises
    ------
    SettingError
        If the order does not name each axis once.
    """
    wanted = tuple(order) or tuple(reversed(range(a.ndim)))
    if sorted(wanted) != list(range(a.ndim)):
        raise SettingError(
            _("order {order} does not name each of the {count} axes once; write e.g. {example}").format(
                order=wanted, count=a.ndim, example=", ".join(map(str, reversed(range(a.ndim))))
            )
        )
    return np.ascontiguousarray(np.transpose(a, wanted))
