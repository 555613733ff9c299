"""By how many columns half a turn and its mirrored opposite views are moved against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.fft
import scipy.ndimage

from daisy_lab._algorithm import check_cancelled
from daisy_lab.algorithms.ct._repair import fill_sinogram, remove_spikes

if TYPE_CHECKING:
    from daisy_lab.algorithms.ct.geometry._pairs import Pairs
    from daisy_lab.vocabulary import Array

__all__ = ["Halves", "coarse_move", "fine_move", "halves_of"]

# Columns over which the detector's noise is smoothed before edges are compared.
_SMOOTH: Final = 1.5
_FINE: Final = 0.02
_NEAR: Final = 1.5
_MARGIN: Final = 6


@dataclass(frozen=True, eq=False)
class Halves:
    """Edges along the columns of some views and of their mirrored opposites, (angle, column)."""

    view: Array
    mirrored: Array


def halves_of(sinogram: Array, pairs: Pairs) -> Halves | None:
    """Give one row ready to be compared, or None if it holds nothing."""
    filled, replaced = fill_sinogram(sinogram)
    if replaced == filled.size:
        return None
    filled = remove_spikes(filled)
    weight = pairs.fraction.astype(np.float32)[:, np.newaxis]
    opposite = (1 - weight) * filled[pairs.before] + weight * filled[pairs.after]
    return Halves(_edges(filled[pairs.views]), _edges(opposite[:, ::-1]))


def _edges(views: Array) -> Array:
    turning = views - views.mean(axis=0)
    edges: Array = scipy.ndimage.gaussian_filter1d(turning, _SMOOTH, axis=1, order=1, mode="nearest")
    return edges


def coarse_move(rows: list[Halves], width: int, least: int, side: str) -> tuple[int, float]:
    """Give the best move in whole columns, and by how many standard deviations of all moves it stands out."""
    moves = np.arange(-(width - least), width - least + 1)
    if side != "auto":
        moves = moves[moves >= 0] if side == "right" else moves[moves <= 0]
    size = int(scipy.fft.next_fast_len(2 * width, real=True))
    cross, view_energy, mirrored_energy = np.zeros(size), np.zeros(width), np.zeros(width)
    for halves in rows:
        check_cancelled()
        spectrum = scipy.fft.rfft(halves.view, size, axis=1)
        spectrum *= np.conj(scipy.fft.rfft(halves.mirrored, size, axis=1))
        cross += scipy.fft.irfft(spectrum.sum(axis=0, dtype=np.complex128), size)
        view_energy += np.sum(halves.view**2, axis=0, dtype=np.float64)
        mirrored_energy += np.sum(halves.mirrored**2, axis=0, dtype=np.float64)
    first, last = np.maximum(moves, 0), np.minimum(moves, 0) + width
    energy = np.sqrt(
        _between(view_energy, first, last) * _between(mirrored_energy, first - moves, last - moves)
    )
    # Where nothing is but rounding, nothing correlates.
    floor = float(np.finfo(np.float32).eps) * max(float(view_energy.sum()), 1e-30)
    score = np.where(energy > floor, cross[moves] / np.maximum(energy, floor), 0.0)
    best = int(np.argmax(score))
    noise = 1.4826 * float(np.median(np.abs(score - np.median(score))))
    return int(moves[best]), float(score[best] / max(noise, np.finfo(float).eps)) if score[best] > 0 else 0.0


def _between(values: Array, first: Array, last: Array) -> Array:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(total[last] - total[first])


def fine_move(rows: list[Halves], move: int) -> tuple[float, float]:
    """Give the best move to a small fraction of a column, and the correlation there."""
    fine = np.arange(-_NEAR, _NEAR + _FINE / 2, _FINE)
    cross, energy, own = np.zeros(len(fine)), np.zeros(len(fine)), 0.0
    for halves in rows:
        check_cancelled()
        width = halves.view.shape[1]
        view = halves.view[:, max(move, 0) : width + min(move, 0)].astype(np.float64)
        mirrored = halves.mirrored[:, max(-move, 0) : width + min(-move, 0)].astype(np.float64)
        window = _window(view.shape[1])
        cross += _correlation(view, window * mirrored, fine)
        energy += _correlation((view**2).sum(axis=0, keepdims=True), window[np.newaxis], fine)
        own += float((window * mirrored**2).sum())
    score = cross / np.sqrt(np.maximum(energy * own, np.finfo(float).tiny))
    best = int(np.clip(np.argmax(score), 1, len(fine) - 2))
    before, here, after = score[best - 1 : best + 2]
    bend = before - 2 * here + after
    part = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return move + float(fine[best] + _FINE * np.clip(part, -1, 1)), float(min(here, 1.0))


def _window(length: int) -> Array:
    """Give a window that is zero near both ends, so that what lies beyond them does not count."""
    margin = min(_MARGIN, length // 4)
    window = np.zeros(length)
    inner = length - 2 * margin
    window[margin : length - margin] = np.sin(np.pi * (np.arange(inner) + 0.5) / inner) ** 2
    return window


def _correlation(view: Array, windowed: Array, fine: Array) -> Array:
    """Give the sum of `view(x + move) windowed(x)` at moves of fractions of a column."""
    size = int(scipy.fft.next_fast_len(view.shape[1] + 2 * _MARGIN, real=True))
    spectrum = scipy.fft.rfft(view, size, axis=1) * np.conj(scipy.fft.rfft(windowed, size, axis=1))
    total = spectrum.sum(axis=0)
    total[1 : (size + 1) // 2] *= 2
    phase = 2j * np.pi / size * np.outer(fine, np.arange(len(total)))
    return np.asarray((np.exp(phase) @ total).real / size)
