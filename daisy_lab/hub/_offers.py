"""Between the two faces of an environment: what an app's manifest says, and what a site offers of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from daisy_lab._manifests import App, Manifest, Size
from daisy_lab.hub._values import Image, Offer, OfferSize
from daisy_lab.hub.environments import Environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Pick", "environment_of", "offer_of", "offers_for", "picks_of"]


class Pick(NamedTuple):
    """A size with or without a GPU: one line of the list on a card."""

    name: str
    size: OfferSize
    gpu: int
    """CUDA devices that it has."""


def offer_of(environment: Environment) -> Offer:
    """Give what a site offers of an environment, before it has said anything of its own."""
    manifest = environment.app.manifest
    return Offer(
        title=manifest.title,
        titles=manifest.titles,
        description=manifest.description,
        descriptions=dict(manifest.descriptions),
        icon=environment.icon or "",
        order=manifest.order,
        kind=manifest.kind,
        path=environment.app.path,
        locked=manifest.locked,
        image=Image(name=environment.image or f"daisy-lab-{environment.name}"),
        sizes=[OfferSize(**size.model_dump()) for size in environment.sizes],
    )


def environment_of(name: str, offer: Offer) -> Environment:
    """Give an offer as the pages of the hub know environments: each way to run it is a size."""
    sizes = tuple(
        Size(
            name=pick.name,
            title=pick.size.title if pick.name == pick.size.name else "",
            titles=pick.size.titles if pick.name == pick.size.name else {},
            cpu=pick.size.cpu,
            memory=pick.size.memory,
            gpu=pick.gpu,
        )
        for pick in picks_of(offer)
    )
    manifest = Manifest(
        title=offer.title,
        titles=offer.titles,
        description=offer.description,
        descriptions={language: text for language, text in offer.descriptions.items() if text},
        kind=offer.kind,
        order=offer.order,
        path=offer.path,
        locked=offer.locked,
        image=offer.image.name,
        sizes=sizes,
    )
    return Environment(App(name, Path(), manifest, offer.icon or None))


def picks_of(offer: Offer) -> list[Pick]:
    """Give all ways to run an offer: a size whose GPU is optional counts twice, the plain way first."""
    found: list[Pick] = []
    for size in offer.sizes:
        found.append(Pick(size.name, size, size.gpu))
        if size.gpu_optional and size.gpu == 0:
            found.append(Pick(f"{size.name}-gpu", size, 1))
    return found


def offers_for(offers: Mapping[str, Offer], groups: Iterable[str]) -> dict[str, Offer]:
    """Give what a member of these groups may start, in the order of the cards."""
    mine = set(groups)
    allowed = {name: offer for name, offer in offers.items() if not offer.groups or mine & set(offer.groups)}
    return dict(sorted(allowed.items(), key=lambda pair: (pair[1].order, pair[0])))
