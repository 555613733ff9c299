"""`@algorithm`: a typed function that the house can show, check, split and record; called, it is just the function."""

from __future__ import annotations

import inspect
import sys
from functools import cached_property, update_wrapper
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

import xxhash
from pydantic import BaseModel, ValidationError

from daisy_lab._algorithm._faults import faults
from daisy_lab._algorithm._registry import registry
from daisy_lab._algorithm._signature import Port, Signature, read_signature, title_of
from daisy_lab._algorithm._windows import Each, Splits, Window, window
from daisy_lab.errors import DefinitionError, SettingError, choices
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Algorithm", "algorithm"]

P = ParamSpec("P")
R = TypeVar("R")


class Algorithm(Generic[P, R]):
    """A typed function with its schema, its ports and the axes along which it can be split."""

    def __init__(
        self,
        function: Callable[P, R],
        splits: Splits | None = None,
        *,
        isolate: bool = False,
        cuda: bool = False,
        signature: Signature | None = None,
    ) -> None:
        self.function = function
        self.isolate = isolate
        self.cuda = cuda
        # What travels by value brings its signature: types written as text name things of where it was defined.
        self.signature: Signature = signature or read_signature(function)
        self.splits: Splits = {} if splits is None else splits
        self._models: dict[frozenset[str], type[BaseModel]] = {}
        update_wrapper(self, function)
        self._check_splits()
        self._check_defaults()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function itself: nothing is validated, split or recorded."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        data = ", ".join(port.name for port in self.inputs)
        settings = ", ".join(self.settings.model_fields)
        return f"<algorithm {self.id}({data}; {settings}) -> {', '.join(port.name for port in self.outputs)}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        # By reference where another process can import it, by value where only this one knows it.
        if (
            ":" in self.id
            or self.defined_in_notebook
            or getattr(sys.modules.get(self.module), self.name, None) is not self
        ):
            return _rebuild, (self.function, self.splits, self.isolate, self.cuda, self.signature)
        return str(self.name)

    @property
    def name(self) -> str:
        """Name of the function."""
        name: str = self.function.__name__
        return name

    @property
    def title(self) -> str:
        """Its name for a reader, in English."""
        return title_of(self.name)

    @property
    def module(self) -> str:
        """Module that defines the function; `__main__` in a notebook, and for what `exec` made outside any."""
        return self.function.__module__ or "__main__"

    @cached_property
    def id(self) -> str:
        """Name in workflows and in the ledger: `ct.reconstruct`, or the bare name in a notebook."""
        return registry.id_of(self)

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Data objects that go in."""
        return self.signature.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """Data objects that come out."""
        return self.signature.outputs

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return self.signature.summary

    @cached_property
    def settings(self) -> type[BaseModel]:
        """Pydantic model of the settings."""
        return self.signature.settings_model()

    def schema(self) -> dict[str, Any]:
        """Give the JSON Schema of the settings: types, units, bounds, choices, defaults, titles, tooltips."""
        return self.settings.model_json_schema()

    def validate(self, given: Mapping[str, object], bound: Iterable[str] = ()) -> dict[str, Any]:
        """Check settings and fill in defaults; text is converted, so `"295"` is fine for a number.

        Parameters
        ----------
        given
            Settings by name.
        bound
            Settings that get their value later; they are neither needed nor given back.

        Raises
        ------
        SettingError
            If a name is unknown, a value is missing or out of its bounds; every fault is told at once.
        """
        model = self._model(frozenset(bound))
        try:
            checked = model.model_validate(dict(given))
        except ValidationError as error:
            raise SettingError.of(self._faults(error)) from None
        return {name: getattr(checked, name) for name in model.model_fields}

    def convert(self, setting: str, value: object) -> Any:  # noqa: ANN401 - any setting
        """Check the value of one setting, and give it converted."""
        return self.validate({setting: value}, bound=self.signature.fields.keys() - {setting})[setting]

    def windows(self, settings: Mapping[str, object], axes: tuple[str, ...] = ()) -> Mapping[str, Window]:
        """Give the axes this step can be split along with these settings; `axes` are those of the first input."""
        if isinstance(self.splits, Each):
            return dict.fromkeys(axes, Window())
        space = SimpleNamespace(**settings)
        return {axis: window(reach, space) for axis, reach in self.splits.items()}

    @cached_property
    def version(self) -> str:
        """Version of the distribution it comes from; a digest of its source where there is none."""
        return registry.version_of(self) or f"source {xxhash.xxh3_64_hexdigest(self.source.encode())}"

    @cached_property
    def source(self) -> str:
        """Source text of the function; goes into the ledger for what is defined in a notebook."""
        try:
            return inspect.getsource(self.function)
        except (OSError, TypeError):
            return ""

    @cached_property
    def fingerprint(self) -> str:
        """Digest of id, version and source: an edited function is another function, whatever its version says."""
        return xxhash.xxh3_64_hexdigest(f"{self.id}\n{self.version}\n{self.source}".encode())

    @property
    def defined_in_notebook(self) -> bool:
        """Whether its source exists only in a running session."""
        return self.module == "__main__"

    def _model(self, without: frozenset[str]) -> type[BaseModel]:
        if not without:
            return self.settings
        if without not in self._models:
            self._models[without] = self.signature.settings_model(without)
        return self._models[without]

    def _check_splits(self) -> None:
        if isinstance(self.splits, Each) or any(isinstance(port.axes, SameAxes) for port in self.inputs):
            return
        named = {axis for port in self.inputs if isinstance(port.axes, tuple) for axis in port.axes}
        for axis in self.splits:
            if axis not in named:
                raise DefinitionError(
                    _("algorithm {name} splits along '{axis}', but its inputs have the axes {axes}").format(
                        name=self.name, axis=axis, axes=choices(named)
                    )
                )

    def _check_defaults(self) -> None:
        needed = {name for name, (_type, default) in self.signature.fields.items() if default is ...}
        try:
            self._model(frozenset(needed)).model_validate({})
        except ValidationError as error:
            raise DefinitionError(
                _("a default is wrong: {faults}").format(faults="; ".join(self._faults(error).values()))
            ) from None

    def _faults(self, error: ValidationError) -> dict[str, str]:
        return faults(error, self.name, self.signature.fields.keys())


def _rebuild(
    function: Callable[P, R],
    splits: Splits,
    isolate: bool,  # noqa: FBT001 - pickle calls it by position
    cuda: bool,  # noqa: FBT001 - as above
    signature: Signature,
) -> Algorithm[P, R]:
    return Algorithm(function, splits, isolate=isolate, cuda=cuda, signature=signature)


@overload
def algorithm(function: Callable[P, R]) -> Algorithm[P, R]: ...
@overload
def algorithm(
    *, splits: Splits | None = None, isolate: bool = False, cuda: bool = False
) -> Callable[[Callable[P, R]], Algorithm[P, R]]: ...
def algorithm(
    function: Callable[P, R] | None = None,
    *,
    splits: Splits | None = None,
    isolate: bool = False,
    cuda: bool = False,
) -> Algorithm[P, R] | Callable[[Callable[P, R]], Algorithm[P, R]]:
    """Turn a typed function into an algorithm.

    Parameters
    ----------
    function
        A function whose arguments before `*` are data objects and whose keyword-only arguments are settings.
    splits
        Axes along which the output can be computed piece by piece, each with its halo (an int), its `Window`, or a
        function of the settings giving either; `EACH` for elementwise work. An axis left out is asked whole.
    isolate
        Run it in a child process, because it cannot poll for cancel or holds Python's global lock.
    cuda
        Whether it takes arrays of a CUDA device as well, and computes there; see `daisy_lab._arrays`.

    Returns
    -------
    algorithm
        Still callable like the function.

    Raises
    ------
    DefinitionError
        If the signature cannot work: an argument without a type, `*args`, a split axis that no input has.
    """

    def decorate(plain: Callable[P, R]) -> Algorithm[P, R]:
        made = Algorithm(
            plain,
            MappingProxyType(dict(splits)) if isinstance(splits, dict) else splits,
            isolate=isolate,
            cuda=cuda,
        )
        registry.note(made)
        return made

    return decorate if function is None else decorate(function)
