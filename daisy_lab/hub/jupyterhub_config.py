"""What JupyterHub reads: all of it is made by `daisy_lab.hub`, and can be read there."""

from __future__ import annotations

from daisy_lab.hub import configure

configure(get_config(), load_subconfig)  # type: ignore[name-defined]  # noqa: F821 - traitlets gives both
