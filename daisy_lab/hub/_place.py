"""What the chart tells the hub's pod: values, secrets, and who it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pydantic import ValidationError

from daisy_lab.hub._errors import HubError
from daisy_lab.hub._values import Values
from daisy_lab.texts import gettext as _

__all__ = ["Place"]

_VALUES: Final = "DAISY_LAB_HUB_VALUES"
_SECRETS: Final = "DAISY_LAB_HUB_SECRETS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All that the pod of a hub knows when it starts."""

    values: Values
    config: Path
    """Folder with the site's own settings, one file each."""
    secrets: Path
    """Folder with one file for each secret."""
    state: Path
    """Folder that lasts."""
    prefix: str
    """What names of the release's objects begin with."""
    tag: str
    """Of images that have none of their own."""
    namespace: str
    labels: dict[str, str]
    """Of all pods of this release."""

    @classmethod
    def read(cls) -> Self:
        """Read what the environment names.

        Raises
        ------
        HubError
            It names nothing, or values that are none; tells which key.
        """
        path = Path(os.environ.get(_VALUES, ""))
        try:
            values = Values.model_validate_json(path.read_bytes())
        except OSError as error:
            raise HubError(
                _("{variable} names no values ({reason}): this hub is started by the chart").format(
                    variable=_VALUES, reason=error.strerror
                )
            ) from None
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(map(str, first["loc"]))
            raise HubError(
                _("the values of the chart cannot be used: '{key}': {reason}").format(
                    key=key, reason=first["msg"]
                )
            ) from None
        return cls(
            values=values,
            config=path.parent,
            secrets=Path(os.environ.get(_SECRETS, "/etc/daisy-lab/secrets")),
            state=Path(os.environ.get("DAISY_LAB_HUB_STATE", "/srv/jupyterhub")),
            prefix=os.environ.get("DAISY_LAB_RELEASE", "daisy-lab"),
            tag=os.environ.get("DAISY_LAB_TAG", ""),
            namespace=os.environ.get("POD_NAMESPACE", "default"),
            labels={
                "app.kubernetes.io/name": os.environ.get("DAISY_LAB_NAME", "daisy-lab"),
                "app.kubernetes.io/instance": os.environ.get("DAISY_LAB_INSTANCE", "daisy-lab"),
            },
        )

    def secret(self, name: str) -> str:
        """Give a secret.

        Raises
        ------
        HubError
            It is not there; tells which there are.
        """
        try:
            return (self.secrets / name).read_text("utf-8").strip()
        except OSError:
            there = sorted(path.name for path in self.secrets.glob("[!.]*")) if self.secrets.is_dir() else []
            raise HubError(
                _(
                    "the hub's Secret has no key '{name}'; it has {known}: add it to hub.existingSecret"
                ).format(name=name, known=", ".join(there) or _("nothing"))
            ) from None
