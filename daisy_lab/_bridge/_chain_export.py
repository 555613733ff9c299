"""A workflow to take along: as JSON, as a script, or as a notebook that makes the result from the input files again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from daisy_lab._bridge._chain_inputs import Inputs, named_inputs, stored_inputs
from daisy_lab._bridge._chain_looks import workflow_of
from daisy_lab._bridge._handlers import handles
from daisy_lab._messages import Code, ExportChain
from daisy_lab._workflow import Workflow, definition, to_python
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front

_OUTPUT = "result.h5"


@handles(ExportChain, "work")
def export(bridge: Bridge, _front: Front, asked: ExportChain) -> Code:
    """Write a workflow down."""
    workflow = workflow_of(asked)
    if asked.form == "json":
        return Code(text=json.dumps(workflow.to_json(), indent=2, ensure_ascii=False) + "\n")
    if asked.form == "python":
        return Code(text=to_python(workflow))
    inputs = (
        named_inputs(asked.inputs)
        if asked.inputs
        else stored_inputs(
            bridge.engine.store, {name: asked.held.get(name, name) for name in workflow.inputs}
        )
    )
    return Code(text=_notebook(workflow, inputs, asked.want, asked.output or _OUTPUT))


def _notebook(workflow: Workflow, inputs: Inputs, want: Mapping[str, tuple[int, int]], output: str) -> str:
    """Write the notebook: what it is, the files, the steps, the run."""
    title = workflow.title or workflow.name
    files = "\n".join(
        [
            _("# The files to read, and the file to write."),
            f"inputs = {list(inputs.files)!r}",
            f"output = {output!r}",
        ]
    )
    run = "\n".join(
        [
            *(["import numpy as np", ""] if inputs.made else []),
            "with Session() as session:",
            f"    session.open(*inputs{inputs.options})",
            *(f"    session.store.put({line})" for line in inputs.made),
            f"    path = session.run_to_file(workflow, output{_part(want)}).result()",
            "path",
        ]
    )
    cells = [
        _cell("markdown", f"# {title}\n\n{workflow.summary}".strip()),
        _cell("code", files),
        _cell("code", definition(workflow).strip()),
        _cell("code", run),
    ]
    book = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, start=1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _part(want: Mapping[str, tuple[int, int]]) -> str:
    """Write the wanted part as an argument; nothing when all is wanted."""
    if not want:
        return ""
    parts = ", ".join(f"{axis!r}: slice({lo}, {hi})" for axis, (lo, hi) in want.items())
    return f", want={{{parts}}}"


def _cell(kind: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell
