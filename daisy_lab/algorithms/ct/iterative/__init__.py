"""Iterative reconstruction with a projector and its exact transpose: few angles, noise, prior knowledge."""

from daisy_lab.algorithms.ct.iterative._cgls import cgls
from daisy_lab.algorithms.ct.iterative._mlem import mlem
from daisy_lab.algorithms.ct.iterative._osem import osem
from daisy_lab.algorithms.ct.iterative._project import back_project, project
from daisy_lab.algorithms.ct.iterative._sirt import sirt
from daisy_lab.algorithms.ct.iterative._total_variation import fista_tv

__all__ = ["back_project", "cgls", "fista_tv", "mlem", "osem", "project", "sirt"]
