"""`init_dict` and `cfg_dict`, those of the slides and wrong ones."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import Daisy
from daisy_lab.compat import TABLE
from daisy_lab.compat._configuration import read_configuration
from daisy_lab.compat._table import Row
from daisy_lab.errors import DaisyError, MissingAlgorithmError, SettingError

SEEDS = Path(__file__).resolve().parents[1] / "seeds"


class Work(Daisy.PyWorkflow):
    def execute(self) -> None:  # type: ignore[override]  # as scripts write it
        pass


def from_slide(name: str) -> dict[str, Any]:
    text = (SEEDS / name).read_text("utf-8")
    value: dict[str, Any] = ast.literal_eval(text.partition("=")[2].strip())
    return value


def started(environment: object, cfg: object = None) -> Work:
    work = Work("work")
    work.initialize("PyWorkflowEngine", environment, cfg)
    return work


def test_the_azimuthal_configuration_of_the_slide_is_accepted() -> None:
    environment, cfg = from_slide("environment_azint.py.txt"), from_slide("settings_azint.py.txt")
    work = started(environment, cfg)
    assert work.algorithm_keys() == ["loaddata", "loadmask", "azintalg", "savedata"]
    assert work.engine["azintalg"].geometry()["wavelength"] == pytest.approx(0.7293e-10)


def test_two_labels_of_one_class_have_settings_of_their_own() -> None:
    environment = from_slide("environment_azint.py.txt")
    del environment["azintalg"]
    work = started(environment)
    names = [Path(work.engine[label].cfg["inputfile_name"]).name for label in ("loaddata", "loadmask")]
    assert names == ["scan_00575_data_000001.h5", "scan_00575_master.h5"]


def test_settings_win_over_initial_parameters() -> None:
    environment = {"a": {"class_name": "LoadHDF5", "init_paras": {"inputfile_name": "one.h5"}}}
    (item,) = read_configuration(environment, {"a": {"inputfile_name": "two.h5"}})
    assert item.settings == {"inputfile_name": "two.h5"}


@pytest.mark.parametrize(
    ("environment", "cfg", "told"),
    [
        ({"a": {"class": "LoadHDF5"}}, None, "a.class_name: Field required"),
        ({"a": {"class_name": "LoadHDF5", "paras": {}}}, None, "a.paras: Extra inputs"),
        ("{not json", None, "workflow_environment cannot be read"),
        ({"a": {"class_name": "LoadHDF5"}}, {"a": 3}, "algorithms_cfg cannot be read: a:"),
        ({"load": {"class_name": "LoadHDF5"}}, {"loda": {}}, "did you mean 'load'"),
        ({"a": {"class_name": "LoadHDF"}}, None, "a: no algorithm class 'LoadHDF'.*did you mean 'LoadHDF5'"),
        ({"a": {"class_name": "os.system"}}, None, "no algorithm class 'os.system'"),
        ({"a": {"class_name": "LoadHDF5"}}, {"a": {"inputfile": "x"}}, "did you mean 'inputfile_name'"),
        (
            {"a": {"class_name": "LoadHDF5"}},
            {"a": {"inputfile_name": 3}},
            "setting 'inputfile_name' of a .LoadHDF5. is 3",
        ),
        ({"a": {"class_name": "SaveH5VDS"}}, {"a": {"block_length": "0"}}, "greater than or equal to 1"),
        (
            {"a": {"class_name": "AlgTomopyRecon"}},
            {"a": {"alg_type": "art"}},
            "no reconstruction method 'art'; there is .*fbp, gridrec",
        ),
        ({"a": {"class_name": "AlgTomopyRecon"}}, {"a": {"algtype": "fbp"}}, "did you mean 'alg_type'"),
    ],
)
def test_a_mistake_in_a_configuration_is_told(environment: object, cfg: object, told: str) -> None:
    with pytest.raises(DaisyError, match=told):
        started(environment, cfg)


def test_all_unknown_classes_are_told_at_once() -> None:
    with pytest.raises(
        MissingAlgorithmError, match=r"a: no algorithm class 'One'.*b: no algorithm class 'Two'"
    ):
        started({"a": {"class_name": "One"}, "b": {"class_name": "Two"}})


def test_an_unknown_engine_is_told_with_the_nearest() -> None:
    with pytest.raises(
        SettingError, match=r"no workflow_engine 'PyWorkflowEngin'.*did you mean 'PyWorkflowEngine'"
    ):
        Work("work").initialize("PyWorkflowEngin", {}, {})


def test_settings_of_our_algorithms_may_come_as_text() -> None:
    work = started(
        {"reco": {"class_name": "AlgTomopyRecon"}, "angles": {"class_name": "AlgAngles"}},
        {"reco": {"center": "15.5", "alg_type": "gridrec"}},
    )
    work.engine.datastore["sinograms"] = np.ones((8, 1, 32), np.float32)
    work.engine["angles"].execute(input_dataobj="sinograms", output_dataobj="theta")
    work.engine["reco"].execute(input_dataobj="sinograms", theta="theta", output_dataobj="volume")
    assert work.get_data("volume").shape == (1, 32, 32)


@pytest.mark.parametrize("name", [name for name, found in TABLE.items() if isinstance(found, Row)])
def test_a_row_of_the_table_names_what_our_algorithm_has(name: str) -> None:
    from daisy_lab._algorithm import registry  # noqa: PLC0415 - beside its only use

    row = TABLE[name]
    assert isinstance(row, Row)
    ours = registry.get(row.ours)
    assert set(row.data.values()) == {port.name for port in ours.inputs if not port.optional}
    assert set(row.settings.values()) <= set(ours.settings.model_fields)
    assert len(ours.outputs) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"input_dataobj": "a"}, "lacks output_dataobj; it takes input_dataobj, floor, output_dataobj"),
        ({"input_dataobj": "a", "output_dataobj": "b", "input": 1}, "no argument 'input'.*did you mean"),
    ],
)
def test_wrong_arguments_of_a_known_algorithm_are_told(arguments: dict[str, Any], told: str) -> None:
    step = started({"log": {"class_name": "AlgMinusLog"}}).engine["log"]
    with pytest.raises(SettingError, match=rf"log \(AlgMinusLog\) .*{told}"):
        step.execute(**arguments)


def test_arguments_of_a_known_algorithm_go_by_name() -> None:
    with pytest.raises(
        SettingError, match="takes its arguments by name: input_dataobj, floor, output_dataobj"
    ):
        started({"log": {"class_name": "AlgMinusLog"}}).engine["log"].execute("a", "b")


def test_transposing_takes_an_order_of_axes() -> None:
    work = started({"turn": {"class_name": "AlgMatrixTranspose"}})
    work.engine.datastore["a"] = np.zeros((2, 3, 4))
    work.engine["turn"].execute(input_dataobj="a", axes=(2, 0, 1), output_dataobj="b")
    assert work.get_data("b").shape == (4, 2, 3)
