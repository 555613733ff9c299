"""An old workflow as one of ours: recorded, checked and run without a byte being read before."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tifffile

import Daisy
from daisy_lab import LocalEngine, Workflow
from daisy_lab.compat import replay
from daisy_lab.errors import SettingError, WorkflowError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CT = {
    "load": {"class_name": "LoadHDF5", "init_paras": {"inputfile_name": "/nowhere/scan.h5"}},
    "normalize": {"class_name": "AlgNormalize"},
    "angles": {"class_name": "AlgAngles"},
    "minuslog": {"class_name": "AlgMinusLog"},
    "reconstruct": {"class_name": "AlgTomopyRecon"},
    "save": {"class_name": "SaveHDF5", "init_paras": {"outputfile_name": "/nowhere/reco.h5"}},
}


class Chain(Daisy.PyWorkflow):
    flat = "flat"

    def execute(self) -> None:  # type: ignore[override]  # as scripts write it
        self.engine["load"].execute(input_path="/entry/tomo", output_dataobj="data")
        self.engine["load"].execute(input_path="/entry/dark", output_dataobj="dark")
        self.engine["load"].execute(input_path="/entry/flat", output_dataobj=self.flat)
        self.engine["angles"].execute(input_dataobj="data", output_dataobj="theta")
        self.engine["normalize"].execute(
            projs_dataobj="data", darks_dataobj="dark", flats_dataobj="flat", output_dataobj="data"
        )
        self.engine["minuslog"].execute(input_dataobj="data", output_dataobj="data")
        self.engine["reconstruct"].execute(
            input_dataobj="data", theta="theta", center="1030", alg_type="fbp", output_dataobj="reco"
        )
        self.engine["save"].execute(input_dataobj="reco", output_path="/entry/reco")


def started(workflow: Daisy.PyWorkflow, environment: dict[str, Any], engine: str = "PyWorkflowEngine") -> Any:
    workflow.initialize(engine, environment, {})
    return workflow


def test_a_replay_reads_nothing_and_gives_a_checked_workflow() -> None:
    made = replay(started(Chain("chain"), CT))
    assert made.name == "chain"
    assert made.inputs == ("data", "dark", "flat")
    assert made.outputs == ("reco",)
    assert [step.label for step in made.steps] == ["angles", "normalize", "minuslog", "reconstruct"]
    assert made.inputs_text["flat"] == "/nowhere/scan.h5::/entry/flat"
    calls = made.check(available=["data", "dark", "flat"])
    assert calls[-1].settings["center"] == 1030.0


def test_a_name_that_is_written_again_gets_a_number() -> None:
    made = replay(started(Chain("chain"), CT))
    assert [step.outputs for step in made.steps] == [("theta",), ("data.2",), ("data.3",), ("reco",)]
    assert made.steps[-1].inputs["projections"].name == "data.3"


def test_a_replay_is_a_workflow_file() -> None:
    made = replay(started(Chain("chain"), CT))
    assert Workflow.from_json(made.to_json()).to_json() == made.to_json()


def test_a_replay_leaves_the_workflow_as_it_was() -> None:
    old = started(Chain("chain"), CT)
    engine = old.engine
    replay(old)
    assert old.engine is engine
    assert old.data_keys() == []


def test_a_missing_name_is_told_with_the_path_to_the_result() -> None:
    class Misspelt(Chain):
        flat = "flats"

    with pytest.raises(
        WorkflowError, match=r"'flat' is missing: flat > normalize > data\.2 > minuslog > .*'flats'"
    ):
        replay(started(Misspelt("chain"), CT))


def test_a_wrong_setting_is_told_before_anything_is_read() -> None:
    class Wrong(Chain):
        def execute(self) -> None:
            self.engine["load"].execute(input_path="/x", output_dataobj="data")
            self.engine["angles"].execute(input_dataobj="data", output_dataobj="theta")
            self.engine["reconstruct"].execute(
                input_dataobj="data", theta="theta", center=3, alg_type="art", output_dataobj="reco"
            )

    with pytest.raises(
        SettingError, match=r"no reconstruction method 'art'; there is .*direct, fbp, gridrec"
    ):
        replay(started(Wrong("wrong"), CT))


def test_a_recording_engine_records_execute_itself() -> None:
    old = started(Chain("chain"), CT, "RecordingEngine")
    old.execute()
    assert old.recorded().outputs == ("reco",)
    assert old.data_keys() == ["dark", "data", "flat", "reco", "theta"]
    old.finalize()


def test_a_computing_engine_has_nothing_recorded() -> None:
    with pytest.raises(WorkflowError, match=r"initialize it with workflow_engine='RecordingEngine'"):
        started(Chain("chain"), CT).recorded()


def test_a_workflow_that_looks_at_values_cannot_be_recorded() -> None:
    class Looks(Daisy.PyWorkflow):
        def execute(self) -> None:  # type: ignore[override]  # as scripts write it
            self.engine["load"].execute(input_path="/x", output_dataobj="data")
            self.get_data("data").mean()

    with pytest.raises(WorkflowError, match="uses the value of 'data'"):
        replay(started(Looks("looks"), CT))


@pytest.mark.skipif(find_spec("tomopy") is not None, reason="the real tomopy's fbp is another one")
def test_the_published_workflow_runs_block_by_block_after_its_replay(
    environment: dict[str, Any], run_listings: Callable[..., dict[str, Any]]
) -> None:
    listings = ("algorithm_tomopy.py.txt", "workflow_ct.py.txt")
    old = run_listings(*listings, init_dict=environment, cfg_dict={})["wf"]
    engine = LocalEngine()
    made = replay(old, store=engine.store)
    assert engine.store.describe("tomodata").kind == "dataset"
    assert engine.store.describe("tomodata").axes == ("angle", "row", "column")
    block = made.block("recodata", engine, row=slice(1, 2))
    np.testing.assert_allclose(block, old.get_data("recodata")[1:2], rtol=1e-5, atol=1e-9)


def test_images_of_a_replay_are_put_with_the_axes_of_their_step(tmp_path: Path) -> None:
    for number in range(8):
        tifffile.imwrite(tmp_path / f"tomo_{number}.tif", np.full((2, 16), number + 1, np.float32))

    class Stack(Daisy.PyWorkflow):
        def execute(self) -> None:  # type: ignore[override]  # as scripts write it
            self.engine["load"].execute(startswith="tomo_", output_dataobj="tomo")
            self.engine["angles"].execute(input_dataobj="tomo", output_dataobj="theta")

    engine = LocalEngine()
    environment = {
        "load": {"class_name": "LoadTIFs", "init_paras": {"input_path": str(tmp_path)}},
        "angles": CT["angles"],
    }
    made = replay(started(Stack("stack"), environment), store=engine.store)
    assert made.inputs_text == {"tomo": str(tmp_path / "tomo_*")}
    assert engine.store.describe("tomo").axes == ("angle", "row", "column")
    assert len(made.run(engine, here=True).result()["theta"]) == 8


class Scale(Daisy.DaisyAlg):
    def initialize(self) -> bool:
        self.data = self.get("DataStore").data()
        return True

    def execute(self, input_dataobj: str, output_dataobj: str, factor: float = 2, with_sum: str = "") -> bool:  # noqa: ARG002 - a setting
        self.data[output_dataobj] = self.cfg.get("sign", 1) * factor * self.data[input_dataobj]
        return True


class Scaled(Daisy.PyWorkflow):
    def execute(self) -> None:  # type: ignore[override]  # as scripts write it
        self.engine["scale"].execute(input_dataobj="a", output_dataobj="b", factor=3)
        self.engine["scale"].execute("b", "b")


def test_a_class_of_the_script_becomes_a_step_that_runs() -> None:
    old = Scaled("scaled")
    old.initialize("RecordingEngine", {"scale": {"class_name": "Scale"}}, {"scale": {"sign": -1}})
    engine = LocalEngine()
    engine.store["a"] = 5.0
    made = replay(old, store=engine.store)
    assert made.inputs == ("a",)
    assert made.outputs == ("b.2",)
    assert made.steps[0].settings == {"factor": 3}
    made.check(available=["a"])
    assert made.run(engine, here=True).result() == {"b.2": 30.0}
    first = next(iter(engine.ledger))
    assert first.algorithm.startswith(f"{Scale.__module__}:Scale.scale_")


def test_a_class_that_names_no_result_cannot_be_a_step() -> None:
    class Shows(Daisy.DaisyAlg):
        def execute(self, input_dataobj: str) -> bool:  # noqa: ARG002 - it is not run
            return True

    class Look(Daisy.PyWorkflow):
        def execute(self) -> None:  # type: ignore[override]  # as scripts write it
            self.engine["show"].execute(input_dataobj="a")

    with pytest.raises(WorkflowError, match=r"step 'show' \(Shows\) names no result"):
        replay(started(Look("look"), {"show": {"class_name": "Shows"}}))


def test_a_value_in_place_of_a_name_cannot_be_recorded() -> None:
    class Direct(Daisy.PyWorkflow):
        def execute(self) -> None:  # type: ignore[override]  # as scripts write it
            self.engine["minuslog"].execute(input_dataobj=np.ones(3), output_dataobj="x")

    with pytest.raises(WorkflowError, match="passes data by name, and was given a value of type ndarray"):
        replay(started(Direct("direct"), CT))
