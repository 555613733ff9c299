"""What a sample absorbs of its own scattering, for a capillary in the beam and for a plate across it.

Capillary: the mean of exp(-mu l) over a disc, l the way in and the way out, W. H. Zachariasen, Theory of X-ray
Diffraction in Crystals (1945); Int. Tables for Crystallography C (2006), 6.3.3. Plate: the closed form of the same
mean over its thickness.
"""

from functools import lru_cache
from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._abscissa import DataFormat, to_q
from daisy_lab.algorithms.pdf._composition import parse_composition
from daisy_lab.algorithms.pdf._settings import Composition, MuD
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Abscissa, Angstrom, Array, Millimetre, Pattern, Unit

__all__ = ["Shape", "absorption_at", "absorption_factor", "correct_absorption", "find_mud"]

Shape: TypeAlias = Annotated[Literal["none", "capillary", "plate"], Field(title="Shape of the sample")]

_RADII, _TURNS, _ANGLES = 80, 240, 91
_FINER = 4
"""More nodes per unit of mu times thickness: what is black scatters from a thin rim only."""
_ENERGY = 12398.419843320026
"""eV angstrom: h c"""


@algorithm
def correct_absorption(
    x: Abscissa,
    intensity: Pattern,
    *,
    mud: MuD,
    shape: Shape = "capillary",
    dataformat: DataFormat = "twotheta",
    wavelength: Annotated[Angstrom, Field(title="Wavelength", ge=0)] = 0.0,
) -> Pattern:
    """Give the intensity that the sample would scatter if it did not absorb.

    Parameters
    ----------
    x
        First column of the pattern, (point,).
    intensity
        Intensity of the sample alone, (point,).
    mud
        Absorption coefficient times the diameter of the capillary or the thickness of the plate; `find_mud` gives it.
    shape
        A capillary across the beam, or a plate that the beam meets at a right angle.
    dataformat
        What the first column is: two theta in degree, Q in 1/angstrom (QA) or Q in 1/nm (Qnm).
    wavelength
        Wavelength in angstrom; needed unless the first column is two theta.

    Returns
    -------
    intensity
        Intensity divided by the share that comes out, float64, (point,).

    Raises
    ------
    SettingError
        If the wavelength is needed and missing.
    DataError
        If a plate is seen from behind its edge, at two theta of 90 degree or more.
    """
    angle = np.deg2rad(np.asarray(x, np.float64))
    if dataformat != "twotheta":
        angle = two_theta(to_q(x, dataformat=dataformat, wavelength=wavelength), wavelength)
    corrected: Array = np.asarray(intensity, np.float64) / absorption_factor(angle, mud, shape)
    return corrected


@algorithm
def find_mud(
    *,
    composition: Composition,
    wavelength: Annotated[Angstrom, Field(title="Wavelength", gt=0)],
    thickness: Annotated[Millimetre, Field(title="Diameter or thickness", gt=0)],
    mass_density: Annotated[float, Unit("g/cm^3"), Field(title="Density", gt=0)],
) -> float:
    """Give the absorption coefficient times the thickness of a sample, from its composition.

    Parameters
    ----------
    composition
        Chemical formula.
    wavelength
        Wavelength in angstrom.
    thickness
        Inner diameter of the capillary, or thickness of the plate, in mm.
    mass_density
        Mass per volume as it is packed, in g/cm^3.

    Returns
    -------
    mud
        Absorption coefficient times thickness, without unit.

    Raises
    ------
    SettingError
        If the composition cannot be understood.

    References
    ----------
    W. T. Elam, B. D. Ravel and J. R. Sieber, Radiat. Phys. Chem. 63 (2002) 121, from xraydb.
    """
    from xraydb import atomic_mass, mu_elam  # noqa: PLC0415 - opens a database, a second at first

    counts = parse_composition(composition)
    masses = {
        symbol: count * atomic_mass("H" if symbol == "D" else symbol) for symbol, count in counts.items()
    }
    energy = _ENERGY / wavelength
    mass_mu: float = sum(
        mass * float(mu_elam("H" if symbol == "D" else symbol, energy)) for symbol, mass in masses.items()
    )
    return float(mass_density * mass_mu / sum(masses.values()) * thickness / 10)


def two_theta(q: Array, wavelength: float) -> Array:
    """Give two theta in rad of Q in 1/angstrom, (point,).

    Raises
    ------
    SettingError
        If there is no wavelength.
    """
    if wavelength <= 0:
        raise SettingError(
            _("absorption depends on the angle, which needs the wavelength; set wavelength in angstrom")
        )
    angle: Array = 2 * np.arcsin(np.clip(q * wavelength / (4 * np.pi), -1, 1))
    return angle


def absorption_at(q: Array, *, wavelength: float, mud: float, shape: Shape) -> Array:
    """Give the share that comes out of the sample at each Q, (point,); 1 without a shape."""
    if shape == "none" or mud == 0:
        return np.ones(len(q))
    return absorption_factor(two_theta(q, wavelength), mud, shape)


def absorption_factor(angle: Array, mud: float, shape: Shape) -> Array:
    """Give the share of the scattering that comes out of the sample at two theta in rad, (point,)."""
    if shape == "none" or mud == 0:
        return np.ones_like(angle)
    if shape == "plate":
        return _plate(angle, mud)
    known, shares = _capillary(mud)
    from scipy.interpolate import CubicSpline  # noqa: PLC0415 - slow to load, and only here

    found: Array = np.exp(CubicSpline(known, np.log(shares), bc_type="clamped")(np.abs(angle)))
    return found


def _plate(angle: Array, mud: float) -> Array:
    if np.nanmax(np.abs(angle)) >= np.pi / 2:
        raise DataError(
            _(
                "a plate across the beam lets nothing out at two theta of 90 degree or more; cut the pattern before it"
            )
        )
    longer = mud * (1 / np.cos(angle) - 1)
    longer = np.maximum(longer, 1e-12)  # at 0 the limit is 1
    share: Array = np.exp(-mud) * -np.expm1(-longer) / longer
    return share


@lru_cache(maxsize=32)
def _capillary(mud: float) -> tuple[Array, Array]:
    """Give the mean of exp(-mu l) over a disc for angles from 0 to pi, the diameter being 1.

    Radii go as sin(u): their nodes crowd at the rim, where the chords have their steep ends; Gauss points in u and even
    turns, where the integrand is periodic.
    """
    turns = _TURNS + int(2 * _FINER * mud)
    nodes, weights = np.polynomial.legendre.leggauss(_RADII + int(_FINER * mud))
    u = (nodes + 1) * np.pi / 4
    radius = np.sin(u)[:, np.newaxis]
    weight = (weights * np.sin(u) * np.cos(u))[:, np.newaxis]
    weight /= np.sum(weight) * turns
    turn = 2 * np.pi * (np.arange(turns) + 0.5) / turns
    across, along = radius * np.sin(turn), radius * np.cos(turn)
    way_in = np.sqrt(np.maximum(1 - across**2, 0)) + along
    angles = np.linspace(0, np.pi, _ANGLES)
    shares = np.empty(_ANGLES)
    for number, angle in enumerate(angles):
        forward = along * np.cos(angle) + across * np.sin(angle)
        aside = across * np.cos(angle) - along * np.sin(angle)
        way_out = np.sqrt(np.maximum(1 - aside**2, 0)) - forward
        shares[number] = np.sum(weight * np.exp(-mud / 2 * (way_in + way_out)))
    return angles, shares
