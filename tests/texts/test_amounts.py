from __future__ import annotations

import pytest

from daisy_lab.texts import in_bytes


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (999_600, "1 MB"),
        (2 * 10**9, "2 GB"),
        (3 * 10**13, "30 TB"),
        (9 * 10**15, "9,000 TB"),
        (None, ""),
    ],
)
def test_bytes_are_said_with_three_digits(count: int | None, text: str) -> None:
    assert in_bytes(count) == text
