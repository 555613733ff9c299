"""Writes a workflow as a Python script that does the same; every string in it is quoted, nothing is pasted as code."""

from __future__ import annotations

from keyword import iskeyword
from math import isfinite
from typing import TYPE_CHECKING, Any

from daisy_lab._algorithm import registry
from daisy_lab._engine import Middle, Ref
from daisy_lab._ledger import plain
from daisy_lab._workflow._nesting import flat

if TYPE_CHECKING:
    from daisy_lab._engine import When
    from daisy_lab._workflow._step import Step
    from daisy_lab._workflow._workflow import Workflow

__all__ = ["definition", "to_python"]

_HEAD = '''"""{title}

Run it with the files to read and the file to write: python SCRIPT INPUT [NAME=INPUT ...] OUTPUT
In a cell of a notebook it runs with what the store holds.
"""

import sys

'''

_SCIENCE = """
# The words that algorithms from a notebook are usually written with; add what yours imports.
import numpy as np

from daisy_lab import EACH, Window, cancel_flag, log, parallel, progress
from daisy_lab.vocabulary import *
"""

_FOOT = """

if __name__ == "__main__" and "get_ipython" in globals():
    workflow.run().result()
elif __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    *inputs, output = sys.argv[1:]
    with Session() as session:
        session.open(*inputs)
        session.run_to_file(workflow, output).result()
"""


def to_python(workflow: Workflow) -> str:
    """Give the script; settings changed by `with_settings` are in it.

    Raises
    ------
    WorkflowError, SettingError, MissingAlgorithmError
        If a step cannot run as written.
    """
    return _HEAD.format(title=_plain(workflow.title or workflow.name)) + definition(workflow) + _FOOT


def definition(workflow: Workflow) -> str:
    """Give the part of the script that makes the workflow, ready to be followed by what runs it.

    Raises
    ------
    WorkflowError, SettingError, MissingAlgorithmError
        If a step cannot run as written.
    """
    workflow.calls()
    steps = flat(workflow.steps)
    sources = "".join(f"\n\n{source}" for source in _sources(steps))
    lines = [
        f"workflow = Workflow({workflow.name!r}, results={workflow.outputs!r}, title={workflow.title!r})"
    ]
    lines += [_add(step) for step in steps]
    head = f"from daisy_lab import {_imports(steps, bool(sources))}\n"
    if sources:
        head += _SCIENCE
    return head + sources + "\n\n" + "\n".join(lines) + "\n"


def _imports(steps: list[Step], notebook: bool) -> str:  # noqa: FBT001 - one word of the sentence
    """Name what the script uses, and no more."""
    refs = [item for step in steps for item in (*step.inputs.values(), *step.settings.values())]
    samples = [part for item in refs if isinstance(item, Ref) for part in item.sample.values()]
    names = {
        "Session": True,
        "When": any(step.when is not None for step in steps),
        "Workflow": True,
        "algorithm": notebook,
        "middle": any(isinstance(part, Middle) for part in samples),
        "ref": any(isinstance(item, Ref) for item in refs),
    }
    return ", ".join(name for name, used in names.items() if used)


def _add(step: Step) -> str:
    arguments = [repr(step.algorithm), f"into={step.outputs!r}"]
    arguments += [_keyword(name, _value(value)) for name, value in {**step.inputs, **step.settings}.items()]
    if step.name:
        arguments.append(f"name={step.name!r}")
    if step.when is not None:
        arguments.append(f"when={_when(step.when)}")
    if step.otherwise:
        arguments.append(f"otherwise={step.otherwise!r}")
    if step.on_error != "stop":
        arguments.append(f"on_error={step.on_error!r}")
    if step.retries:
        arguments.append(f"retries={step.retries!r}")
    return "workflow.add(\n    " + ",\n    ".join(arguments) + ",\n)"


def _value(value: Any) -> str:  # noqa: ANN401 - a name, a reference, a setting
    if not isinstance(value, Ref):
        return _literal(plain(value))
    parts = [
        _keyword(
            axis,
            f"middle({part.count!r})" if isinstance(part, Middle) else f"slice({part[0]!r}, {part[1]!r})",
        )
        for axis, part in value.sample.items()
    ]
    return f"ref({', '.join([repr(value.name), *parts])})"


def _keyword(name: str, value: str) -> str:
    """Write an argument; what is no name of Python's stays a text."""
    return f"{name}={value}" if name.isidentifier() and not iskeyword(name) else f"**{{{name!r}: {value}}}"


def _literal(value: Any) -> str:  # noqa: ANN401 - JSON data
    """Write JSON data as Python; numbers that are not finite have no literal."""
    if isinstance(value, float) and not isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return repr(value)


def _when(when: When) -> str:
    return f"When({when.name!r}, {when.comparison!r}, {_literal(plain(when.value))})"


def _sources(steps: list[Step]) -> list[str]:
    """Give the source of algorithms that exist only in a notebook."""
    found = {
        step.algorithm: registry.get(step.algorithm) for step in steps if isinstance(step.algorithm, str)
    }
    return [item.source for item in found.values() if item.defined_in_notebook and item.source]


def _plain(text: str) -> str:
    """Make a text safe inside a docstring."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.replace("\\", "/").replace('"', "'").split())
