"""One algorithm bound to objects of the store, or to values given directly, and run on them whole."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from daisy_lab._algorithm import monitored
from daisy_lab._arrays import to_host
from daisy_lab._datastore import Put, check_name, value_identity
from daisy_lab._engine._calls import Ref
from daisy_lab._engine._device import HOST, Device
from daisy_lab._engine._geometry import named_axes
from daisy_lab._engine._invoke import invoke
from daisy_lab._engine._meter import peak_memory
from daisy_lab._ledger import Entry, Used, plain
from daisy_lab.errors import DataError, SettingError, choices, suggestion
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import LazyArray, SameAxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm, Port
    from daisy_lab._datastore import DataStore
    from daisy_lab._engine._run import Run
    from daisy_lab._ledger import Ledger

__all__ = ["Binding", "bind", "carry_out", "output_names"]


_SHORT_SECONDS = 1e-3
"""A run shorter than this cannot have raised the peak of memory by much: it is not asked for."""


class Binding(NamedTuple):
    """An algorithm with everything it needs, checked and ready."""

    algorithm: Algorithm[..., Any]
    inputs: Mapping[str, Any]
    used: Mapping[str, Used]
    axes: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, Any]
    bound: Mapping[str, Used]
    outputs: tuple[str, ...]


def bind(
    algorithm: Algorithm[..., Any],
    bindings: Mapping[str, Any],
    into: str | tuple[str, ...] | None,
    store: DataStore,
    ledger: Ledger,
) -> Binding:
    """Check names, axes and settings, so that a mistake is told at once and not by a failed run.

    Raises
    ------
    SettingError
        If an argument is unknown, an input missing, or a setting out of bounds.
    MissingObjectError
        If the store does not hold a name.
    DataError
        If an object has other axes than its port.
    """
    ports = {port.name: port for port in algorithm.inputs}
    _check_names(algorithm, ports, bindings)
    inputs: dict[str, Any] = {}
    used: dict[str, Used] = {}
    axes: dict[str, tuple[str, ...]] = {}
    settings: dict[str, Any] = {}
    bound: dict[str, Used] = {}
    for name, given in bindings.items():
        if name in ports:
            inputs[name], used[name], axes[name] = _object(ports[name], given, store, ledger)
        elif isinstance(given, Ref):
            bound[name] = _used(given.name, store, ledger)
            settings[name] = store.get(given.name, bound[name].version)
        else:
            settings[name] = given
    return Binding(
        algorithm, inputs, used, axes, algorithm.validate(settings), bound, output_names(algorithm, into)
    )


def carry_out(binding: Binding, store: DataStore, ledger: Ledger, run: Run, device: Device = HOST) -> Any:  # noqa: ANN401 - what the algorithm returns
    """Run a bound algorithm on this thread, store what comes out and enter it in the ledger."""
    begin, before = time.perf_counter(), peak_memory()
    place = device if binding.algorithm.cuda else HOST
    fact = _fact(binding, run, place)
    ports = binding.algorithm.outputs
    try:
        inputs = {name: _loaded(value) for name, value in binding.inputs.items()}
        with monitored(run):
            values = invoke(binding.algorithm, place.take(inputs), binding.settings)
        if place is not HOST:
            values = tuple(map(to_host, values))
        seconds = time.perf_counter() - begin
        puts = {
            name: Put(value, _axes(binding, port), port.unit, owned=True)
            for name, port, value in zip(binding.outputs, ports, values, strict=True)
        }
        stored = store.put_many(puts, made_by=run.id)
    except Exception as error:
        ledger.add(
            fact(
                outputs={},
                seconds=time.perf_counter() - begin,
                peak_bytes=0,
                state="cancelled" if run.flag[0] else "failed",
                error=f"{type(error).__name__}: {error}",
            )
        )
        raise
    outputs: dict[str, Used] = {}
    results = []
    for name, port in zip(binding.outputs, ports, strict=True):
        version = stored[name].version
        outputs[port.name] = Used(name, version, store.identity(name, version))
        results.append(store.get(name, version))
    run.made = binding.outputs
    held = sum([getattr(value, "nbytes", 0) for value in (*inputs.values(), *values)])
    risen = peak_memory() - before if seconds > _SHORT_SECONDS else 0
    ledger.add(
        fact(
            outputs=outputs,
            seconds=seconds,
            peak_bytes=max(risen, held),
            elements=sum([getattr(value, "size", 1) for value in values]),
        )
    )
    return tuple(results) if len(results) > 1 else results[0]


def _loaded(value: Any) -> Any:  # noqa: ANN401 - any object
    """Read a dataset that is still in its file: here, on the thread of the run."""
    if isinstance(value, np.ndarray) or not isinstance(value, LazyArray):
        return value
    array = value[...]
    array.setflags(write=False)
    return array


def _fact(binding: Binding, run: Run, device: Device) -> partial[Entry]:
    """Give an entry but for what is known only at the end of the run."""
    algorithm = binding.algorithm
    return partial(
        Entry,
        run=run.id,
        algorithm=algorithm.id,
        version=algorithm.version,
        inputs=binding.used,
        settings=plain(binding.settings),
        started=time.time(),
        bound=binding.bound,
        device=device.name,
        source=algorithm.source if algorithm.defined_in_notebook else "",
    )


def _check_names(
    algorithm: Algorithm[..., Any], ports: Mapping[str, Port], bindings: Mapping[str, Any]
) -> None:
    known = [*ports, *algorithm.settings.model_fields]
    for name in bindings:
        if name not in known:
            raise SettingError(
                _("{algorithm} has no argument '{name}'; it has {known}{near}").format(
                    algorithm=algorithm.id, name=name, known=choices(known), near=suggestion(name, known)
                )
            )
    missing = [name for name, port in ports.items() if not port.optional and name not in bindings]
    if missing:
        raise SettingError(
            _("{algorithm} needs the data object {missing}; write e.g. {first}='a name in the store'").format(
                algorithm=algorithm.id, missing=choices(missing), first=missing[0]
            )
        )


def _used(name: str, store: DataStore, ledger: Ledger) -> Used:
    version = store.describe(name).version
    return Used(name, version, ledger.identity(name, version) or store.identity(name, version))


def _object(
    port: Port,
    given: Any,  # noqa: ANN401 - any object
    store: DataStore,
    ledger: Ledger,
) -> tuple[Any, Used, tuple[str, ...]]:
    """Look up an object by name, or take a value as it is; check its axes."""
    if isinstance(given, str | Ref):
        name = given if isinstance(given, str) else given.name
        used = _used(name, store, ledger)
        value, axes = store.get(name, used.version), named_axes(store.describe(name, used.version).axes)
    else:
        value, axes, name = given, (), port.name
        used = Used("", 0, value_identity(given))
    if not isinstance(value, np.ndarray):
        # Asked second: a protocol takes its time to answer.
        if isinstance(value, LazyArray):
            axes = axes or named_axes(value.axes)
    elif value.flags.writeable:
        value = value.view()
        value.setflags(write=False)
    _check_axes(port, name, value, axes)
    return value, used, axes or (port.axes if isinstance(port.axes, tuple) else ())


def _check_axes(port: Port, name: str, value: Any, axes: tuple[str, ...]) -> None:  # noqa: ANN401 - any object
    wanted = port.axes
    if not isinstance(wanted, tuple) or value is None:
        return
    shape = value.shape if hasattr(value, "shape") else np.shape(value)
    if (axes and axes != wanted) or len(shape) != len(wanted):
        raise DataError(
            _("{port} needs the axes {wanted}; '{name}' has {there} and the shape {shape}").format(
                port=port.name,
                wanted=", ".join(wanted),
                name=name,
                there=", ".join(axes) or _("no names for its axes"),
                shape="x".join(map(str, shape)),
            )
        )


def _axes(binding: Binding, port: Port) -> tuple[str, ...]:
    if isinstance(port.axes, SameAxes):
        first = next((port.name for port in binding.algorithm.inputs if port.name in binding.axes), "")
        return binding.axes.get(first, ())
    return port.axes or ()


def output_names(algorithm: Algorithm[..., Any], into: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Give the names of what comes out: those asked for, or the algorithm's own."""
    names = tuple(port.name for port in algorithm.outputs)
    if into is None:
        return names
    chosen = (into,) if isinstance(into, str) else tuple(into)
    if len(chosen) != len(names):
        raise SettingError(
            _("{algorithm} gives {count} objects ({names}); 'into' names {given}").format(
                algorithm=algorithm.id, count=len(names), names=", ".join(names), given=", ".join(chosen)
            )
        )
    return tuple(map(check_name, chosen))
