"""Algorithms travel to other processes: by reference where they can be imported, by value from a notebook."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import cloudpickle
import pytest

from daisy_lab import EACH, Window, algorithm
from daisy_lab.vocabulary import SAME, Projections

CODE = """
from daisy_lab import EACH, Window, algorithm
from daisy_lab.vocabulary import Projections, Same

@algorithm(splits={"row": lambda settings: settings.size // 2, "angle": Window(before=1)}, isolate=True)
def by_value(projections: Projections, *, size: int = 4) -> Projections:
    '''Scale.'''
    return projections * size

@algorithm(splits=EACH)
def by_value_each(image: Same) -> Same:
    '''Negate.'''
    return -image
"""


@algorithm(splits={"row": 1})
def in_this_file(projections: Projections, *, size: int = 4) -> Projections:
    """Scale."""
    return projections * size


@pytest.fixture(params=["", "from __future__ import annotations"], ids=["types", "types-as-text"])
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "__main__"}
    code = compile(request.param + CODE, "<notebook>", "exec", dont_inherit=True)
    exec(code, space)  # noqa: S102 - as a notebook
    return space


def test_one_of_an_installed_plugin_travels_by_reference() -> None:
    from daisy_lab.algorithms.ct import minus_log  # noqa: PLC0415 - the technique is loaded by this test only

    sent = pickle.dumps(minus_log)
    assert pickle.loads(sent) is minus_log  # noqa: S301 - our own bytes
    assert len(sent) < 200


def test_one_of_a_file_travels() -> None:
    back = cloudpickle.loads(cloudpickle.dumps(in_this_file))
    assert back(2, size=3) == 6
    assert back.windows({"size": 4})["row"] == Window(before=1, after=1)


def test_one_of_a_notebook_travels_by_value(notebook: dict[str, Any]) -> None:
    back = cloudpickle.loads(cloudpickle.dumps(notebook["by_value"]))
    assert back(2, size=3) == 6
    assert back.id == "by_value"
    assert back.isolate
    assert back.schema() == notebook["by_value"].schema()
    assert back.windows({"size": 4}) == {"row": Window(before=2, after=2), "angle": Window(before=1)}


def test_each_is_still_each_after_the_journey(notebook: dict[str, Any]) -> None:
    back = cloudpickle.loads(cloudpickle.dumps(notebook["by_value_each"]))
    assert back.splits is EACH
    assert back.windows({}, axes=("y", "x")) == {"y": Window(), "x": Window()}


def test_marks_are_the_same_after_a_journey() -> None:
    assert pickle.loads(pickle.dumps(EACH)) is EACH  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(SAME)) is SAME  # noqa: S301 - our own bytes


def test_another_process_can_use_one_of_a_notebook(notebook: dict[str, Any]) -> None:
    code = (
        "import sys, pickle; sent = pickle.load(sys.stdin.buffer);"
        "print(sent(2, size=21), sent.windows({'size': 6})['row'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=cloudpickle.dumps(notebook["by_value"]),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode().startswith("42 Window(before=3, after=3")


def test_a_plain_function_of_same_keeps_its_axes(notebook: dict[str, Any]) -> None:
    back = cloudpickle.loads(cloudpickle.dumps(notebook["by_value_each"]))
    assert back.inputs[0].axes is SAME
