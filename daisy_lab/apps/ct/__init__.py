"""The app of computed tomography: from a scan to a volume, with every choice seen at once on one slice."""

from daisy_lab.apps.ct._app import CTApp, show
from daisy_lab.apps.ct._recipe import Recipe

__all__ = ["CTApp", "Recipe", "show"]
