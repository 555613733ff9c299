"""A step as data: which algorithm, on which names, with which settings, giving which names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from daisy_lab._algorithm import Algorithm, registry
from daisy_lab._engine import Call, Ref, When
from daisy_lab._ledger import plain
from daisy_lab.errors import WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from daisy_lab._workflow._workflow import Workflow

__all__ = ["Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a workflow.

    `algorithm` is a name, or a workflow nested as an algorithm. A setting that is a `Ref` takes the value found under
    that name. When `when` does not hold, or the step fails and `on_error` is "skip", the object named by `otherwise`
    stands in for the output.
    """

    algorithm: str | Workflow
    inputs: Mapping[str, Ref]
    outputs: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    """How `--set NAME.setting=value` calls it; the algorithm's short name by default."""
    when: When | None = None
    otherwise: str = ""
    on_error: Literal["stop", "skip"] = "stop"
    retries: int = 0

    @property
    def label(self) -> str:
        """Name of the step among its siblings."""
        if self.name:
            return self.name
        if not isinstance(self.algorithm, str):
            return self.algorithm.name
        return self.algorithm.rpartition(".")[2].rpartition(":")[2]

    @property
    def reads(self) -> Iterable[str]:
        """Every name the step depends on."""
        yield from (item.name for item in self.inputs.values())
        yield from (value.name for value in self.settings.values() if isinstance(value, Ref))
        if self.when is not None:
            yield self.when.name
        if self.otherwise:
            yield self.otherwise

    def call(self, number: int, prefix: str = "") -> Call:
        """Bind the step to its algorithm; settings are checked.

        Raises
        ------
        MissingAlgorithmError
            If there is no such algorithm.
        SettingError
            If a setting is unknown or out of bounds.
        WorkflowError
            If inputs or outputs do not match the algorithm's.
        """
        assert isinstance(self.algorithm, str)  # noqa: S101 - nested workflows are flattened before
        algorithm = registry.get(self.algorithm)
        label = f"{prefix}{number} {algorithm.id}"
        self._check_ports(algorithm, label)
        bound = {setting: value.name for setting, value in self.settings.items() if isinstance(value, Ref)}
        literal = {setting: value for setting, value in self.settings.items() if setting not in bound}
        self._check_bound(algorithm, label, bound)
        return Call(
            label=label,
            algorithm=algorithm,
            inputs=self.inputs,
            settings=algorithm.validate(literal, bound),
            outputs=self.outputs,
            bound=bound,
            on_error=self.on_error,
            retries=self.retries,
            when=self.when,
            otherwise=self.otherwise,
        )

    def to_json(self) -> dict[str, Any]:
        """Give the step as JSON data; what has its default is left out."""
        from_name = self.algorithm if isinstance(self.algorithm, str) else self.algorithm.to_json()
        data: dict[str, Any] = {
            "algorithm": from_name,
            "inputs": {port: item.to_json() for port, item in self.inputs.items()},
            "settings": {
                setting: {"value_of": value.name} if isinstance(value, Ref) else plain(value)
                for setting, value in self.settings.items()
            },
            "outputs": list(self.outputs),
            "name": self.name,
            "when": None
            if self.when is None
            else {
                "name": self.when.name,
                "comparison": self.when.comparison,
                "value": plain(self.when.value),
            },
            "otherwise": self.otherwise,
            "on_error": "" if self.on_error == "stop" else self.on_error,
            "retries": self.retries,
        }
        return {
            key: value for key, value in data.items() if value or key in ("algorithm", "inputs", "outputs")
        }

    def _check_ports(self, algorithm: Algorithm[..., Any], label: str) -> None:
        ports = {port.name: port for port in algorithm.inputs}
        for name in self.inputs:
            if name not in ports:
                raise WorkflowError(
                    _("step {step} has no input '{name}'; it has {known}{near}").format(
                        step=label, name=name, known=choices(ports), near=suggestion(name, ports)
                    )
                )
        missing = [name for name, port in ports.items() if not port.optional and name not in self.inputs]
        if missing:
            raise WorkflowError(
                _("step {step} lacks the input {names}").format(step=label, names=choices(missing))
            )
        if len(self.outputs) != len(algorithm.outputs):
            raise WorkflowError(
                _("step {step} names {count} outputs; {algorithm} gives {known}").format(
                    step=label,
                    count=len(self.outputs),
                    algorithm=algorithm.id,
                    known=", ".join(port.name for port in algorithm.outputs),
                )
            )

    def _check_bound(self, algorithm: Algorithm[..., Any], label: str, bound: Mapping[str, str]) -> None:
        known = algorithm.signature.fields
        for setting in bound:
            if setting not in known:
                raise WorkflowError(
                    _("step {step} has no setting '{name}'; it has {known}{near}").format(
                        step=label, name=setting, known=choices(known), near=suggestion(setting, known)
                    )
                )
