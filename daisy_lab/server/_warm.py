"""Kernels that have started before anyone asks: an app opens at once, since its imports are done.

A warm kernel is nobody's. It is in no list, no culler sees it, and what it says is no activity of the user. Handed out,
it takes over the environment of the request that it is for, and becomes a kernel like any other. While the next one
warms up, the page that took the last one has the processor to itself.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Float, Integer

from daisy_lab.server._needed import needed_modules

__all__ = ["WarmKernels"]

_READY: Final = """
import contextlib as _contextlib, importlib as _importlib
for _name in {names!r}:
    with _contextlib.suppress(ImportError):
        _importlib.import_module(_name)
with _contextlib.suppress(ImportError):
    list(_importlib.import_module("daisy_lab._algorithm").registry)
del _contextlib, _importlib, _name
"""
_DRESS: Final = """
import json as _json, os as _os, sys as _sys
_facts = _json.loads({facts!r})
_os.environ.update(_facts["environment"])
_sys.path[:0] = _facts["path"]
_os.chdir(_facts["folder"])
del _json, _os, _sys, _facts
"""
_PATIENCE: Final = 60.0


class WarmKernels(AsyncMappingKernelManager):  # type: ignore[misc]  # jupyter_server is not followed
    """The kernels of a server, and a few that wait to be used."""

    warm_size = Integer(1, config=True, help="How many started kernels wait for the next app; 0 for none.")
    warm_delay = Float(
        6.0,
        config=True,
        help="Seconds that a page has the processor to itself before the next kernel starts.",
    )

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - traitlets' own
        super().__init__(**settings)
        self._hidden: set[str] = set()
        self._waiting: list[str] = []
        self._warming: asyncio.Task[None] | None = None
        self._ending = False
        self._processes: dict[str, object] = {}

    # -- what others see

    def list_kernel_ids(self) -> list[str]:
        """Give the kernels that belong to someone."""
        return [name for name in super().list_kernel_ids() if name not in self._hidden]

    def start_watching_activity(self, kernel_id: str) -> None:
        """Record what a kernel does, once it belongs to someone."""
        if kernel_id not in self._hidden:
            super().start_watching_activity(kernel_id)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Leave alone what waits: it has no user who could be idle."""
        if kernel_id not in self._hidden:
            await super().cull_kernel_if_idle(kernel_id)

    def remove_kernel(self, kernel_id: str) -> Any:  # noqa: ANN401 - its manager
        """Forget a kernel that has ended."""
        self._hidden.discard(kernel_id)
        self._processes.pop(kernel_id, None)
        if kernel_id in self._waiting:
            self._waiting.remove(kernel_id)
        return super().remove_kernel(kernel_id)

    async def shutdown_all(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - jupyter_client's signature
        """End all kernels, those that wait, too."""
        self._ending = True
        if self._warming is not None:
            self._warming.cancel()
            with suppress(asyncio.CancelledError):
                await self._warming
        self._hidden.clear()
        await ensure_async(super().shutdown_all(now=now))

    # -- an app's kernel

    async def start_for_app(self, *, path: str, env: dict[str, str], kernel_name: str = "") -> str:
        """Give a kernel for a page: one that waits, where there is one, else a new one.

        Parameters
        ----------
        path
            Folder below the server's root in which it works.
        env
            The environment of the page; only what the server's own does not have is handed over.
        kernel_name
            Kind of kernel.
        """
        kernel_id = await self._take() if kernel_name in {"", self.default_kernel_name} else None
        if kernel_id is None or not await self._dress(kernel_id, path, env):
            kernel_id = str(await self.start_kernel(path=path, env=env, kernel_name=kernel_name or None))
        self._processes[kernel_id] = self._process(kernel_id)
        self.warm_later()
        return kernel_id

    def is_as_given(self, kernel_id: str) -> bool:
        """Say whether a kernel is the process that it was when it was given or waited: one that died starts anew."""
        return kernel_id in self and (
            kernel_id not in self._processes or self._processes[kernel_id] == self._process(kernel_id)
        )

    def warm_later(self, delay: float | None = None) -> None:
        """See to it that enough kernels wait, after a while."""
        if self._ending or (self._warming is not None and not self._warming.done()):
            return
        self._warming = asyncio.ensure_future(self._warm(self.warm_delay if delay is None else delay))

    # -- inside

    def _process(self, kernel_id: str) -> object:
        provisioner = getattr(self.get_kernel(kernel_id), "provisioner", None)
        return getattr(provisioner, "pid", None)

    async def _take(self) -> str | None:
        """Take a kernel that waits; one that has nearly started is waited for, since a new one starts later."""
        if not self._waiting and self._starting and self._warming is not None:
            with suppress(Exception):
                await asyncio.shield(self._warming)
        while self._waiting:
            kernel_id = self._waiting.pop(0)
            if self.is_as_given(kernel_id) and await ensure_async(self.is_alive(kernel_id)):
                return kernel_id
            if kernel_id in self:
                # Nobody's any more: whoever watches over it would start it anew, and again.
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
        return None

    _starting = False

    async def _warm(self, delay: float) -> None:
        await asyncio.sleep(delay)
        self._starting = True
        try:
            while len(self._waiting) < self.warm_size and not self._ending:
                began = monotonic()
                kernel_id = await self._start_hidden()
                if kernel_id is None:
                    return
                self._processes[kernel_id] = self._process(kernel_id)
                self._waiting.append(kernel_id)
                self.log.info("daisy-lab: a kernel waits for the next app, after %.1f s", monotonic() - began)
        finally:
            self._starting = False

    async def _start_hidden(self) -> str | None:
        """Start a kernel that nobody sees, and let it import what apps need."""
        kernel_id = self.new_kernel_id()
        self._hidden.add(kernel_id)
        try:
            await self.start_kernel(kernel_id=kernel_id, path="", env=dict(os.environ))
            names = await asyncio.to_thread(needed_modules)
            await self._execute(kernel_id, _READY.format(names=names))
        except (asyncio.CancelledError, Exception) as error:
            # The boundary to whatever starts kernels here: without one that waits, an app only opens later.
            if not isinstance(error, asyncio.CancelledError):
                self.log.warning("daisy-lab: no kernel waits for the next app: %s", error)
            if kernel_id in self and not self._ending:
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
            if isinstance(error, asyncio.CancelledError):
                raise
            return None
        return str(kernel_id)

    async def _dress(self, kernel_id: str, path: str, env: dict[str, str]) -> bool:
        """Hand the environment of a request over to a kernel that waited, and show the kernel."""
        ours = {name: value for name, value in env.items() if os.environ.get(name) != value}
        facts = {
            "environment": ours,
            "path": [folder for folder in ours.get("PYTHONPATH", "").split(os.pathsep)[:1] if folder],
            "folder": self.cwd_for_path(path),
        }
        try:
            await self._execute(kernel_id, _DRESS.format(facts=json.dumps(facts)))
        except Exception as error:  # noqa: BLE001 - whatever ails it, a new kernel is the answer
            self.log.warning("daisy-lab: the kernel that waited does not answer: %s", error)
            await ensure_async(self.shutdown_kernel(kernel_id, now=True))
            return False
        self._hidden.discard(kernel_id)
        self.get_kernel(kernel_id).last_activity = utcnow()
        self.start_watching_activity(kernel_id)
        return True

    async def _execute(self, kernel_id: str, code: str) -> None:
        """Have a kernel run something, silently, and wait until it has."""
        client = self.get_kernel(kernel_id).client()
        client.start_channels(iopub=False, stdin=False, hb=False, control=False)
        try:
            asked = client.execute(code, silent=True, store_history=False, allow_stdin=False)
            while True:
                reply = await ensure_async(client.get_shell_msg(timeout=_PATIENCE))
                if reply["parent_header"].get("msg_id") == asked:
                    break
        finally:
            client.stop_channels()
        if reply["content"]["status"] != "ok":
            raise RuntimeError(reply["content"].get("evalue", reply["content"]["status"]))
