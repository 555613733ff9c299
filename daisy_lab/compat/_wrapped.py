"""A class of a first Daisy's script as one of our algorithms, so that a workflow can name, check and run it."""

from __future__ import annotations

import inspect
import json
from collections import namedtuple
from typing import TYPE_CHECKING, Any

import xxhash

from daisy_lab._algorithm import Algorithm, registry
from daisy_lab._ledger import plain
from daisy_lab.compat._algorithm import attach, perform
from daisy_lab.compat._running import source_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.compat._algorithm import DaisyAlg

__all__ = ["wrapped"]


def wrapped(
    algorithm: DaisyAlg, inputs: Mapping[str, str], outputs: Mapping[str, str], settings: Mapping[str, Any]
) -> Algorithm[..., Any]:
    """Make an algorithm of one call of a class; it exists as long as this process.

    Parameters
    ----------
    algorithm
        A configured instance; each run works on a new one of the same class and configuration.
    inputs, outputs
        Names of the data objects by the arguments that give them.
    settings
        All other arguments of the call.
    """
    kind, label, cfg = type(algorithm), algorithm.name, dict(algorithm.cfg)

    def call(*values: Any, **given: Any) -> Any:  # noqa: ANN401 - as the class has it
        worker = kind(label)
        objects = {
            **dict(zip(inputs, values, strict=False)),
            **{one: given.pop(one) for one in inputs if one in given},
        }
        data = {inputs[argument]: value for argument, value in objects.items()}
        attach(worker, data)
        if cfg:
            perform(worker, "config", lambda: worker.config(cfg))
        perform(worker, "initialize", worker.initialize)
        perform(worker, "execute", lambda: worker.execute(**inputs, **outputs, **given))
        perform(worker, "finalize", worker.finalize)
        results = [data[name] for name in outputs.values()]
        return results if len(results) > 1 else results[0]

    source = source_of(kind)
    facts = json.dumps(plain([cfg, inputs, outputs, settings]), sort_keys=True).encode()
    _declare(call, f"{label}_{xxhash.xxh3_64_hexdigest(facts)[:8]}", tuple(inputs), settings, tuple(outputs))
    call.__module__ = kind.__module__
    made: Algorithm[..., Any] = Algorithm(call)
    vars(made).update(id=f"{kind.__module__}:{kind.__qualname__}.{call.__name__}", source=source)
    registry.note(made)
    return made


def _declare(
    call: Any,  # noqa: ANN401 - a function to be changed
    name: str,
    ports: tuple[str, ...],
    settings: Mapping[str, Any],
    outputs: tuple[str, ...],
) -> None:
    """Give a function the signature that its class would have, were it written as one of our algorithms."""
    parameter = inspect.Parameter
    declared = [parameter(port, parameter.POSITIONAL_OR_KEYWORD) for port in ports]
    declared += [
        parameter(setting, parameter.KEYWORD_ONLY, default=value) for setting, value in settings.items()
    ]
    # Made at run time, so by the call that makes named tuples and not by a class statement.
    results = namedtuple("Results", outputs)  # type: ignore[misc]  # noqa: PYI024 - the fields are known at run time only
    results.__annotations__ = dict.fromkeys(outputs, Any)
    call.__name__ = call.__qualname__ = name
    call.__signature__ = inspect.Signature(declared)
    call.__annotations__ = {
        **{one.name: Any for one in declared},
        "return": results if len(outputs) > 1 else Any,
    }
