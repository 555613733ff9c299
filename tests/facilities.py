"""The chart's hub and proxy as processes of this machine, before a cluster without nodes.

Settings and values are those that helm renders; only addresses are others, since no cluster's names are known here.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar, Self

import yaml
from charts import CHART, SECRET, merged, run_helm
from clusters import ApiServer, cluster_beside
from hubs import Visitor, skip_where_no_hub
from servers import wait_until

from daisy_lab.hub import proxy_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "of all"  # noqa: S105 - of a hub that lives for a test


class _Page(BaseHTTPRequestHandler):
    """What a user's pod would answer."""

    def do_GET(self) -> None:
        body = f"pod at {self.path}".encode()
        self.send_response(200)
        self.send_header("X-JupyterHub-Version", "6")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class Facility:
    """A hub as the chart makes it."""

    host = "127.0.0.1"
    """Where pods reach the hub."""
    programs: ClassVar[dict[str, list[str]]] = {"hub": [sys.executable, "-m", "jupyterhub"]}

    def __init__(
        self, folder: Path, api: ApiServer, kubeconfig: Path, pages: int, values: dict[str, Any]
    ) -> None:
        self.api, self.user, self.password = api, "ann", PASSWORD
        self.url = ""
        self._folder, self._kubeconfig = folder, kubeconfig
        self._ports = [_free() for _part in range(3)]
        self._processes: list[subprocess.Popen[bytes]] = []
        self._render(pages, values)

    def _render(self, pages: int, values: dict[str, Any]) -> None:
        public, hub, api = self._ports
        here = {
            "JupyterHub": {
                "bind_url": f"http://127.0.0.1:{public}/",
                "hub_bind_url": f"http://{self.host}:{hub}/",
                "hub_connect_url": f"http://{self.host}:{hub}/",
            },
            "ConfigurableHTTPProxy": {"api_url": f"http://127.0.0.1:{api}"},
            "KubeSpawner": {"port": pages, "poll_interval": 5},
        }
        given = merged(SECRET, {"hub": {"config": here}, "cull": {"enabled": False}}, values)
        done = run_helm("helm3", "template", "try", str(CHART), "-s=templates/hub/values.yaml", values=given)
        assert done.returncode == 0, done.stderr
        self.config, self.secrets = self._folder / "config", self._folder / "secrets"
        for folder in (self.config, self.secrets, self._folder / "state"):
            folder.mkdir()
        for name, content in yaml.safe_load(done.stdout)["data"].items():
            (self.config / name).write_bytes(base64.b64decode(content))
        for name in ("proxy-token", "cookie-secret", "crypt-key", "service-portal"):
            (self.secrets / name).write_text(secrets.token_hex(32), "utf-8")
        (self.secrets / "dummy-password").write_text(PASSWORD, "utf-8")

    def __enter__(self) -> Self:
        public, hub, api = self._ports
        options = ["--ip=127.0.0.1", f"--port={public}", "--api-ip=127.0.0.1", f"--api-port={api}"]
        target = f"--default-target=http://{self.host}:{hub}"
        token = {"CONFIGPROXY_AUTH_TOKEN": (self.secrets / "proxy-token").read_text("utf-8")}
        program = self.programs.get("proxy") or proxy_command()
        self._start([*program, *options, target], token)
        self.start_hub()
        self.url = f"http://127.0.0.1:{public}"
        return self

    def start_hub(self) -> None:
        """Start the hub, the first time or again; users can log in when this returns."""
        told = {
            "KUBECONFIG": str(self._kubeconfig),
            "DAISY_LAB_HUB_VALUES": str(self.config / "values.json"),
            "DAISY_LAB_HUB_SECRETS": str(self.secrets),
            "DAISY_LAB_HUB_STATE": str(self._folder / "state"),
            "DAISY_LAB_RELEASE": "try-daisy-lab",
            "DAISY_LAB_TAG": "0.1.0",
            "POD_NAMESPACE": "daisy",
        }
        config = self.config / "jupyterhub_config.py"
        self.hub = self._start([*self.programs["hub"], f"--config={config}"], told)
        wait_until(lambda: self._answers() or self.hub.poll() is not None, "the hub answers", 120)
        assert self.hub.poll() is None, self.log()

    def stop_hub(self) -> None:
        """End the hub alone, as when its pod is deleted."""
        self.hub.terminate()
        self.hub.wait(30)

    def _start(self, command: list[str], told: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self._folder / "said").open("ab") as said:
            made = subprocess.Popen(
                command, env=os.environ | told, cwd=self._folder / "state", stdout=said, stderr=said
            )
        self._processes.append(made)
        return made

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._ports[0]}/hub/login", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __exit__(self, *_error: object) -> None:
        for process in reversed(self._processes):
            if process.poll() is None:
                process.terminate()
                process.wait(30)

    def log(self) -> str:
        """Give what hub and proxy wrote."""
        return (self._folder / "said").read_text("utf-8")

    def visitor(self) -> Visitor:
        """Give somebody with a browser of their own, not logged in."""
        return Visitor(self)  # type: ignore[arg-type]  # it asks for url, user and password only

    def pods(self) -> list[dict[str, Any]]:
        """Give the pods there are."""
        return [
            dict(one.last.raw)
            for (resource, _space, _name), one in self.api.objects.items()
            if resource.plural == "pods" and not one.deleted
        ]


@contextmanager
def facility(folder: Path, **values: Any) -> Iterator[Facility]:
    """Give a hub as the chart makes it, before a cluster without nodes."""
    skip_where_no_hub()
    pages = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    pages.daemon_threads = True
    thread = threading.Thread(target=pages.serve_forever)
    thread.start()
    try:
        with (
            cluster_beside(folder) as (api, kubeconfig),
            Facility(folder, api, kubeconfig, pages.server_port, values) as made,
        ):
            yield made
    finally:
        pages.shutdown()
        thread.join(10)
        pages.server_close()


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
