"""Runs one algorithm on arrays and checks what comes out; the one place where foreign code is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab._engine._isolate import run_isolated
from daisy_lab.errors import DaisyError, DataError, RunError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm

__all__ = ["invoke"]


def invoke(
    algorithm: Algorithm[..., Any], inputs: Mapping[str, Any], settings: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Run an algorithm and give its outputs in the order of its ports.

    Raises
    ------
    RunError
        If the algorithm raises anything that does not explain itself; the original is the cause.
    DataError
        If it returns something else than it declares.
    """
    try:
        if algorithm.isolate:
            returned = run_isolated(algorithm, inputs, settings)
        else:
            returned = algorithm.function(**inputs, **settings)
    except DaisyError:
        raise
    except Exception as error:
        raise RunError(
            _(
                "{algorithm} failed: {kind}: {error}; its inputs were {inputs}, its settings {settings}"
            ).format(
                algorithm=algorithm.id,
                kind=type(error).__name__,
                error=error,
                inputs=_shapes(inputs),
                settings=dict(settings),
            )
        ) from error
    values = tuple(returned) if len(algorithm.outputs) > 1 else (returned,)
    _check(algorithm, values)
    return values


def _check(algorithm: Algorithm[..., Any], values: tuple[Any, ...]) -> None:
    if len(values) != len(algorithm.outputs):
        raise DataError(
            _("{algorithm} declares {declared} outputs and returned {returned}").format(
                algorithm=algorithm.id, declared=len(algorithm.outputs), returned=len(values)
            )
        )
    for port, value in zip(algorithm.outputs, values, strict=True):
        if isinstance(port.axes, tuple) and np.ndim(value) != len(port.axes):
            raise DataError(
                _(
                    "{algorithm} declares {name} with the axes {axes} and returned an array of shape {shape}"
                ).format(
                    algorithm=algorithm.id, name=port.name, axes=", ".join(port.axes), shape=np.shape(value)
                )
            )


def _shapes(inputs: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {'x'.join(map(str, value.shape))} {value.dtype}"
        if hasattr(value, "shape")
        else f"{name} {value!r:.40}"
        for name, value in inputs.items()
    )
