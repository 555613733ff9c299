"""The container image that this program runs in, if any: results are marked with it.

An image cannot know its own digest. Whoever starts a container knows it: the hub writes the reference that it asked
for into DAISY_LAB_IMAGE, with the digest where the site pinned one; the image itself says its name and version.
"""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

__all__ = ["Image", "running_image"]

_VARIABLE: Final = "DAISY_LAB_IMAGE"
_DIGEST: Final = re.compile(r"@(sha256:[0-9a-f]{64})$")
_REFERENCE: Final = re.compile(r"[\w./:@-]{1,512}", re.ASCII)


class Image(NamedTuple):
    """A container image."""

    reference: str
    """As it was asked for, such as `registry/daisy-lab-ct:0.1.0`."""
    digest: str
    """`sha256:...`, which names its exact content; empty where only a tag is known."""


def running_image() -> Image | None:
    """Give the image that this program runs in; none outside of a container, or where nothing says it."""
    told = os.environ.get(_VARIABLE, "").strip()
    if not _REFERENCE.fullmatch(told):
        return None
    found = _DIGEST.search(told)
    return Image(told, found[1] if found else "")
