"""The child process of isolated algorithms: takes jobs from a socket, one at a time, and ends with its parent."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import socket
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import cloudpickle
import numpy as np

from daisy_lab._algorithm import monitored
from daisy_lab._engine._pipe import receive, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._algorithm import Algorithm

_PR_SET_PDEATHSIG = 1


class _Telling:
    """Sends what the algorithm says to the parent."""

    def __init__(self, channel: socket.socket, workers: int) -> None:
        self.flag = np.zeros(1, np.uint8)
        self.workers = workers
        self._channel = channel
        self._lock = threading.Lock()

    def advance(self, done: float, total: float | None, text: str) -> None:
        self._send(("progress", (done, total, text)))

    def log(self, line: str) -> None:
        self._send(("log", line))

    def curve(self, name: str, value: float) -> None:
        self._send(("curve", (name, value)))

    def _send(self, message: tuple[str, object]) -> None:
        with self._lock:
            send(self._channel, message)


def serve(channel: socket.socket) -> None:
    """Do jobs until the parent closes its end."""
    sys.path[:] = receive(channel)
    while True:
        algorithm, inputs, settings, workers = receive(channel)
        stop = threading.Event()
        threading.Thread(target=_die_with_parent, args=(channel, stop), daemon=True).start()
        answer = _answer(channel, algorithm, inputs, settings, workers)
        stop.set()
        try:
            send(channel, answer)
        except Exception as error:  # noqa: BLE001 - what came out may be anything
            text = f"the result cannot be sent to another process: {error}"
            send(channel, ("failed", (TypeError(text), text)))


def _answer(
    channel: socket.socket,
    algorithm: Algorithm[..., Any],
    inputs: Mapping[str, Any],
    settings: Mapping[str, Any],
    workers: int,
) -> tuple[str, object]:
    try:
        with monitored(_Telling(channel, workers)):
            return "done", algorithm.function(**inputs, **settings)
    except Exception as error:  # noqa: BLE001 - the boundary to foreign code; the parent raises it again
        return "failed", (_portable(error), traceback.format_exc())


def _portable(error: Exception) -> Exception:
    """Give the error if it survives the way to the parent, else one that says the same."""
    try:
        pickle.loads(cloudpickle.dumps(error))  # noqa: S301 - made just here
    except Exception:  # noqa: BLE001 - an error's own pickling may do anything
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _die_with_parent(channel: socket.socket, stop: threading.Event) -> None:
    """End this process as soon as the other end is closed while a job runs."""
    while not stop.wait(0.2):
        try:
            if channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                os._exit(1)
        except BlockingIOError:
            continue


def main() -> None:
    """Serve the socket whose number stands on the command line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        try:
            serve(channel)
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    main()
