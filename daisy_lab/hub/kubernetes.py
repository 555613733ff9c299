"""The settings of a hub on Kubernetes, one block per question; a site's own are read after them.

The chart's hub reads them with two lines: `from daisy_lab.hub.kubernetes import configure` and `configure(c, load)`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from daisy_lab.hub._cluster_picker import ClusterPicker
from daisy_lab.hub._configure import NOTHING_FOREIGN, TEMPLATES
from daisy_lab.hub._devices import Devices
from daisy_lab.hub._kube_spawner import DaisyKubeSpawner
from daisy_lab.hub._login import log_in
from daisy_lab.hub._look import Look
from daisy_lab.hub._pages import page_words
from daisy_lab.hub._place import Place
from daisy_lab.hub._pods import pod_settings
from daisy_lab.hub._settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["configure"]

_HUB_PORT: Final = 8081
_PROXY_PORT: Final = 8001


def configure(c: Any, load: Callable[[str], None]) -> None:  # noqa: ANN401 - traitlets' configuration object
    """Fill JupyterHub's configuration from the chart's values.

    Parameters
    ----------
    c
        The configuration.
    load
        Reads one more file into it.
    """
    place = Place.read()
    _addresses(c, place)
    _memory(c, place)
    log_in(c, place)
    _servers(c, place)
    _pages(c, place)
    _services(c, place)
    for owner, settings in place.values.hub.config.items():
        for name, value in settings.items():
            c[owner][name] = value
    for name in sorted(place.values.hub.extra_config):
        load(str(place.config / f"{name}.py"))


def _addresses(c: Any, place: Place) -> None:  # noqa: ANN401 - as above
    c.JupyterHub.bind_url = f"http://:8000{place.values.hub.base_url}"
    c.JupyterHub.hub_bind_url = f"http://:{_HUB_PORT}"
    c.JupyterHub.hub_connect_url = f"http://{place.prefix}-hub:{_HUB_PORT}"
    c.ConfigurableHTTPProxy.api_url = f"http://{place.prefix}-proxy-api:{_PROXY_PORT}"
    c.ConfigurableHTTPProxy.auth_token = place.secret("proxy-token")
    # A pod of its own, so that pages of running servers stay while the hub starts anew.
    c.ConfigurableHTTPProxy.should_start = False


def _memory(c: Any, place: Place) -> None:  # noqa: ANN401 - as above
    c.JupyterHub.cookie_secret = bytes.fromhex(place.secret("cookie-secret"))
    c.CryptKeeper.keys = [bytes.fromhex(place.secret("crypt-key"))]
    if place.values.hub.db.type == "url":
        c.JupyterHub.db_url = place.secret("db-url")
    else:
        c.JupyterHub.db_url = f"sqlite:///{place.state / 'jupyterhub.sqlite'}"
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.last_activity_interval = 60


def _servers(c: Any, place: Place) -> None:  # noqa: ANN401 - as above
    hub = place.values.hub
    c.JupyterHub.spawner_class = DaisyKubeSpawner
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.named_server_limit_per_user = hub.named_server_limit_per_user
    c.JupyterHub.concurrent_spawn_limit = hub.concurrent_spawn_limit
    c.JupyterHub.active_server_limit = hub.active_server_limit
    DaisyKubeSpawner.place = place
    DaisyKubeSpawner.devices = Devices(map(str, range(place.values.gpu.total)))
    settings = pod_settings(place.values)
    priority = settings["priority_class_name"]
    if place.values.scheduling.pod_priority.enabled and not priority:
        settings["priority_class_name"] = f"{place.prefix}-users"
    for name, value in settings.items():
        c.KubeSpawner[name] = value
    c.KubeSpawner.namespace = place.namespace
    c.KubeSpawner.common_labels = {**place.labels, "app.kubernetes.io/component": "singleuser"}
    c.KubeSpawner.component_label = "singleuser"
    c.KubeSpawner.storage_extra_labels = dict(place.labels)
    c.KubeSpawner.options_form = "cards"  # templates/spawn.html draws them; JupyterHub asks for a word
    c.KubeSpawner.http_timeout = 120


def _pages(c: Any, place: Place) -> None:  # noqa: ANN401 - as above
    values = place.values
    settings = Settings(
        state=place.state,
        login="accounts",
        idle_minutes=values.cull.timeout // 60 if values.cull.enabled else 0,
    )

    look = Look(place.namespace, ",".join(f"{key}={value}" for key, value in place.labels.items()))
    DaisyKubeSpawner.look = look

    def picker(settings: Settings, user: Any, language: str) -> ClusterPicker:  # noqa: ANN401 - jupyterhub's
        devices = DaisyKubeSpawner.devices
        return ClusterPicker(settings, user, language, values, devices=devices, look=look, tag=place.tag)

    words = page_words(settings, picker)

    def seen(user: Any) -> object:  # noqa: ANN401 - jupyterhub's
        look.soon()  # at each page, the login's too: the cards then know
        return words["picker"](user)

    c.JupyterHub.template_paths = [str(TEMPLATES)]
    c.JupyterHub.template_vars = {**words, "picker": seen}
    c.JupyterHub.default_url = f"{values.hub.base_url}hub/home"
    c.JupyterHub.tornado_settings = {"headers": {"Content-Security-Policy": NOTHING_FOREIGN}}


def _services(c: Any, place: Place) -> None:  # noqa: ANN401 - as above
    values = place.values
    services: list[dict[str, Any]] = []
    roles: list[dict[str, Any]] = []
    wanted = {name: list(service.scopes) for name, service in values.hub.services.items()}
    if values.monitoring.service_monitor.enabled:
        wanted.setdefault("metrics", ["read:metrics"])
    for name, scopes in sorted(wanted.items()):
        services.append({"name": name, "api_token": place.secret(f"service-{name}")})
        roles.append({"name": f"service-{name}", "scopes": scopes, "services": [name]})
    if values.cull.enabled:
        services.append({"name": "idle-culler", "command": _culler(place)})
        scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        roles.append({"name": "idle-culler", "scopes": scopes, "services": ["idle-culler"]})
    c.JupyterHub.services = services
    c.JupyterHub.load_roles = roles
    c.JupyterHub.authenticate_prometheus = True


def _culler(place: Place) -> list[str]:
    cull = place.values.cull
    return [
        sys.executable,
        "-m",
        "jupyterhub_idle_culler",
        f"--url=http://127.0.0.1:{_HUB_PORT}{place.values.hub.base_url}hub/api",
        f"--timeout={cull.timeout}",
        f"--cull-every={cull.every}",
        f"--max-age={cull.max_age}",
        f"--concurrency={cull.concurrency}",
        "--remove-named-servers=true",
    ]
