"""A mask that the page's own process holds: it answers what a page asks of it, and no session is in between.

A mask that follows a slider is made here at every move. Handing it to the session, which would hand back some screen
pixels of it, takes longer than making it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab._detached import Answer
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["HeldMask"]

_DARKEST: Final = 1
"""Grey level of what is free; 0 is kept for what is not known."""
_LEVELS: Final = 254
_numbers: Final = count(1)


class HeldMask:
    """Answers for a mask as a session would: how to look at it, its pixels, one value."""

    def __init__(self) -> None:
        self.name = f"~held-{next(_numbers)}"
        self._mask: Array = np.zeros((0, 0), np.bool_)
        self._version = 0

    def put(self, mask: Array) -> dict[str, Any]:
        """Hold another mask, (row, column), True where covered; gives what a page must know to look at it."""
        self._mask = mask
        self._version += 1
        return self._about()

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes | memoryview] = (),  # noqa: ARG002 - as links have it
    ) -> Future[Answer]:
        """Answer at once."""
        answered: Future[Answer] = Future()
        try:
            answered.set_result(self._answer(method, params or {}))
        except Exception as error:  # noqa: BLE001 - the boundary to a page, which waits for an answer
            answered.set_exception(error)
        return answered

    def _answer(self, method: str, params: Mapping[str, Any]) -> Answer:
        if method == "view.open":
            return Answer(self._about())
        if method == "view.image":
            return self._picture(params)
        raise DataError(_("a mask is only looked at, and {method} asks for more").format(method=method))

    def _about(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self._version,
            "view": "image",
            "axes": ["row", "column"],
            "shape": list(self._mask.shape),
            "shown": ["row", "column"],
            "unit": "",
            "dtype": "bool",
            "low": 0.0,
            "high": 1.0,
        }

    def _picture(self, asked: Mapping[str, Any]) -> Answer:
        begun = time.perf_counter()
        rows, columns = self._mask.shape
        top, bottom, left, right = asked.get("region") or (0, rows, 0, columns)
        part = self._mask[max(top, 0) : min(bottom, rows), max(left, 0) : min(right, columns)]
        grey = _shares(part, int(asked.get("height") or rows), int(asked.get("width") or columns))
        about = {
            "height": grey.shape[0],
            "width": grey.shape[1],
            "bits": 8,
            "region": [top, bottom, left, right],
            "low": 0.0,
            "high": 1.0,
            "seconds": time.perf_counter() - begun,
            "along": "",
            "place": 0,
            "length": 0,
        }
        return Answer(about, (grey.tobytes(),))


def _shares(mask: Array, height: int, width: int) -> Array:
    """Give at most so many lines and columns of grey levels: which share of a group of pixels is covered.

    Groups are counted by adding strided views in small integers: numpy's own mean over groups takes ten times as long.
    """
    if not mask.size:
        return np.zeros((1, 1), np.uint8)
    down, across = -(-mask.shape[0] // height), -(-mask.shape[1] // width)
    lines, columns = -(-mask.shape[0] // down), -(-mask.shape[1] // across)
    size = down * across
    whole = np.zeros((lines * down, columns * across), np.uint8 if size < 256 else np.uint32)  # noqa: PLR2004 - of a byte
    whole[: mask.shape[0], : mask.shape[1]] = mask
    tall = _added([whole[first::down] for first in range(down)])
    counted = _added([tall[:, first::across] for first in range(across)])
    # A single pixel of a group is seen, too.
    levels = _DARKEST + _LEVELS * np.append(0, 0.6 + 0.4 * np.arange(1, size + 1) / size)
    return levels.astype(np.uint8)[counted]


def _added(parts: list[Array]) -> Array:
    """Give the sum of arrays, in their own type."""
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total
