"""`daisy doctor`: whether an installation works where it is, as in an image that nobody has looked into yet."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from daisy_lab._image import running_image
from daisy_lab._manifests import search_apps
from daisy_lab._places import not_private, sessions_root
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["doctor"]

_console = Console(highlight=False, soft_wrap=True)
_NEEDED: Final = ("daisy-lab", "numpy", "scipy", "numba", "h5py", "tifffile")
_OPTIONAL: Final = (
    "hdf5plugin",
    "jupyterlab",
    "voila",
    "jupyterhub",
    "jupyterhub-kubespawner",
    "cupy-cuda12x",
)
_LEAST_SHARED: Final = 64 << 20
_LONGEST_SOCKET: Final = 107


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    told: str
    good: bool = True
    """Otherwise something will not work."""


def doctor(
    gpu: Annotated[bool, typer.Option("--gpu", help=_("Demand a CUDA device that computes."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON for other programs."))] = False,
) -> None:
    """Look whether this installation works here; exits with 1 where something does not."""
    found = [*_versions(), *_machine(), *_device(wanted=gpu), *_folders(), *_cache(), *_apps()]
    bad = [finding for finding in found if not finding.good]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1))
    else:
        width = max(len(finding.what) for finding in found)
        for finding in found:
            mark = " " if finding.good else "!"
            _console.print(f"{mark} {finding.what.ljust(width)}  {finding.told}", markup=False)
        _console.print(_("{count} things need mending").format(count=len(bad)) if bad else _("all is well"))
    if bad:
        raise typer.Exit(1)


def _versions() -> Iterator[Finding]:
    yield Finding("python", f"{platform.python_version()} {platform.machine()}")
    for name in (*_NEEDED, *_OPTIONAL):
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            if name in _NEEDED:
                yield Finding(name, _("not installed: pip install daisy-lab"), good=False)


def _machine() -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    given = os.environ.get("CPU_LIMIT", "")
    yield Finding(_("cores"), f"{cores}{f' ({given})' if given else ''}")
    yield Finding(_("account"), f"{os.getuid()}:{os.getgid()} {' '.join(map(str, os.getgroups()))}".strip())
    image = running_image()
    if image is not None:
        told = image.reference
        yield Finding(_("image"), told if image.digest else _("{image}, digest not told").format(image=told))
    shared = Path("/dev/shm")  # noqa: S108 - looked at, not used
    if shared.is_dir():
        size = shutil.disk_usage(shared).total
        told = _("{size} MiB for what processes share").format(size=size >> 20)
        yield Finding(str(shared), told, good=size >= _LEAST_SHARED)


def _device(*, wanted: bool) -> Iterator[Finding]:
    try:
        # Imported here: heavy, and only where there are devices.
        import cupy  # noqa: PLC0415

        count = cupy.cuda.runtime.getDeviceCount()
        names = [cupy.cuda.runtime.getDeviceProperties(number)["name"].decode() for number in range(count)]
        total = float(cupy.arange(10).sum())
    except Exception as error:  # noqa: BLE001 - a driver fails in its own ways; it is told
        reason = str(error).partition("\n")[0] or type(error).__name__
        yield Finding(_("GPU"), _("none: {reason}").format(reason=reason), good=not wanted)
        return
    yield Finding(_("GPU"), ", ".join(names), good=total == sum(range(10)))


def _folders() -> Iterator[Finding]:
    """Write into each folder that a session needs."""
    folders = {
        _("home"): Path.home(),
        _("temporary"): _temporary(),
        _("sessions"): sessions_root(),
    }
    runtime = os.environ.get("JUPYTER_RUNTIME_DIR")
    if runtime:
        folders[_("runtime")] = Path(runtime)
    for name, folder in folders.items():
        fault = _fault_of(folder)
        if not fault and folder == sessions_root():
            fault = not_private(folder)
            longest = len(str(folder / "session-name" / "session.sock"))
            if not fault and longest > _LONGEST_SOCKET:
                fault = _("its name is too long for sockets: set DAISY_LAB_SESSIONS to a shorter one")
        told = f"{folder}: {fault}" if fault else f"{folder} ({shutil.disk_usage(folder).free / 1e9:.1f} GB)"
        yield Finding(name, told, good=not fault)


def _temporary() -> Path:
    """Give the folder for temporary files, also where it cannot be written."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:
        return Path(os.environ.get("TMPDIR") or "/tmp")  # noqa: S108 - what Python looked at first


def _fault_of(folder: Path) -> str:
    """Say why nothing can be written there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"daisy")
    except OSError as error:
        return _("cannot be written ({reason}): mount a volume there, or set HOME or TMPDIR").format(
            reason=error.strerror
        )
    return ""


def _cache() -> Iterator[Finding]:
    """Write where compiled loops are kept."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given is None:
        yield Finding(_("cache"), _("beside the modules, or in the home (NUMBA_CACHE_DIR is not set)"))
        return
    fault = _fault_of(Path(given))
    yield Finding(_("cache"), f"{given}: {fault}" if fault else given, good=not fault)


def _apps() -> Iterator[Finding]:
    found = search_apps()
    if found.apps:
        yield Finding(_("apps"), ", ".join(app.name for app in found.apps))
    for damaged in found.damaged:
        yield Finding(_("app"), f"{damaged.name}: {damaged.reason}", good=False)
    if sys.prefix == sys.base_prefix:
        return
    yield Finding(_("environment"), sys.prefix)
