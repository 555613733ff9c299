"""From counts to absorption: detector and beam are taken out, faults are repaired."""

from daisy_lab.algorithms.ct.correction._correct_beam_hardening import correct_beam_hardening
from daisy_lab.algorithms.ct.correction._correction import even_times
from daisy_lab.algorithms.ct.correction._counts_to_absorption import counts_to_absorption
from daisy_lab.algorithms.ct.correction._minus_log import minus_log
from daisy_lab.algorithms.ct.correction._normalize import normalize
from daisy_lab.algorithms.ct.correction._normalize_air import normalize_air
from daisy_lab.algorithms.ct.correction._remove_zingers import remove_zingers
from daisy_lab.algorithms.ct.correction._repair import repair
from daisy_lab.algorithms.ct.correction._white_balance import white_balance

__all__ = [
    "correct_beam_hardening",
    "counts_to_absorption",
    "even_times",
    "minus_log",
    "normalize",
    "normalize_air",
    "remove_zingers",
    "repair",
    "white_balance",
]
