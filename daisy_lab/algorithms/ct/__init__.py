"""Computed tomography with a parallel beam: from counts to a volume of attenuation per pixel.

The way of the data is the order of the folders: `correction` (counts to absorption), `stripes`, `phase` and
`geometry` (what else the detector and the beam did), `axis`, `fbp` or `iterative` (slices), `volume` (what is done
to them).
"""

from daisy_lab.algorithms.ct._angles import even_angles
from daisy_lab.algorithms.ct._compiled import warm_up
from daisy_lab.algorithms.ct.axis import (
    compare_centers,
    find_center,
    find_tilt,
    overlay_opposite,
    try_centers,
)
from daisy_lab.algorithms.ct.correction import (
    correct_beam_hardening,
    counts_to_absorption,
    even_times,
    minus_log,
    normalize,
    normalize_air,
    remove_zingers,
    repair,
    white_balance,
)
from daisy_lab.algorithms.ct.fbp import reconstruct, reconstruct_region
from daisy_lab.algorithms.ct.geometry import (
    correct_distortion,
    correct_drift,
    find_drift,
    find_overlap,
    find_shifts,
    stitch_half_turns,
    transpose,
    wide_center,
)
from daisy_lab.algorithms.ct.iterative import back_project, cgls, fista_tv, mlem, osem, project, sirt
from daisy_lab.algorithms.ct.phase import bronnikov, paganin, paganin_length
from daisy_lab.algorithms.ct.stripes import (
    remove_stripes_all,
    remove_stripes_dead,
    remove_stripes_filtering,
    remove_stripes_fitting,
    remove_stripes_fourier_wavelet,
    remove_stripes_large,
    remove_stripes_sorting,
    remove_stripes_titarenko,
)
from daisy_lab.algorithms.ct.volume import (
    circular_mask,
    denoise,
    downsample,
    find_range,
    remove_rings,
    rescale,
)

__all__ = [
    "back_project",
    "bronnikov",
    "cgls",
    "circular_mask",
    "compare_centers",
    "correct_beam_hardening",
    "correct_distortion",
    "correct_drift",
    "counts_to_absorption",
    "denoise",
    "downsample",
    "even_angles",
    "even_times",
    "find_center",
    "find_drift",
    "find_overlap",
    "find_range",
    "find_shifts",
    "find_tilt",
    "fista_tv",
    "minus_log",
    "mlem",
    "normalize",
    "normalize_air",
    "osem",
    "overlay_opposite",
    "paganin",
    "paganin_length",
    "project",
    "reconstruct",
    "reconstruct_region",
    "remove_rings",
    "remove_stripes_all",
    "remove_stripes_dead",
    "remove_stripes_filtering",
    "remove_stripes_fitting",
    "remove_stripes_fourier_wavelet",
    "remove_stripes_large",
    "remove_stripes_sorting",
    "remove_stripes_titarenko",
    "remove_zingers",
    "repair",
    "rescale",
    "sirt",
    "stitch_half_turns",
    "transpose",
    "try_centers",
    "warm_up",
    "white_balance",
    "wide_center",
]
