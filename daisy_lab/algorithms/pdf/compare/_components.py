"""A series as a mixture: few curves, and how much of each is in every frame."""

import warnings
from typing import Annotated, Any, Final, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab.algorithms.pdf.compare._frames import measured
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes

__all__ = ["Mixture", "components"]

_ROUNDS: Final = 1000


class Mixture(NamedTuple):
    """The parts of a series."""

    weights: Annotated[Array, Axes("frame", "component")]
    parts: Annotated[Array, Axes("component", "distance")]
    unexplained: float


@algorithm
def components(
    compared: Annotated[Array, Axes("frame", "distance")],
    *,
    count: Annotated[int, Field(title="Number of components", ge=1, le=20)] = 2,
) -> Mixture:
    """Give the components of a series by non-negative matrix factorization, and their weights in each frame.

    G(r) is lifted by its lowest value so that nothing is negative; each component is scaled to a mean of 1 over the
    distances. What all frames have in common goes to all components: differences between these are meaningful, not
    their height.

    Parameters
    ----------
    compared
        G(r) of each frame, (frame, distance).
    count
        How many components; as many as there are phases, or states, at most as there are frames.

    Returns
    -------
    weights
        How much of each component is in a frame, (frame, component), as a share of all in it; NaN without G(r).
    parts
        The components, (component, distance), lifted as G(r) is; the one that comes first is the first.
    unexplained
        Residual over the variation of the series about its mean, as a root of sums of squares: 0 explains all, 1
        no more than the mean does.

    Raises
    ------
    SettingError
        If there are more components than frames.
    DataError
        If it is no series, or fewer than two frames have a G(r).

    Notes
    -----
    Starts from singular vectors (C. Boutsidis and E. Gallopoulos, Pattern Recognit. 41 (2008) 1350) and not from
    chance, so that the same series gives the same components.

    References
    ----------
    D. D. Lee and H. S. Seung, Nature 401 (1999) 788; C.-H. Liu et al., J. Appl. Cryst. 54 (2021) 768, for PDFs.
    """
    values, good = measured(compared, 2)
    if count > min(values.shape):
        raise SettingError(
            _("{count} components of {frames} frames at {points} distances; give a smaller count").format(
                count=count, frames=values.shape[0], points=values.shape[1]
            )
        )
    lifted = values - values.min()
    weights, parts = _factors(lifted, count)
    height = parts.mean(axis=1)
    height[height == 0] = 1.0
    parts, weights = parts / height[:, np.newaxis], weights * height
    left = float(np.sum((lifted - weights @ parts) ** 2))
    whole = float(np.sum((lifted - lifted.mean(axis=0)) ** 2))
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    order = np.argsort(
        np.arange(len(shares)) @ shares / np.maximum(shares.sum(axis=0), 1e-300), kind="stable"
    )
    full = np.full((len(compared), count), np.nan)
    full[good] = shares[:, order]
    return Mixture(full, parts[order], float(np.sqrt(left / whole)) if whole else 0.0)


def _factors(lifted: Array, count: int) -> tuple[Array, Array]:
    # Takes a second to load, and only here.
    from sklearn.decomposition import NMF  # noqa: PLC0415
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415

    model: Any = NMF(count, init="nndsvda", max_iter=_ROUNDS, tol=1e-4, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weights = model.fit_transform(lifted)
    if model.n_iter_ >= _ROUNDS:
        log(_("the components still moved after {rounds} rounds; take fewer of them").format(rounds=_ROUNDS))
    return np.asarray(weights, np.float64), np.asarray(model.components_, np.float64)
