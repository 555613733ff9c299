"""Total scattering: from a powder pattern I(Q) to the pair distribution function G(r).

The way of the data is the order of the names: `to_q`, `subtract_background`, `resample`, `structure_function`,
`correct_polynomial`, `transform`.
"""

from daisy_lab.algorithms.pdf._abscissa import to_q
from daisy_lab.algorithms.pdf._absorption import absorption_factor, correct_absorption, find_mud
from daisy_lab.algorithms.pdf._automatic import choose_parameters, find_parameters
from daisy_lab.algorithms.pdf._background import subtract_background
from daisy_lab.algorithms.pdf._composition import parse_composition
from daisy_lab.algorithms.pdf._grid import resample
from daisy_lab.algorithms.pdf._integrated import as_patterns, mean_pattern, q_of_bins
from daisy_lab.algorithms.pdf._kernel import Curves, PdfKernel
from daisy_lab.algorithms.pdf._limits import shortest_distance
from daisy_lab.algorithms.pdf._pairs import CRYSTALS, Crystal, Pairs
from daisy_lab.algorithms.pdf._pattern_to_gr import pattern_to_gr
from daisy_lab.algorithms.pdf._polynomial import correct_polynomial
from daisy_lab.algorithms.pdf._recipe import Recipe
from daisy_lab.algorithms.pdf._scan import Scan, scan_parameters
from daisy_lab.algorithms.pdf._series import even_distances, patterns_to_gr
from daisy_lab.algorithms.pdf._structure import structure_function
from daisy_lab.algorithms.pdf._transform import transform
from daisy_lab.algorithms.pdf._variance import covariance, error_band
from daisy_lab.algorithms.pdf.compare import (
    change_points,
    choose_distances,
    components,
    difference,
    similarity,
)

__all__ = [
    "CRYSTALS",
    "Crystal",
    "Curves",
    "Pairs",
    "PdfKernel",
    "Recipe",
    "Scan",
    "absorption_factor",
    "as_patterns",
    "change_points",
    "choose_distances",
    "choose_parameters",
    "components",
    "correct_absorption",
    "correct_polynomial",
    "covariance",
    "difference",
    "error_band",
    "even_distances",
    "find_mud",
    "find_parameters",
    "mean_pattern",
    "parse_composition",
    "pattern_to_gr",
    "patterns_to_gr",
    "q_of_bins",
    "resample",
    "scan_parameters",
    "shortest_distance",
    "similarity",
    "structure_function",
    "subtract_background",
    "to_q",
    "transform",
]
