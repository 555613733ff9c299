"""The rules that all values keep: camelCase outside, nothing unknown, nothing changed later."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

__all__ = ["Fact", "Free", "Name", "Object", "Quantity", "Strings"]


class Fact(BaseModel):
    """Values that belong together; a key that is not listed is refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        alias_generator=to_camel,
        populate_by_name=True,
        validate_default=True,
    )


Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""A word that Kubernetes takes in names of objects."""
Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(m|[kMGTP]i?)?$")]
"""An amount as Kubernetes writes it, such as 500m or 2Gi."""
Strings = dict[str, str]
Object = dict[str, JsonValue]
"""An object of Kubernetes' own, passed through as it is."""
Free = dict[str, dict[str, JsonValue]]
"""JupyterHub's own settings: class, setting, value."""
