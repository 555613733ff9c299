"""The calibrant's rings: pyFAI's table of lattice spacings, as angles for a wavelength."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.errors import SettingError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["ring_angles"]

_OTHER_NAMES: Final = {
    "silverbehenate": "AgBh",
    "agbehenate": "AgBh",
    "ceria": "CeO2",
    "silicon": "Si",
    "nickel": "Ni",
    "corundum": "alpha_Al2O3",
}


def ring_angles(calibrant: str, wavelength: float) -> tuple[Array, Array]:
    """Give two theta (rad, growing) and lattice spacing (angstrom) of each ring.

    Parameters
    ----------
    calibrant
        Name in pyFAI's table; upper and lower case are one, and silver behenate has its names.
    wavelength
        In angstrom.

    Raises
    ------
    SettingError
        If the calibrant is not known, or has no ring at this wavelength.
    """
    from pyFAI.calibrant import CALIBRANT_FACTORY  # noqa: PLC0415 - loads all of pyFAI

    known = {name.lower(): name for name in CALIBRANT_FACTORY.all}
    asked = "".join(calibrant.lower().split())
    name = known.get(asked) or _OTHER_NAMES.get(asked.replace("-", "").replace("_", ""))
    if name is None:
        raise SettingError(
            _("no calibrant '{name}'; there is {known}{near}").format(
                name=calibrant, known=choices(known.values(), 50), near=suggestion(calibrant, known.values())
            )
        )
    spacings = np.sort(np.array(CALIBRANT_FACTORY(name).dspacing, np.float64))[::-1]
    spacings = spacings[spacings > wavelength / 2]
    if not len(spacings):
        raise SettingError(
            _("{name} has no ring at {wavelength} angstrom; check the wavelength").format(
                name=name, wavelength=wavelength
            )
        )
    return np.asarray(2 * np.arcsin(wavelength / (2 * spacings))), spacings
