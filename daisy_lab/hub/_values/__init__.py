"""What an operator may say of a hub on Kubernetes: the chart's values, as types.

`values.yaml`, `values.schema.json` and the reference page are written from these models by `.ci/chart.py`, and the
hub's pod reads its settings back through the same models.
"""

from daisy_lab.hub._values._data import DataMount, Folders
from daisy_lab.hub._values._fact import Fact
from daisy_lab.hub._values._offer import Image, Offer, OfferSize, Version
from daisy_lab.hub._values._root import Values
from daisy_lab.hub._values._site import Auth, Cull, Gpu, Oidc
from daisy_lab.hub._values._users import Singleuser, Storage

__all__ = [
    "Auth",
    "Cull",
    "DataMount",
    "Fact",
    "Folders",
    "Gpu",
    "Image",
    "Offer",
    "OfferSize",
    "Oidc",
    "Singleuser",
    "Storage",
    "Values",
    "Version",
]
