"""Sorting without branches: pairs of places to compare, the same for all data, so that many sort side by side."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["comparisons", "selection"]


@lru_cache(maxsize=64)
def comparisons(length: int) -> tuple[tuple[int, int], ...]:
    """Give the pairs (low, high) of places that, exchanged in turn where needed, sort that many values.

    K. E. Batcher's merge exchange, for any length: D. E. Knuth, The Art of Computer Programming 3, algorithm
    5.2.2 M.
    """
    pairs = []
    top = 1 << max(0, (length - 1).bit_length() - 1)
    step = top
    while step:
        further, residue, distance = top, 0, step
        while True:
            pairs += [(low, low + distance) for low in range(length - distance) if low & step == residue]
            if further == step:
                break
            distance, further, residue = further - step, further // 2, step
        step //= 2
    return tuple(pairs)


@lru_cache(maxsize=64)
def selection(length: int, ranks: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Give those of the comparisons that the values of some ranks depend on."""
    needed = set(ranks)
    kept = []
    for pair in reversed(comparisons(length)):
        if needed.intersection(pair):
            needed.update(pair)
            kept.append(pair)
    return tuple(reversed(kept))
