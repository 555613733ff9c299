"""The Debian that images begin with: the public one where a registry can be reached, else one made like it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PUBLIC = "debian:bookworm-slim"
OWN = "daisy-lab-debian:bookworm-slim"
RELEASE = "bookworm"
PATIENCE = 90
# As the public one, without what nobody reads in an image.
LEFT_OUT = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*")
KEPT = "/usr/share/doc/*/copyright"
CLEAN = (
    'Dir::Cache::pkgcache ""',
    'Dir::Cache::srcpkgcache ""',
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; }',
)
"""Settings of apt, so that nothing it fetched stays."""
LABELS = {"Debian": ("", "-updates"), "Debian-Security": ("-security",)}
"""Which suites a source has, by what apt calls it."""


def debian() -> str:
    """Give the name of an image with Debian in it: there already, pulled, or made by mmdebstrap."""
    for name in (PUBLIC, OWN):
        if there(name):
            return name
    if pulled():
        return PUBLIC
    make()
    return OWN


def there(name: str) -> bool:
    """Say whether the daemon has an image."""
    asked = ["docker", "image", "inspect", name]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def pulled() -> bool:
    """Try a registry; not for long."""
    try:
        asked = ["docker", "pull", "--quiet", PUBLIC]
        return subprocess.run(asked, check=False, capture_output=True, timeout=PATIENCE).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def make() -> None:
    """Make one with the packages that this machine's apt knows where to get, or end with what is missing."""
    print(f"no registry can be reached: making {OWN} with mmdebstrap", flush=True)
    require_mmdebstrap()
    options = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
    options += [f"--aptopt={setting}" for setting in CLEAN]
    with tempfile.TemporaryDirectory(prefix="daisy-debian-") as folder:
        tar = Path(folder) / "debian.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", *options, f"--dpkgopt=path-include={KEPT}"]
        done = subprocess.run(
            [*command, RELEASE, str(tar), "-"], check=False, input="\n".join(sources()) + "\n", text=True
        )
        if done.returncode != 0:
            sys.exit("mmdebstrap could not make Debian; without a registry, `docker load` an image of it")
        subprocess.run(
            ["docker", "import", "--change=CMD bash", str(tar), OWN], check=True, capture_output=True
        )


def sources() -> list[str]:
    """Give the lines of apt's list, with the addresses that this machine's apt has."""
    asked = ["apt-get", "indextargets", "--format=$(LABEL) $(REPO_URI)", "Created-By: Packages"]
    said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    pairs = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
    lines = [
        f"deb {pairs[label].rstrip('/')} {RELEASE}{suite} main"
        for label, suites in LABELS.items()
        if label in pairs
        for suite in suites
    ]
    if not any(f" {RELEASE} " in line for line in lines):
        sys.exit("this machine's apt knows no Debian: `docker load` an image of debian:bookworm-slim")
    return lines


def require_mmdebstrap() -> None:
    """Have mmdebstrap, or end with what to do."""
    if shutil.which("mmdebstrap"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("mmdebstrap is missing, and only root can install it: sudo apt-get install mmdebstrap")
    asked = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if subprocess.run(asked, check=False, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit("apt-get could not install mmdebstrap")
