"""Stripes along the angle in a sinogram, which become rings in a slice: eight ways to take them out."""

from daisy_lab.algorithms.ct.stripes._all import remove_stripes_all
from daisy_lab.algorithms.ct.stripes._dead import remove_stripes_dead
from daisy_lab.algorithms.ct.stripes._filtering import remove_stripes_filtering
from daisy_lab.algorithms.ct.stripes._fitting import remove_stripes_fitting
from daisy_lab.algorithms.ct.stripes._fourier_wavelet import remove_stripes_fourier_wavelet
from daisy_lab.algorithms.ct.stripes._large import remove_stripes_large
from daisy_lab.algorithms.ct.stripes._sorting import remove_stripes_sorting
from daisy_lab.algorithms.ct.stripes._titarenko import remove_stripes_titarenko

__all__ = [
    "remove_stripes_all",
    "remove_stripes_dead",
    "remove_stripes_filtering",
    "remove_stripes_fitting",
    "remove_stripes_fourier_wavelet",
    "remove_stripes_large",
    "remove_stripes_sorting",
    "remove_stripes_titarenko",
]
