"""The app of total scattering: from a frame or a pattern to G(r), every setting live on linked curves."""

from daisy_lab.apps.pdf._app import PdfApp, show
from daisy_lab.apps.pdf._state import State, recipe_of

__all__ = ["PdfApp", "State", "recipe_of", "show"]
