"""What a cluster says of a pod, in words for who waits for it: what happens, what is missing, what to do."""

from __future__ import annotations

import json
import re
from typing import Any, Final, Literal, NamedTuple

from daisy_lab.texts import gettext as _

__all__ = ["Told", "refusal", "told"]

_QUOTA: Final = re.compile(
    r"exceeded quota: (?P<name>\S+), requested: (?P<asked>\S+), used: (?P<used>\S+), limited: (?P<most>\S+)"
)
_QUOTED: Final = re.compile(r'image "([^"]+)"')
_UNTOLD: Final = {
    "ErrImagePull",
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ErrInvalidImageName",
}
_HOPELESS: Final = ("Back-off pulling", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName")


class Told(NamedTuple):
    """One thing that a cluster said."""

    words: str
    """For the user; what the cluster said itself where we know no better."""
    kind: Literal["stage", "node", "volume", "image", "other"]
    """How the start goes on; no node has room; no volume is there yet; an image is not to be had; another trouble."""
    hopeless: bool = False
    """Waiting changes nothing."""


def told(event: dict[str, Any], gpu: str) -> Told:
    """Translate an event of a pod.

    Parameters
    ----------
    event
        As Kubernetes gives it.
    gpu
        What the cluster calls a GPU, as nvidia.com/gpu.
    """
    reason, message = str(event.get("reason")), str(event.get("message"))
    if event.get("type") != "Warning":
        image = any(word in message for word in _HOPELESS)
        return _image(message) if image else Told(_stages().get(reason, message), "stage")
    if reason == "FailedScheduling":
        waits = _waits_for_volume(message)
        return Told(_no_node(message, gpu), "volume" if waits else "node")
    if _is_of_image(reason, message):
        return _image(message)
    return Told(_others().get(reason, message), "other")


def _stages() -> dict[str, str]:
    return {
        "Scheduled": _("A node has room for it."),
        "Pulling": _("The node fetches the image; the first time this takes minutes."),
        "Pulled": _("The node has the image."),
        "Created": _("The server's process is made."),
        "Started": _("The server's process starts."),
        "SuccessfulAttachVolume": _("Your home is attached."),
    }


def _others() -> dict[str, str]:
    return {
        "BackOff": _("the server ends as soon as it starts; tell the operators of this hub"),
        "Evicted": _("the node ran short of memory or disk and ended the server; start it again"),
        "Preempting": _("something more urgent took its place; start it again"),
        "FailedMount": _("your home or a data folder cannot be mounted; tell the operators of this hub"),
        "FailedAttachVolume": _(
            "your home is attached to another node; stop your other servers, or wait a minute"
        ),
        "FailedCreatePodSandBox": _("the node cannot make a network for it; tell the operators of this hub"),
    }


def _is_of_image(reason: str, message: str) -> bool:
    if reason in _UNTOLD:
        return True
    return (reason in {"Failed", "BackOff"} and "image" in message.lower()) or any(
        word in message for word in _UNTOLD
    )


def _image(message: str) -> Told:
    found = _QUOTED.search(message)
    words = (
        _("the image '{image}' cannot be fetched; tell the operators of this hub").format(image=found[1])
        if found
        else _("the image cannot be fetched; tell the operators of this hub")
    )
    return Told(words, "image", any(word in message for word in _HOPELESS))


def _no_node(message: str, gpu: str) -> str:
    """Say in words why the scheduler finds no node."""
    missing = {name.rstrip(".") for name in re.findall(r"Insufficient ([\w./-]+)", message)}
    if gpu in missing:
        return _(
            "no GPU is free; pick a size without one, or wait until somebody stops a server that has one"
        )
    named = {"cpu": _("CPU"), "memory": _("memory")}
    short = [word for name, word in named.items() if name in missing]
    if short or "Too many pods" in message:
        return _(
            "no node has enough {what} free; pick a smaller size, stop a server of yours, or try again later"
        ).format(what=_(" and ").join(short) or _("room"))
    if _waits_for_volume(message):
        return _("there is no volume for your home yet; tell the operators of this hub if this lasts")
    return _("no node of this cluster suits it; tell the operators of this hub")


def _waits_for_volume(message: str) -> bool:
    return "Insufficient" not in message and ("PersistentVolumeClaim" in message or "volume" in message)


def refusal(body: object) -> str:
    """Say in words why the cluster's interface refuses a pod or a home.

    Parameters
    ----------
    body
        The text of its answer.
    """
    try:
        message = str(json.loads(str(body))["message"])
    except (ValueError, KeyError, TypeError):
        message = str(body)
    found = _QUOTA.search(message)
    if found is not None:
        return _(
            "the quota of this cluster is used up ({used} of {most}, and this needs {asked}): "
            "pick a smaller size, or stop a server"
        ).format(used=found["used"], most=found["most"], asked=found["asked"])
    if "violates PodSecurity" in message:
        return _(
            "the cluster's security rules refuse it; tell the operators of this hub. It says: {reason}"
        ).format(reason=message)
    return _("The cluster cannot start it: {reason}").format(reason=message)
