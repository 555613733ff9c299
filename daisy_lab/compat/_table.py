"""The one table of the first Daisy's algorithm names: what stands for each of them here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from daisy_lab.compat._algorithm import DaisyAlg
from daisy_lab.compat._azint import AlgFAIIntegrate
from daisy_lab.compat._loading import LoadHDF5, LoadTIFs
from daisy_lab.compat._saving import SaveH5VDS, SaveHDF5
from daisy_lab.errors import MissingAlgorithmError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["TABLE", "Found", "Row", "find_class"]


@dataclass(frozen=True)
class Row:
    """Our algorithm, and what its arguments were called."""

    ours: str
    """Id of the algorithm."""
    data: Mapping[str, str]
    """Old name of each data object, to ours."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Old name of each setting, to ours."""
    output: str = "output_dataobj"
    """Old name of the argument that names the result."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Old names of all arguments."""
        return (*self.data, *self.settings, self.output)

    def inputs_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the data objects of a call by our names."""
        return {ours: given[old] for old, ours in self.data.items()}

    def settings_of(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the settings of a call by our names."""
        return {ours: given[old] for old, ours in self.settings.items() if old in given}


Found: TypeAlias = Row | type[DaisyAlg]

_ANGLES: Final = Row("ct.even_angles", {"input_dataobj": "projections"}, {"ang1": "start", "ang2": "stop"})
_MINUS_LOG: Final = Row("ct.minus_log", {"input_dataobj": "transmission"}, {"floor": "floor"})
_NORMALIZE: Final = Row(
    "ct.normalize", {"projs_dataobj": "projections", "darks_dataobj": "dark", "flats_dataobj": "flat"}
)

TABLE: Final[Mapping[str, Found]] = {
    "AlgAngles": _ANGLES,
    "AlgFAIIntegrate": AlgFAIIntegrate,
    "AlgMatrixTranspose": Row("ct.transpose", {"input_dataobj": "a"}, {"axes": "order"}),
    "AlgMinusLog": _MINUS_LOG,
    "AlgNormalize": _NORMALIZE,
    "AlgTomopyAngles": _ANGLES,
    "AlgTomopyMinuslog": _MINUS_LOG,
    "AlgTomopyNormalize": _NORMALIZE,
    "AlgTomopyRecon": Row(
        "ct.reconstruct",
        {"input_dataobj": "projections", "theta": "theta"},
        {"center": "center", "alg_type": "method", "filter_name": "filter"},
    ),
    "LoadHDF5": LoadHDF5,
    "LoadTIFs": LoadTIFs,
    "SaveH5VDS": SaveH5VDS,
    "SaveHDF5": SaveHDF5,
}


def find_class(name: str) -> Found:
    """Find what a class name of a configuration means: a class of the script itself, else a row of the table.

    Raises
    ------
    MissingAlgorithmError
        If it means nothing here.
    """
    own = {
        kind.__name__: kind
        for kind in _subclasses(DaisyAlg)
        if kind.__module__.partition(".")[0] != "daisy_lab"
    }
    if name in own:
        return own[name]
    if name in TABLE:
        return TABLE[name]
    known = [*TABLE, *own]
    raise MissingAlgorithmError(
        _(
            "no algorithm class '{name}': there is {known}{near}; a class of your own derives from Daisy.DaisyAlg"
        ).format(name=name, known=choices(known, limit=20), near=suggestion(name, known))
    )


def _subclasses(kind: type[DaisyAlg]) -> Iterator[type[DaisyAlg]]:
    """Give all classes derived from one, in the order of their definition per level: the newest of a name wins."""
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)
