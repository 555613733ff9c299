"""A password made at start, never a default one, kept as a salted hash; and patience with wrong ones."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Patience", "hashed", "is_right", "new_password"]


class Patience:
    """Lets somebody try a few times, then ever more slowly; a right answer ends it.

    Parameters
    ----------
    free
        So many wrong answers cost nothing.
    longest
        Seconds, at most, until the next try.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, free: int = 5, longest: float = 60, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free, self._longest, self._clock = free, longest, clock
        self._wrong = 0
        self._until = 0.0

    def seconds_left(self) -> float:
        """Give how long the next try has to wait."""
        return max(0.0, self._until - self._clock())

    def note_try(self) -> None:
        """Count a try before it is looked at: many at once must not all be free."""
        self._wrong += 1
        if self._wrong >= self._free:
            self._until = self._clock() + min(2.0 ** (self._wrong - self._free), self._longest)

    def note_success(self) -> None:
        """Forget the wrong ones."""
        self._wrong, self._until = 0, 0.0


_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def new_password() -> str:
    """Make a password to be typed once: 79 bits in four groups."""
    word = "".join(secrets.choice(_LETTERS) for _letter in range(16))
    return "-".join(word[start : start + 4] for start in range(0, 16, 4))


def hashed(password: str) -> str:
    """Give salt and hash of a password."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_hash(password, salt)}"


def is_right(password: str, kept: str) -> bool:
    """Compare in a time that does not tell how much was right."""
    salt, _colon, expected = kept.partition(":")
    if not expected:
        return False
    found = _hash(password, bytes.fromhex(salt))
    return hmac.compare_digest(found, expected)


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1).hex()
