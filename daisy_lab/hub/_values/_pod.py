"""What the chart's own pods have in common."""

from __future__ import annotations

from pydantic import Field

from daisy_lab.hub._values._fact import Fact, Object, Quantity, Strings

__all__ = ["Amount", "Disruption", "Netpol", "Resources", "Service"]


class Amount(Fact):
    """CPU and memory."""

    cpu: Quantity = "100m"
    """Cores, as 500m."""
    memory: Quantity = "128Mi"
    """Bytes, as 512Mi."""


class Resources(Fact):
    """What a container asks for and what it may take; never empty."""

    requests: Amount = Amount()
    """Kept free for it."""
    limits: Amount = Amount(cpu="1", memory="512Mi")
    """More it does not get."""


class Disruption(Fact):
    """Whether a node that is emptied waits for this pod."""

    enabled: bool = False
    """Make a PodDisruptionBudget."""
    max_unavailable: int = Field(default=1, ge=0)
    """With 0, emptying a node waits until a person stops the pod."""


class Netpol(Fact):
    """Who may reach a pod, beyond what the platform itself needs."""

    ingress: list[Object] = []
    """Further rules of a NetworkPolicy for connections to it."""
    egress: list[Object] = []
    """Further rules for connections from it."""


class Service(Fact):
    """How a pod is reached."""

    type: str = Field(default="ClusterIP", pattern="^(ClusterIP|NodePort|LoadBalancer)$")
    """ClusterIP behind an Ingress; NodePort or LoadBalancer without one."""
    port: int = Field(default=80, ge=1, le=65535)
    """Port of the service."""
    node_port: int = Field(default=0, ge=0, le=65535)
    """Port on each node for the type NodePort; Kubernetes chooses when 0."""
    annotations: Strings = {}
    """Annotations, for load balancers."""
    load_balancer_source_ranges: list[str] = []
    """Networks that a load balancer lets in; all when empty."""
