"""A JupyterLab server for tests and benchmarks: settings and kernels of its own, started, killed and started again."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

BUILT = Path(__file__).resolve().parents[1] / "daisy_lab" / "_labextension"
# Seconds until something must have happened, on a busy machine.
PATIENCE = int(os.environ.get("DAISY_LAB_TEST_PATIENCE", "60"))
# A kernel whose Python has no daisy_lab, as that of another environment.
_BARE = "import sys; sys.modules['daisy_lab'] = None; import ipykernel.kernelapp as app; app.launch_new_instance()"
_EMPTY = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
_PLACES = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
}


def wait_until(
    holds: Callable[[], Any], what: str, patience: float = PATIENCE, *, pause: float = 0.05
) -> Any:
    """Wait until something holds and give what it gave, or fail with what was expected."""
    until = time.monotonic() + patience
    while not (found := holds()):
        assert time.monotonic() < until, f"waited {patience} s in vain: {what}"
        time.sleep(pause)
    return found


@dataclass(frozen=True)
class Lab:
    """What a server shows."""

    url: str
    token: str
    root: Path

    def ask(self, path: str, method: str = "GET", **content: object) -> Any:
        """Ask the server's own interface, and give its answer."""
        data = json.dumps(content).encode() if content else None
        request = urllib.request.Request(f"{self.url}/{path}", data, method=method)  # noqa: S310 - our own server
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - likewise
            text = response.read()
        return json.loads(text) if text else None

    def kernels(self) -> list[str]:
        """Give the ids of the running kernels."""
        return [kernel["id"] for kernel in self.ask("api/kernels")]

    def notebook(self, name: str, *cells: str, kernel: str = "python3") -> str:
        """Lay a notebook into the folder that is shown, empty by default; gives its path there."""
        content = _EMPTY | {"metadata": {"kernelspec": {"name": kernel, "display_name": kernel}}}
        content["cells"] = [_cell(f"c{number}", source) for number, source in enumerate(cells)]
        (self.root / name).write_text(json.dumps(content), "utf-8")
        return name

    def clear(self) -> None:
        """End all kernels, and take all files away."""
        for kernel in self.kernels():
            self.ask(f"api/kernels/{kernel}", "DELETE")
        for path in self.root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _cell(name: str, source: str) -> dict[str, Any]:
    rest: dict[str, Any] = {"metadata": {}, "outputs": [], "execution_count": None}
    return {"cell_type": "code", "id": name, "source": source} | rest


class Server:
    """A server of a folder below `place`, on a free port of this machine; it is there in a `with` block.

    Parameters
    ----------
    place
        An empty folder.
    options
        Further options of the command line.
    """

    def __init__(self, place: Path, *options: str) -> None:
        self._place, self._options = place, options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), place / "root")
        self.lab.root.mkdir()
        # A copy: a build meanwhile does not change what is tested.
        shutil.copytree(BUILT, place / "data" / "labextensions" / "daisy-lab")
        self._settle()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def start(self) -> None:
        """Start it, the first time or again; it answers when this returns."""
        port = self.lab.url.rpartition(":")[2]
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
        command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={self.lab.root}"]
        command += ["--LabApp.expose_app_in_browser=True", "--KernelManager.shutdown_wait_time=1"]
        if os.geteuid() == 0:
            command.append("--allow-root")
        # Settings and kernels of whoever runs the tests stay out.
        mine = {name: str(self._place / folder) for name, folder in _PLACES.items()}
        mine |= {"JUPYTER_TOKEN": self.lab.token, "JUPYTER_PREFER_ENV_PATH": "0"}
        log = self._place / "log"
        with log.open("a") as out:
            self._process = subprocess.Popen(
                [*command, *self._options],
                env=os.environ | mine,
                cwd=self.lab.root,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: self._process.poll() is not None or self._answers(), "the server answers")
        assert self._process.poll() is None, log.read_text()

    def kill(self) -> None:
        """Let it die as a machine without power does."""
        self._process.kill()
        self._process.wait()

    def disable_extension(self, *, disabled: bool) -> None:
        """Have pages that are opened from now on leave our extension out, or not."""
        config = self._place / "config" / "labconfig" / "page_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(json.dumps({"disabledExtensions": {"daisy-lab": disabled}}), "utf-8")

    def _settle(self) -> None:
        """No question about news, and a kernel without daisy_lab."""
        news = (
            self._place
            / "settings"
            / "@jupyterlab"
            / "apputils-extension"
            / "notification.jupyterlab-settings"
        )
        news.parent.mkdir(parents=True)
        news.write_text('{"fetchNews": "false"}', "utf-8")
        bare = self._place / "data" / "kernels" / "bare" / "kernel.json"
        bare.parent.mkdir(parents=True)
        argv = [sys.executable, "-c", _BARE, "-f", "{connection_file}"]
        bare.write_text(json.dumps({"argv": argv, "display_name": "Bare", "language": "python"}), "utf-8")

    def _answers(self) -> bool:
        try:
            self.lab.ask("api/status")
        except OSError:
            return False
        return True
