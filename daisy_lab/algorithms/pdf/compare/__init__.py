"""G(r) of a series beside each other: differences, similarity, components, and the frames where something changes."""

from daisy_lab.algorithms.pdf.compare._change_points import change_points
from daisy_lab.algorithms.pdf.compare._components import components
from daisy_lab.algorithms.pdf.compare._difference import difference
from daisy_lab.algorithms.pdf.compare._distances import choose_distances
from daisy_lab.algorithms.pdf.compare._similarity import similarity

__all__ = ["change_points", "choose_distances", "components", "difference", "similarity"]
