"""Workflows: steps as data, loaded, checked, changed, run, recorded and exported."""

from daisy_lab._workflow._export import definition, to_python
from daisy_lab._workflow._shipped import names as shipped_names
from daisy_lab._workflow._step import Step
from daisy_lab._workflow._workflow import Workflow

__all__ = ["Step", "Workflow", "definition", "shipped_names", "to_python"]
