"""A cluster without nodes: an API server in this process, and what a kubelet would say of its pods."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp.web
import kmock
from charts import MATRIX, values_of
from jupyterhub.auth import DummyAuthenticator
from jupyterhub.objects import Hub, Server
from kubernetes_asyncio.client import ApiClient
from kubespawner import clients
from traitlets.config import Config

from daisy_lab.hub._devices import Devices
from daisy_lab.hub._kube_spawner import DaisyKubeSpawner
from daisy_lab.hub._offers import picks_of
from daisy_lab.hub._place import Place
from daisy_lab.hub._pods import pod_settings
from daisy_lab.hub._values import Values

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    import pytest

NAMESPACE = "daisy"
CLAIMS = {"oauth_user": {"uidNumber": 20001, "gidNumber": "30001", "gids": [30002, 30001]}}
"""What a login told of a user."""
STAFF = ("staff", "proposal-2026001")
"""Groups of a user who sees everything."""
_KINDS = ("pods", "events", "persistentvolumeclaims", "resourcequotas")
_NUMBERS = itertools.count(1)
_RUNS = {
    "name": "notebook",
    "image": "some",
    "imageID": "some",
    "ready": True,
    "restartCount": 0,
    "state": {"running": {}},
}


def forget_clusters(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have KubeSpawner load a configuration that names nothing, not one of whoever runs the tests."""
    path = folder / "kubeconfig"
    path.write_text(kubeconfig("http://127.0.0.1:9"), "utf-8")
    monkeypatch.setenv("KUBECONFIG", str(path))
    monkeypatch.setattr("kubernetes_asyncio.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(path))
    clients.load_config.cache_clear()


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Give what a coroutine gives, on a thread of its own: a browser's loop may run on this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class ApiServer(kmock.KubernetesEmulator):
    """Keeps objects, and gives each what a real server gives: namespace, uid, version; pods run at once.

    `full` names a resource of which there is none left: a pod that asks for it waits, and an event says so. `complaint`
    is what an event says of every pod instead of running it; `refusal` what the server answers to a new pod.
    """

    full = ""
    complaint: tuple[str, str] | None = None
    """Reason and message."""
    refusal = ""
    address = "192.0.2.7"
    """Of every pod."""

    async def __call__(self, raw_request: Any) -> Any:
        if (
            raw_request.query.get("watch") == "True"
        ):  # as Python's client says it; a real server reads it so, too
            asked = raw_request.rel_url.update_query(watch="true")
            raw_request = raw_request.clone(rel_url=asked)
        return await super().__call__(raw_request)

    async def _handle(self, request: Any) -> Any:
        if request.action == kmock.action.CREATE and request.resource is not None:
            metadata = request.data.setdefault("metadata", {})
            metadata.setdefault("namespace", request.namespace)
            metadata |= {"uid": f"uid-{next(_NUMBERS)}", "resourceVersion": str(next(_NUMBERS))}
            if request.resource.plural == "pods":
                if self.refusal:
                    return aiohttp.web.json_response({"kind": "Status", "message": self.refusal}, status=403)
                request.data["status"] = self._status(request.data)
                if request.data["status"]["phase"] == "Pending":
                    await self._complain(request.data)
        return await super()._handle(request)

    def _status(self, pod: dict[str, Any]) -> dict[str, Any]:
        asked = {name for one in pod["spec"]["containers"] for name in one["resources"]["limits"]}
        if self.full in asked or self.complaint is not None:
            return {"phase": "Pending", "podIP": None, "containerStatuses": []}
        return {
            "phase": "Running",
            "podIP": self.address,
            "containerStatuses": [_RUNS],
        }

    async def _complain(self, pod: dict[str, Any]) -> None:
        name = pod["metadata"]["name"]
        none_left = ("FailedScheduling", f"0/1 nodes are available: 1 Insufficient {self.full}.")
        reason, message = self.complaint or none_left
        event = {
            "metadata": {"name": f"{name}.1", "namespace": NAMESPACE, "uid": f"uid-{next(_NUMBERS)}"},
            "involvedObject": {"kind": "Pod", "name": name, "namespace": NAMESPACE},
            "type": "Warning",
            "reason": reason,
            "message": message,
            "lastTimestamp": "2026-01-01T00:00:00Z",
            "eventTime": None,
        }
        resource = kmock.resource("v1", "events")
        self.objects[resource, NAMESPACE, f"{name}.1"] = event
        await self._buses[resource].put({"type": "ADDED", "object": event})

    async def let_run(self) -> None:
        """Have nothing to complain of any more: pods that waited run."""
        self.full, self.complaint = "", None
        resource = kmock.resource("v1", "pods")
        for key in [key for key in self.objects if key[0] == resource]:
            pod = self.objects[key]
            version = {"resourceVersion": str(next(_NUMBERS))}
            pod.patch({"metadata": version, "status": self._status(pod.last.raw)})
            await self._buses[resource].put({"type": "MODIFIED", "object": pod.last.raw})


class _Group:
    def __init__(self, name: str) -> None:
        self.name = name


class User:
    """Somebody, as far as a spawner asks."""

    def __init__(self, name: str, groups: tuple[str, ...], state: dict[str, Any] | None) -> None:
        self.id = 1
        self.name = self.escaped_name = name
        self.groups = [_Group(group) for group in groups]
        self.url = f"/user/{name}/"
        self.base_url = f"/user/{name}/"
        self.server = Server(connect_url="http://192.0.2.7:8888/")
        self.settings: dict[str, object] = {}
        self._state = state

    async def get_auth_state(self) -> dict[str, Any] | None:
        return self._state

    def server_url(self, name: str) -> str:
        return f"{self.url}{name}"


def place_of(values: dict[str, Any], folder: Path) -> Place:
    """Give what a hub with these values would know."""
    return Place(
        values=Values.model_validate(values),
        config=folder,
        secrets=folder,
        state=folder,
        prefix="try-daisy-lab",
        tag="0.1.0",
        namespace=NAMESPACE,
        labels={"app.kubernetes.io/name": "daisy-lab", "app.kubernetes.io/instance": "try"},
    )


def spawner_of(
    place: Place,
    user: str = "ann",
    *,
    server: str = "",
    groups: tuple[str, ...] = (),
    state: dict[str, Any] | None = None,
    options: dict[str, str] | None = None,
    **settings: Any,
) -> DaisyKubeSpawner:
    """Give a spawner as the hub of the chart configures it."""
    DaisyKubeSpawner.place = place
    DaisyKubeSpawner.devices = Devices(map(str, range(place.values.gpu.total)))
    config = Config()
    for name, value in pod_settings(place.values).items():
        config.KubeSpawner[name] = value
    config.KubeSpawner.namespace = place.namespace
    config.KubeSpawner.common_labels = {**place.labels, "app.kubernetes.io/component": "singleuser"}
    config.KubeSpawner.component_label = "singleuser"
    config.KubeSpawner.storage_extra_labels = dict(place.labels)
    config.KubeSpawner.options_form = "cards"
    config.KubeSpawner.update(settings)
    authenticator = DummyAuthenticator()
    authenticator.user_auth_state_key = "oauth_user"
    made = DaisyKubeSpawner(
        config=config,
        hub=Hub(),
        user=User(user, groups, state),
        authenticator=authenticator,
        orm_spawner=_Orm(server),
        oauth_client_id="test",
        user_options=options or {},
    )
    made.api_token = "token"  # noqa: S105 - of nothing
    return made


def manifest(name: str, folder: Path, **wishes: Any) -> dict[str, Any]:
    """Give the pod that a user with these wishes would get, as it is sent; `name` is of the matrix of values."""

    async def made() -> dict[str, Any]:
        spawner = spawner_of(place_of(values_of(name), folder), **wishes)
        await spawner.load_user_options()
        async with ApiClient() as client:
            sent: dict[str, Any] = client.sanitize_for_serialization(await spawner.get_pod_manifest())
        return sent

    return finished(made())


def every_wish() -> Iterator[tuple[str, dict[str, str]]]:
    """Give each way to start each environment of each values of the matrix."""
    for name in MATRIX:
        for environment, offer in Values.model_validate(values_of(name)).environments.items():
            for pick in picks_of(offer):
                yield name, {"environment": environment, "size": pick.name}


class _Orm:
    """A server's line in the hub's database, as far as a spawner asks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.server = None
        self.started = None
        self.user_options: dict[str, str] = {}


@contextmanager
def cluster_beside(folder: Path, server: ApiServer | None = None) -> Iterator[tuple[ApiServer, Path]]:
    """Run an API server in a thread, for a hub of its own process; gives what a client reads to find it, too."""
    server = ApiServer() if server is None else server
    server.address = "127.0.0.1"
    found: list[str] = []
    up, enough = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        for plural in _KINDS:
            server.resources["v1", plural] = {}
        async with server, kmock.Server(server) as running:
            found.append(str(running.url))
            up.set()
            await enough.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert up.wait(30)
        path = folder / "kubeconfig"
        path.write_text(kubeconfig(found[0]), "utf-8")
        yield server, path
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join(30)
        loop.close()


@asynccontextmanager
async def cluster(
    full: str = "", complaint: tuple[str, str] | None = None, refusal: str = ""
) -> AsyncIterator[ApiServer]:
    """Run an API server, and have KubeSpawner talk to it."""
    server = ApiServer()
    server.full, server.complaint, server.refusal = full, complaint, refusal
    for plural in _KINDS:
        server.resources["v1", plural] = {}
    async with server, kmock.Server(server) as running:
        _be_found(str(running.url))
        clients.load_config.cache_clear()
        DaisyKubeSpawner.reflectors.clear()
        try:
            yield server
        finally:
            await _end_watching()


def _be_found(server: str) -> None:
    Path(os.environ["KUBECONFIG"]).write_text(kubeconfig(server), "utf-8")


def kubeconfig(server: str) -> str:
    """Give what a client reads to find an API server."""
    cluster = {"name": "only", "cluster": {"server": server}}
    context = {"name": "only", "context": {"cluster": "only", "user": "only"}}
    user: dict[str, object] = {"name": "only", "user": {}}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "only",
            "contexts": [context],
            "clusters": [cluster],
            "users": [user],
        }
    )


async def _end_watching() -> None:
    for reflector in DaisyKubeSpawner.reflectors.values():
        await reflector.stop()
    DaisyKubeSpawner.reflectors.clear()
    mine = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not mine and "close_client" in repr(task)]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    clients._client_cache.clear()
