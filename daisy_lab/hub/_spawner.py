"""A server of one environment, as a process of this machine.

What a size says is a promise of a cluster; here it is what the server is told: so many threads, so much memory for the
engine's blocks, these CUDA devices. No process is killed for taking more.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from jupyterhub.spawner import LocalProcessSpawner
from tornado.httpclient import AsyncHTTPClient
from tornado.web import HTTPError
from traitlets import Bool, Unicode

from daisy_lab.hub._devices import Devices
from daisy_lab.hub._errors import HubError
from daisy_lab.hub._logs import tail
from daisy_lab.hub._processes import begun, is_alive
from daisy_lab.hub._runtime import runtime_folder
from daisy_lab.hub._stages import Stages, StartError
from daisy_lab.hub._starts import Starts
from daisy_lab.hub.environments import Environment, find_environment, find_environments
from daisy_lab.texts import gettext as _
from daisy_lab.texts import speaking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import IO

    from daisy_lab._manifests import Size

__all__ = ["DaisySpawner"]

_KEPT = (
    "CUDA_VISIBLE_DEVICES",
    "DAISY_LAB_APPS",
    "DAISY_LAB_LOG",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "NUMBA_CACHE_DIR",
    "TZ",
    "XDG_RUNTIME_DIR",
)
_SERVE = "from daisy_lab.server import serve_user; serve_user()"
_LOGGED_SECONDS = 1.5
"""A start that fails within a second leads JupyterHub back to the cards, where its log is not shown."""
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class DaisySpawner(LocalProcessSpawner):  # type: ignore[misc]  # jupyterhub is not followed by the type checker
    """Starts what the user picked: an app's page or JupyterLab."""

    own_account = Bool(
        default_value=True, help="Servers run as the account that the hub has; otherwise each as its user's."
    ).tag(config=True)
    folder = Unicode(help="Where servers begin; the home of the account by default.").tag(config=True)
    state = Unicode(help="The hub's own folder, for logs and what was learned.").tag(config=True)

    devices: ClassVar[Devices] = Devices()

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - as traitlets has it
        super().__init__(**kwargs)
        self._begun: int | None = None
        self._given: list[str] = []
        self._stages = Stages()

    # What was picked.

    def options_from_form(self, form: dict[str, list[str]]) -> dict[str, str]:
        """Read what a card says; refuse what is not on it."""
        asked = {name: form.get(name, [""])[0] for name in ("environment", "size", "language")}
        with speaking("zh_CN" if asked["language"] == "zh_CN" else "en"):
            try:
                found = find_environment(asked["environment"])
                found.size(asked["size"])
            except HubError as error:
                raise HTTPError(400, str(error)) from None
        return asked

    def picked(self) -> tuple[Environment, Size]:
        """Give environment and size: what was picked, what the server is named after, or the first."""
        options = self.user_options or {}
        named = str(options.get("environment") or "")
        if not named:
            there = find_environments()
            mine = [one for one in there if one.name == self.name] or there[:1]
            if not mine:
                raise HubError(_("there is no environment: no app's folder is installed"))
            return mine[0], mine[0].size()
        environment = find_environment(named)
        return environment, environment.size(str(options.get("size") or ""))

    @property
    def language(self) -> str:
        """Give the language of the page where it was picked."""
        return str((self.user_options or {}).get("language") or "en")

    # How it runs.

    def make_preexec_fn(self, name: str) -> Callable[[], None] | None:
        """Change the account where servers have one of their own."""
        if self.own_account:
            return None
        change: Callable[[], None] = super().make_preexec_fn(name)

        def become_private() -> None:
            change()
            os.umask(0o077)  # one user's new files are not for another

        return become_private

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Say who and where the user is."""
        if not self.own_account:
            return dict(super().user_env(env))
        return env | {name: os.environ[name] for name in ("HOME", "USER", "SHELL") if name in os.environ}

    def get_env(self) -> dict[str, str]:
        """Give the whole environment of the process."""
        env: dict[str, str] = super().get_env()
        environment, size = self.picked()
        env |= {name: os.environ[name] for name in _KEPT if name in os.environ}
        env["PATH"] = os.pathsep.join((str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)))
        if not self.own_account:
            env["XDG_RUNTIME_DIR"] = str(runtime_folder(*self._owner()))
        # Nothing asks for news from elsewhere.
        env["JUPYTER_CONFIG_PATH"] = str(Path(__file__).parent / "server")
        env["JUPYTER_RUNTIME_DIR"] = str(self._sockets())
        env["DAISY_LAB_ENVIRONMENT"] = environment.name
        if environment.locked:
            env["DAISY_LAB_LOCKED"] = environment.name
        threads = str(max(1, min(int(size.cpu), len(os.sched_getaffinity(0)))))
        env |= dict.fromkeys(_THREADS, threads)
        env |= {"CPU_LIMIT": str(size.cpu), "MEM_LIMIT": str(size.memory)}
        if self.devices.total:
            env["CUDA_VISIBLE_DEVICES"] = ",".join(self._given)
        return env

    def get_args(self) -> list[str]:
        """Give the options of the server's command line."""
        environment, _size = self.picked()
        args: list[str] = list(super().get_args())
        args += ["--KernelManager.transport=ipc", "--ServerApp.shutdown_no_activity_timeout=0"]
        # Several of a user's servers run at once, each on the port that the hub gave it.
        args += ["--ServerApp.port_retries=0", "--FileCheckpoints.checkpoint_dir=.checkpoints"]
        if environment.locked:
            args += ["--ServerApp.terminals_enabled=False"]
        return args

    def _sockets(self) -> Path:
        """Give the folder for the sockets of this server's kernels; a short name, for a socket's path is short."""
        named = hashlib.sha256(f"{self.state} {self._log_name}".encode()).hexdigest()[:8]
        return runtime_folder(*self._owner()) / f"server-{named}"

    def _owner(self) -> tuple[int, int]:
        if self.own_account:
            return os.geteuid(), os.getegid()
        import pwd  # noqa: PLC0415 - only where accounts are the users

        entry = pwd.getpwnam(self.user.name)
        if entry.pw_uid == 0:
            raise HubError(_("no server runs as root: log in with an account of your own"))
        return entry.pw_uid, entry.pw_gid

    async def start(self) -> tuple[str, int]:
        """Start it, and wait until it answers."""
        with speaking(self.language):
            try:
                return await self._start()
            except HubError as error:
                raise StartError(str(error), []) from None

    async def _start(self) -> tuple[str, int]:
        since = time.monotonic()
        self._stages = Stages()
        environment, size = self.picked()
        self._take_devices(environment, size)
        self.default_url = environment.address()
        self.notebook_dir = self.folder or "~"
        self.cmd = [sys.executable, "-c", _SERVE]
        self._owner()
        self._stages.tell(10, _("The server's process starts."))
        with self._open_log() as log:
            self.popen_kwargs = {"stdin": asyncio.subprocess.DEVNULL, "stdout": log, "stderr": log}
            if self.own_account:
                self.popen_kwargs["cwd"] = self.folder or os.environ.get("HOME", "/")
            found: tuple[str, int] = await super().start()
        self._begun = begun(self.pid)
        await self._until_it_answers(*found, since)
        self._stages.tell(95, _("The server answers: the page opens."))
        Starts(Path(self.state) / "starts.json").note(environment.name, time.monotonic() - since)
        return found

    def _take_devices(self, environment: Environment, size: Size) -> None:
        wanted = size.gpu or int(size.gpu_optional)
        given = self.devices.take(self._log_name, wanted) if wanted else []
        if given is None and size.gpu:
            raise StartError(
                _(
                    "'{environment}' needs {count} GPUs, and {free} of {total} are free: stop a server that has one"
                ).format(
                    environment=environment.title(self.language),
                    count=size.gpu,
                    free=self.devices.free,
                    total=self.devices.total,
                ),
                [],
            )
        self._given = given or []

    async def _until_it_answers(self, host: str, port: int, since: float) -> None:
        url = f"http://{host}:{port}{self.server.base_url}api"
        client = AsyncHTTPClient()
        seen = False
        while True:
            if await self.poll() is not None:
                await asyncio.sleep(since + _LOGGED_SECONDS - time.monotonic())
                raise StartError(_("The server ended before it answered."), self.log_lines())
            if not seen and self.log_lines():
                seen = True
                self._stages.tell(40, _("The server loads its parts."))
            try:
                await client.fetch(url, request_timeout=5, raise_error=False)
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1)
            else:
                return

    async def poll(self) -> int | None:
        """Say whether it runs: nothing while it does, else how it ended."""
        status: int | None = await super().poll()
        if status is None and self.proc is None and not is_alive(self.pid, self._begun):
            # Of an earlier hub: the number may be another process's by now.
            self.clear_state()
            return 0
        return status

    # What is remembered while the hub is not there.

    def get_state(self) -> dict[str, object]:
        """Give what finds the process again."""
        return dict(super().get_state()) | {"begun": self._begun, "devices": self._given}

    def load_state(self, state: dict[str, Any]) -> None:
        """Find the process again."""
        super().load_state(state)
        self._begun = state.get("begun")
        self._given = list(state.get("devices", []))
        if self._given:
            self.devices.hold(self._log_name, self._given)

    def clear_state(self) -> None:
        """Forget the process: it is gone, and what its kernels left goes too."""
        super().clear_state()
        with suppress(HubError, KeyError):
            shutil.rmtree(self._sockets(), ignore_errors=True)  # follows no link
        self._begun, self._given = None, []
        self.devices.release(self._log_name)

    # What the user sees of it.

    async def progress(self) -> AsyncIterator[dict[str, object]]:
        """Tell what happens while it starts."""
        async for told in self._stages.told():
            yield told | {"log": self.log_lines()}

    def log_lines(self) -> list[str]:
        """Give the end of what it wrote."""
        return tail(self._log_path())

    def _log_path(self) -> Path:
        safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in self._log_name)
        return Path(self.state) / "logs" / f"{safe}.log"

    def _open_log(self) -> IO[bytes]:
        path = self._log_path()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.unlink(missing_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
