"""A real Jupyter kernel with our comm in it, spoken to as JupyterLab does: over a subshell, beside the cells."""

from __future__ import annotations

import secrets
import time
from typing import Any

__all__ = ["Kernel"]

_PATIENCE = 120.0


class Kernel:
    """One kernel and one front on it."""

    def __init__(self, **env: str) -> None:
        import os  # noqa: PLC0415 - beside the next
        import sys  # noqa: PLC0415 - beside the next

        from jupyter_client.manager import KernelManager  # noqa: PLC0415 - an extra has it

        self.manager = KernelManager()
        self.manager.kernel_cmd = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self.manager.start_kernel(env={**os.environ, **env})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=_PATIENCE)
        self.comm = secrets.token_hex(8)
        self._count = 0
        self.iopub: list[Any] = []

    def open(self) -> Any:
        """Import our bridge, open a subshell and a comm on it; gives the kernel's hello."""
        self.run("from daisy_lab._bridge import install; install()")
        self.subshell = self._control("create_subshell_request")["subshell_id"]
        self._send("comm_open", {"comm_id": self.comm, "target_name": "daisy_lab.v1", "data": {}})
        return self.wait(lambda data: data.get("event") == "hello")

    def run(self, code: str, *, wait: bool = True) -> str:
        """Run a cell; gives the id of the request."""
        number: str = self.client.execute(code, store_history=False)
        if wait:
            reply = self.client.get_shell_msg(timeout=_PATIENCE)
            while reply["parent_header"].get("msg_id") != number:
                reply = self.client.get_shell_msg(timeout=_PATIENCE)
            if reply["content"]["status"] == "aborted":  # the kernel still clears up after an interrupt
                return self.run(code)
            assert reply["content"]["status"] == "ok", reply["content"]
        return number

    def ask(self, method: str, **params: Any) -> Any:
        """Ask over the comm and wait for the reply."""
        self._count += 1
        number = self._count
        message = {"id": number, "method": method, "params": params}
        self._send("comm_msg", {"comm_id": self.comm, "data": message})
        return self.wait(lambda data: "reply" in data and data["reply"]["id"] == number)["reply"]

    def wait(self, fits: Any, patience: float = _PATIENCE) -> Any:
        """Wait for a message on our comm, and give its data; all that passes by is kept."""
        return self.hear(
            lambda message: (
                message["content"].get("comm_id") == self.comm and fits(message["content"]["data"])
            ),
            patience,
        )["content"]["data"]

    def hear(self, fits: Any, patience: float = _PATIENCE) -> Any:
        """Wait for any message of the kernel's public channel."""
        end = time.monotonic() + patience
        while True:
            message = self.client.get_iopub_msg(timeout=max(end - time.monotonic(), 0.001))
            self.iopub.append(message)
            if fits(message):
                return message

    def interrupt(self) -> None:
        """Interrupt the cell that is running, and wait until it has stopped."""
        self.manager.interrupt_kernel()
        self.client.get_shell_msg(timeout=_PATIENCE)

    def close(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        message = self.client.session.msg(kind, content)
        message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)

    def _control(self, kind: str) -> Any:
        message = self.client.session.msg(kind, {})
        self.client.control_channel.send(message)
        return self.client.get_control_msg(timeout=_PATIENCE)["content"]
