"""The chart's own parts: hub, proxy, and what stands around them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daisy_lab.hub._values._fact import Fact, Free, Name, Object, Quantity, Strings
from daisy_lab.hub._values._offer import Image
from daisy_lab.hub._values._pod import Amount, Disruption, Netpol, Resources, Service
from daisy_lab.hub._values._site import HubService

__all__ = ["Global", "Hub", "Ingress", "Monitoring", "PrePuller", "Proxy", "Scheduling", "Tests"]


class Global(Fact):
    """What all images have in common."""

    image_registry: Annotated[str, Field(pattern=r"^([a-z0-9]+([._:/-]+[a-z0-9]+)*/?)?$")] = ""
    """Put before each image's name: the registry that a site fills itself, as where no other can be reached."""
    image_pull_secrets: list[Name] = []
    """Secrets for pulling images, in the release's namespace."""


class Database(Fact):
    """Where the hub remembers users and servers."""

    type: Literal["sqlite-pvc", "sqlite-memory", "url"] = "sqlite-pvc"
    """A file on a volume; nothing that lasts; or a database by the key `db-url` of the hub's Secret."""
    capacity: Quantity = "1Gi"
    """Size of the volume."""
    storage_class: str = ""
    """StorageClass of the volume; the cluster's usual one when empty."""
    claim: str = ""
    """A PersistentVolumeClaim that is there already."""


class ServiceAccount(Fact):
    """As whom the hub speaks to Kubernetes."""

    create: bool = True
    """Make account, role and binding."""
    name: str = ""
    """Its name; made from the release's when empty."""
    annotations: Strings = {}
    """Annotations, for cloud identities."""


class Hub(Fact):
    """The hub: pages, login, starting and stopping of users' pods."""

    image: Image = Image(name="daisy-lab-hub")
    """The image; proxy, pre-puller and tests run in it too."""
    base_url: Annotated[str, Field(pattern=r"^/([A-Za-z0-9._~-]+/)*$")] = "/"
    """Path of the hub, with a slash at both ends."""
    existing_secret: str = ""
    """A Secret with proxy-token, cookie-secret, crypt-key and, as far as used, oidc-client-secret, dummy-password,
    db-url, service-NAME. Needed wherever manifests are rendered without a cluster (`helm template`, Argo CD)."""
    db: Database = Database()
    """Where it remembers."""
    resources: Resources = Resources(
        requests=Amount(cpu="200m", memory="512Mi"), limits=Amount(cpu="2", memory="1Gi")
    )
    """What it asks for and may take."""
    concurrent_spawn_limit: Annotated[int, Field(ge=0)] = 64
    """Starts at once; 0 for no limit."""
    active_server_limit: Annotated[int, Field(ge=0)] = 0
    """Servers at once, of all users; 0 for no limit."""
    named_server_limit_per_user: Annotated[int, Field(ge=0)] = 20
    """Servers at once, of one user; 0 for no limit."""
    services: dict[Name, HubService] = {}
    """Other programs that talk to the hub."""
    config: Free = {}
    """Further settings of JupyterHub: class, setting, value. Read after ours."""
    extra_config: Strings = {}
    """Python files by name, read last and in the order of their names."""
    extra_env: Strings = {}
    """Environment variables."""
    service_account: ServiceAccount = ServiceAccount()
    """As whom it speaks to Kubernetes."""
    node_selector: Strings = {}
    """Its nodes."""
    tolerations: list[Object] = []
    """Taints that it tolerates."""
    annotations: Strings = {}
    """Annotations of its pod."""
    labels: Strings = {}
    """Labels of its pod."""
    pdb: Disruption = Disruption()
    """Whether emptying a node waits for it."""
    network_policy: Netpol = Netpol()
    """Further connections. By default it reaches names, the proxy, users' pods, and the ports below."""
    egress_ports: list[Annotated[int, Field(ge=1, le=65535)]] = [443, 6443]
    """Ports of Kubernetes' own interface and of the login service; a database's port belongs here too."""


class Proxy(Fact):
    """The proxy: the one door for browsers. It outlives the hub, so users go on while that starts anew."""

    image: Image = Image()
    """Its image; the hub's when the name is empty."""
    service: Service = Service()
    """How browsers reach it."""
    resources: Resources = Resources(
        requests=Amount(cpu="100m", memory="128Mi"), limits=Amount(cpu="1", memory="512Mi")
    )
    """What it asks for and may take."""
    node_selector: Strings = {}
    """Its nodes."""
    tolerations: list[Object] = []
    """Taints that it tolerates."""
    annotations: Strings = {}
    """Annotations of its pod."""
    labels: Strings = {}
    """Labels of its pod."""
    pdb: Disruption = Disruption()
    """Whether emptying a node waits for it."""
    network_policy: Netpol = Netpol()
    """Further connections. By default anybody reaches its public port, and only the hub its interface."""
    ingress_from: list[Object] = []
    """Peers of a NetworkPolicy that may reach the public port, as the ingress controller's; all when empty."""


class Tls(Fact):
    """Names that a certificate is for."""

    hosts: list[str] = []
    """Names."""
    secret_name: str = ""
    """Secret with the certificate."""


class Ingress(Fact):
    """A name and TLS, by the cluster's ingress controller."""

    enabled: bool = False
    """Make an Ingress."""
    ingress_class_name: str = ""
    """Which controller."""
    annotations: Strings = {}
    """Annotations for it; uploads and websockets need long timeouts and large bodies."""
    hosts: list[str] = []
    """Names of the hub."""
    path_type: Literal["Prefix", "ImplementationSpecific", "Exact"] = "Prefix"
    """How the path is compared."""
    tls: list[Tls] = []
    """Certificates."""


class PodPriority(Fact):
    """Priority classes, which belong to the whole cluster."""

    enabled: bool = False
    """Make one for the hub and one for users' pods."""
    hub: Annotated[int, Field(ge=-2147483648, le=1000000000)] = 10
    """Of hub and proxy."""
    users: Annotated[int, Field(ge=-2147483648, le=1000000000)] = 0
    """Of users' pods."""


class Scheduling(Fact):
    """Which node a pod comes to."""

    scheduler_name: str = ""
    """Scheduler of users' pods, as one that packs nodes; the cluster's usual one when empty."""
    pod_priority: PodPriority = PodPriority()
    """Priority classes."""
    spread_hub: bool = True
    """Hub and proxy prefer nodes without users' pods that are labelled daisy-lab/purpose=core."""


class PrePuller(Fact):
    """Images are pulled to the nodes before a user waits for them."""

    enabled: bool = True
    """Make a DaemonSet that does it."""
    resources: Resources = Resources(
        requests=Amount(cpu="10m", memory="16Mi"), limits=Amount(cpu="100m", memory="64Mi")
    )
    """What each of its containers asks for and may take."""
    skip: list[Name] = []
    """Environments whose images are not pulled ahead."""


class ServiceMonitor(Fact):
    """Metrics for the Prometheus operator."""

    enabled: bool = False
    """Make a ServiceMonitor, and let the metrics be read with a token."""
    interval: str = "60s"
    """How often they are read."""
    labels: Strings = {}
    """Labels by which Prometheus finds it."""
    namespace_selector: Strings = {}
    """Labels of the namespace from which Prometheus comes; any namespace when empty."""


class Monitoring(Fact):
    """Metrics of the hub."""

    service_monitor: ServiceMonitor = ServiceMonitor()
    """For the Prometheus operator."""


class Tests(Fact):
    """`helm test`: the hub answers, the route leads there, and a forbidden connection fails."""

    enabled: bool = True
    """Make the test pods."""
    resources: Resources = Resources()
    """What they ask for and may take."""
