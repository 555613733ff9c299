"""What goes into images, made or fetched on this machine: the project's wheel, the hub's proxy, other wheels."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import threading
import tomllib
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daisy-lab"
WHEELS = CACHE / "wheels"
# The images' Python, and the newest C library that a wheel may ask for: Debian bookworm's.
PYTHON = "3.11"
GLIBC = 36
# The builder's cache knows a step by its arguments too, so the same port each time.
PORT = 28917
PARTS = ("daisy_lab", "apps", "labextension", "Daisy.py", "hatch_build.py", "pyproject.toml", "README.md")
BUILT = {"node_modules", "_labextension", "static", "lib", "__pycache__"}


def version() -> str:
    """Give the version of the project."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def project_wheel() -> None:
    """Have the project's wheel in dist/, and no other of it; one that is newer than its sources stays."""
    old = list(DIST.glob("daisy_lab-*.whl"))
    newest = max(path.stat().st_mtime for part in PARTS for path in _files(ROOT / part))
    if len(old) == 1 and old[0].stat().st_mtime > newest:
        return
    print("building the project's wheel", flush=True)
    for wheel in old:
        wheel.unlink()
    _pip("wheel", "--quiet", "--no-deps", f"--wheel-dir={DIST}", ".")


def _files(part: Path) -> Iterator[Path]:
    if part.is_file():
        yield part
        return
    for inner in part.iterdir():
        if inner.name not in BUILT:
            yield from _files(inner)


def proxy() -> None:
    """Have the proxy's packages in dist/proxy, as its lock file names them."""
    recipe = ROOT / "daisy_lab" / "hub" / "proxy" / "package-lock.json"
    made = DIST / "proxy" / "node_modules" / ".package-lock.json"
    if made.is_file() and made.stat().st_mtime > recipe.stat().st_mtime:
        return
    print("fetching the hub's proxy", flush=True)
    work = "from pathlib import Path; from daisy_lab.hub import install; install(Path('dist/proxy'))"
    if subprocess.run([sys.executable, "-c", work], check=False, cwd=ROOT).returncode != 0:
        sys.exit("npm could not fetch the hub's proxy")
    made.touch()


@contextmanager
def wheels_of(locks: Iterable[Path]) -> Iterator[dict[str, str]]:
    """Fetch what the locks name, and serve it on this machine while images are built; gives pip's variables."""
    for lock in locks:
        _fetch(lock)
    handler = partial(_Quiet, directory=str(WHEELS))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"http://127.0.0.1:{server.server_port}/"}
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def _fetch(lock: Path) -> None:
    stamp = WHEELS / f".{hashlib.sha256(lock.read_bytes()).hexdigest()}"
    if stamp.is_file():
        return
    print(f"fetching the wheels of {lock.relative_to(ROOT)}", flush=True)
    machine = platform.machine()
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(5, GLIBC + 1)]
    platforms += [f"{name}_{machine}" for name in ("manylinux1", "manylinux2010", "manylinux2014", "linux")]
    _pip(
        *("download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"),
        *(f"--python-version={PYTHON}", "--implementation=cp"),
        *(f"--platform={name}" for name in platforms),
        *(f"--dest={WHEELS}", f"--requirement={lock}"),
    )
    stamp.touch()


def _pip(*words: str) -> None:
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], check=False, capture_output=True).returncode != 0:
        subprocess.run([sys.executable, "-m", "ensurepip"], check=True, capture_output=True)
    WHEELS.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if subprocess.run([*pip, *words], check=False, cwd=ROOT, env=environment).returncode != 0:
        sys.exit(f"failed: pip {' '.join(words[:2])} ...")
