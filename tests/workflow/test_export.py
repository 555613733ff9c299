"""From history to a workflow, from a workflow to a script: the same bits again, and no text ever becomes code."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab import LocalEngine, Session, When, Workflow, open_file, ref
from daisy_lab._engine import Ref
from daisy_lab._workflow import Step, to_python
from daisy_lab.errors import SettingError, WorkflowError
from daisy_lab.samples.ct import make_ct

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

PATIENCE = 120.0


def test_the_history_of_a_result_makes_it_again(chain: Workflow, engine: LocalEngine, stack: Any) -> None:
    expected = chain.run(engine, settings={"gain.factor": 3.0}).result(PATIENCE)["flat"]
    again = Workflow.from_ledger(engine.ledger, "flat", 1)
    assert again.inputs == ("stack",)
    assert [step.algorithm.rpartition(":")[2] for step in again.steps] == ["scale", "find_peak", "subtract"]
    other = LocalEngine()
    other.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
    assert again.run(other).result(PATIENCE)["flat"].tobytes() == expected.tobytes()
    assert again.block(engine=other, row=slice(1, 2)).tobytes() == expected[:, 1:2].tobytes()
    again_from_json = Workflow.from_json(again.to_json())
    assert again_from_json.run(other).result(PATIENCE)["flat"].tobytes() == expected.tobytes()


def test_the_history_of_single_runs_makes_a_workflow(
    steps: SimpleNamespace, engine: LocalEngine, stack: Any
) -> None:
    engine.run(steps.scale, image="stack", factor=3.0, into="x", here=True)
    engine.run(steps.scale, image="x", factor=0.5, into="x", here=True)
    engine.run(steps.find_peak, stack="x", into="peak", here=True)
    engine.run(steps.subtract, image="x", offset=ref("peak"), into="y", here=True)
    again = Workflow.from_ledger(engine.ledger, "y", 1)
    assert [step.outputs for step in again.steps] == [("x",), ("x.2",), ("peak",), ("y",)]
    other = LocalEngine()
    other.store.put("stack", stack.copy(), axes=("angle", "row", "column"))
    np.testing.assert_array_equal(again.run(other).result(PATIENCE)["y"], engine.store["y"])


def test_what_was_put_by_hand_has_no_history(engine: LocalEngine) -> None:
    with pytest.raises(WorkflowError, match=r"how 'stack' \(version 1\) was made is not recorded"):
        Workflow.from_ledger(engine.ledger, "stack", 1)


def test_the_history_of_the_ct_workflow_makes_the_volume_again(tmp_path: Path) -> None:
    make_ct(tmp_path / "scan.h5", size=48, angles=60, rows=10)
    with Session() as session, Session() as other:
        session.open(tmp_path / "scan.h5")
        other.open(tmp_path / "scan.h5")
        Workflow.load("ct").block("volume", session.engine, row=slice(3, 4))
        volume = Workflow.load("ct").run(session.engine).result(PATIENCE)["volume"]
        again = Workflow.from_ledger(session.ledger, "volume", 1)
        assert set(again.inputs) == {"projections", "dark", "flat", "theta"}
        assert again.run(other.engine).result(PATIENCE)["volume"].tobytes() == volume.tobytes()


def test_the_script_of_the_ct_workflow_makes_the_volume_again(tmp_path: Path) -> None:
    make_ct(tmp_path / "scan.h5", size=48, angles=60, rows=6)
    workflow = Workflow.load("ct").with_settings({"filter": "hann"})
    (tmp_path / "script.py").write_text(to_python(workflow), encoding="utf-8")
    engine = LocalEngine()
    opened = open_file(tmp_path / "scan.h5")
    for name in workflow.inputs:
        engine.store.put(name, opened[name])
    expected = workflow.run(engine).result(PATIENCE)["volume"]
    subprocess.run(
        [sys.executable, "script.py", "scan.h5", "out.h5"],
        cwd=tmp_path,
        timeout=PATIENCE,
        check=True,
        env={"DAISY_LAB_SESSIONS": str(tmp_path / "sessions"), "PATH": "/usr/bin:/bin"},
    )
    with h5py.File(tmp_path / "out.h5") as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        assert data[data.attrs["signal"]][...].tobytes() == expected.tobytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.h5", "scan.h5", "script.py", "sessions"]


def test_the_script_in_a_cell_runs_with_what_the_store_holds(tmp_path: Path) -> None:
    made = Workflow("w").add("ct.minus_log", into="absorption", transmission="transmission")
    (tmp_path / "cell.py").write_text(to_python(made), encoding="utf-8")
    kernel = """
        import numpy as np
        from daisy_lab import store

        store.put("transmission", np.full((2, 3, 4), np.exp(-2.0)), axes=("angle", "row", "column"))
        get_ipython = None
        exec(open("cell.py").read())
        print(store["absorption"].mean())
    """
    (tmp_path / "kernel.py").write_text(dedent(kernel))
    said = subprocess.run(
        [sys.executable, "kernel.py", "-f", "connection.json"],
        cwd=tmp_path,
        timeout=PATIENCE,
        capture_output=True,
        text=True,
        check=True,
        env={"DAISY_LAB_SESSIONS": str(tmp_path / "sessions"), "PATH": "/usr/bin:/bin"},
    ).stdout
    assert float(said) == pytest.approx(2.0)


def test_a_script_brings_the_algorithms_of_a_notebook_along(tmp_path: Path) -> None:
    notebook = """
        import numpy as np
        from daisy_lab import EACH, Workflow, algorithm
        from daisy_lab._workflow import to_python
        from daisy_lab.vocabulary import Same

        @algorithm(splits=EACH)
        def lift(image: Same, *, plus: float = 1.0) -> Same:
            return np.add(image, plus)

        print(to_python(Workflow("w").add(lift, into="up", image="stack", plus=2.5)))
    """
    (tmp_path / "notebook.py").write_text(dedent(notebook))
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["data"] = np.arange(24.0).reshape(2, 3, 4)
    env = {"DAISY_LAB_SESSIONS": str(tmp_path / "sessions"), "PATH": "/usr/bin:/bin"}
    text = subprocess.run(
        [sys.executable, "notebook.py"], cwd=tmp_path, capture_output=True, text=True, check=True, env=env
    ).stdout
    (tmp_path / "script.py").write_text(text)
    subprocess.run(
        [sys.executable, "script.py", "stack=in.h5::data", "out.h5"],
        cwd=tmp_path,
        timeout=PATIENCE,
        check=True,
        env=env,
    )
    with h5py.File(tmp_path / "out.h5") as file:
        entry = file[file.attrs["default"]]
        data = entry[entry.attrs["default"]]
        np.testing.assert_array_equal(data[data.attrs["signal"]][...], np.arange(24.0).reshape(2, 3, 4) + 2.5)


def rebuilt(workflow: Workflow) -> Workflow:
    """Run the part of a script that builds the workflow, as the script itself would."""
    tree = ast.parse(to_python(workflow))
    tree.body = tree.body[:-1]
    space: dict[str, Any] = {"__name__": "script"}
    exec(compile(tree, "script", "exec"), space)  # noqa: S102 - the script is what is tested
    found = space["workflow"]
    assert isinstance(found, Workflow)
    return found


def test_everything_a_step_can_say_is_in_the_script(chain: Workflow, steps: SimpleNamespace) -> None:
    chain.add(
        steps.note,
        into="noted",
        image="flat",
        options={"a": 1.5, "b": math.inf},
        text="x",
        name="a name",
        when=When("peak", "in", [1.0, "a"]),
        otherwise="flat",
        on_error="skip",
        retries=2,
    )
    found = rebuilt(chain)
    assert found.steps == chain.steps
    assert found.outputs == chain.outputs
    assert (found.name, found.title) == (chain.name, chain.title)


def test_numbers_without_a_literal_are_written(steps: SimpleNamespace) -> None:
    workflow = Workflow("w").add(steps.scale, into="a", image="stack", factor=np.float32(1.5))
    workflow.add(steps.scale, into="b", image="a", factor=float("nan")).add(
        steps.scale, into="c", image="b", factor=-math.inf
    )
    found = [step.settings["factor"] for step in rebuilt(workflow).steps]
    assert found[0] == 1.5
    assert math.isnan(found[1])
    assert found[2] == -math.inf


HOSTILE = [
    '"""\nimport os\n',
    "'''",
    "\\",
    "\\N{BULLET}",
    '"); raise SystemExit(("',
    "{title}",
    "%s",
    "\0",
    "\r",
    "\u2028",
]


words = st.sampled_from(HOSTILE) | st.text()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words, words, words)
def test_no_text_in_a_workflow_becomes_code(steps: SimpleNamespace, name: str, title: str, text: str) -> None:
    workflow = Workflow(name, title=title)
    given_settings = {"text": text, "options": {text: 1.0}}
    workflow.steps.append(Step(steps.note.id, {"image": Ref(text)}, ("a",), given_settings, name=text))
    found = rebuilt(workflow)
    assert found.steps == workflow.steps
    assert (found.name, found.title) == (name, title)


def test_names_of_arguments_and_axes_stay_data(steps: SimpleNamespace) -> None:
    bad = "image=print('owned')); print("
    workflow = Workflow("w", [Step(steps.scale.id, {bad: Ref("stack")}, ("a",))])
    with pytest.raises(WorkflowError, match="has no input"):
        to_python(workflow)
    workflow = Workflow("w", [Step(steps.scale.id, {"image": Ref("stack")}, ("a",), {bad: 1})])
    with pytest.raises(SettingError, match="no setting"):
        to_python(workflow)
    workflow = Workflow(
        "w", [Step(steps.scale.id, {"image": Ref("stack", {bad: (0, 1), "class": (0, 2)})}, ("a",))]
    )
    assert rebuilt(workflow).steps == workflow.steps
