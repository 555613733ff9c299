"""Workflows and algorithms of a user in the first Daisy's style: what they may do, and how failures are told."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import Daisy
from daisy_lab import LocalEngine
from daisy_lab.errors import (
    DataError,
    DefinitionError,
    MissingAlgorithmError,
    MissingObjectError,
    RunError,
    SettingError,
    WorkflowError,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Work(Daisy.PyWorkflow):
    def execute(self) -> bool:  # type: ignore[override]  # as scripts write it
        return True


def started(*classes: type[Daisy.DaisyAlg], engine: LocalEngine | None = None, **cfg: dict[str, Any]) -> Work:
    work = Work("work")
    environment = {kind.__name__.lower(): {"class_name": kind.__name__} for kind in classes}
    work.initialize(engine or "PyWorkflowEngine", environment, cfg)
    return work


class Doubler(Daisy.DaisyAlg):
    def initialize(self) -> bool:
        self.data = self.get("DataStore").data()
        self.factor = self.cfg.get("factor", 2)
        return True

    def execute(self, input_dataobj: str, output_dataobj: str, offset: float = 0.0) -> bool:
        self.data[output_dataobj] = self.factor * self.data[input_dataobj] + offset
        return True


def test_an_algorithm_reads_and_writes_the_datastore_by_name() -> None:
    work = started(Doubler)
    work.engine.datastore["a"] = np.arange(3.0)
    assert work.engine["doubler"].execute("a", output_dataobj="b", offset=1) is True
    np.testing.assert_array_equal(work.get_data("b"), [1, 3, 5])
    assert work.data_keys() == ["a", "b"]
    assert work.algorithm_keys() == ["doubler"]


def test_config_comes_before_initialize() -> None:
    work = started(Doubler, doubler={"factor": 5})
    work.engine.datastore["a"] = np.ones(2)
    work.engine["doubler"].execute("a", "b")
    np.testing.assert_array_equal(work.get_data("b"), [5, 5])


def test_a_step_passes_on_what_its_algorithm_has() -> None:
    assert started(Doubler, doubler={"factor": 5}).get_algorithm("doubler").factor == 5


def test_a_workflow_computes_on_the_engine_it_is_given() -> None:
    engine = LocalEngine()
    engine.store["a"] = np.ones(2)
    started(Doubler, engine=engine).engine["doubler"].execute("a", "b")
    (entry,) = engine.ledger
    assert entry.inputs["a"].version == entry.outputs["b"].version == 1
    assert entry.outputs["b"].identity == engine.store.identity("b")
    assert entry.settings == {"input_dataobj": "a", "output_dataobj": "b"}
    assert "class Doubler" in entry.source
    assert engine.store.describe("b").made_by == entry.run


def test_an_object_that_a_step_overwrites_was_read_in_its_old_version() -> None:
    engine = LocalEngine()
    engine.store["a"] = np.ones(2)
    started(Doubler, engine=engine).engine["doubler"].execute("a", "a")
    (entry,) = engine.ledger
    assert (entry.inputs["a"].version, entry.outputs["a"].version) == (1, 2)


def failing(verb: str, does: Callable[..., object]) -> type[Daisy.DaisyAlg]:
    kind = type("Failing", (Daisy.DaisyAlg,), {"execute": lambda _self: True})
    setattr(kind, verb, does)
    return kind


@pytest.mark.parametrize("verb", ["initialize", "execute", "finalize"])
def test_a_false_names_algorithm_and_step_and_what_it_said(verb: str) -> None:
    def does(self: Daisy.DaisyAlg) -> bool:
        self.LogError("no beam")
        return False

    kind = failing(verb, does)
    with pytest.raises(RunError, match=rf"step 'failing' \(Failing\): {verb} returned False: no beam"):
        _all_of(started(kind))


def test_a_false_without_a_word_says_so() -> None:
    kind = failing("execute", lambda _self: False)
    with pytest.raises(
        RunError, match=r"returned False: it gave no reason; let it say one with self\.LogError"
    ):
        _all_of(started(kind))


def test_a_config_that_returns_false_is_an_error() -> None:
    kind = failing("config", lambda _self, _cfg: False)
    with pytest.raises(RunError, match="config returned False"):
        started(kind, failing={"anything": 1})


def test_an_exception_is_the_cause_of_the_error_and_is_in_the_ledger() -> None:
    def does(_self: Daisy.DaisyAlg) -> bool:
        message = "42 is too much"
        raise ArithmeticError(message)

    engine = LocalEngine()
    kind = failing("execute", does)
    with pytest.raises(
        RunError, match=r"\(Failing\): execute failed: ArithmeticError: 42 is too much"
    ) as caught:
        _all_of(started(kind, engine=engine))
    assert isinstance(caught.value.__cause__, ArithmeticError)
    (entry,) = engine.ledger
    assert entry.state == "failed"
    assert "42 is too much" in entry.error


def _all_of(work: Work) -> None:
    work.engine["failing"].execute()
    work.finalize()


def test_changing_an_object_in_place_is_told_with_the_way_out() -> None:
    def does(self: Daisy.DaisyAlg) -> bool:
        self.get("DataStore").data()["a"][0] = 1
        return True

    kind = failing("execute", does)
    work = started(kind)
    work.engine.datastore["a"] = np.zeros(2)
    with pytest.raises(RunError, match=r"self\.data\[name\]\.copy\(\)"):
        _all_of(work)


def test_wrong_arguments_name_the_step_and_what_it_takes() -> None:
    step = started(Doubler).engine["doubler"]
    with pytest.raises(
        SettingError,
        match=r"doubler \(Doubler\): missing a required argument: 'output_dataobj'; execute takes",
    ):
        step.execute("a")


def test_an_algorithm_without_execute_says_what_to_write() -> None:
    class Lazy(Daisy.DaisyAlg):
        pass

    with pytest.raises(DefinitionError, match="Lazy has no method 'execute'"):
        started(Lazy).engine["lazy"].execute()


def test_an_algorithm_without_a_workflow_has_no_data() -> None:
    with pytest.raises(WorkflowError, match="belongs to no workflow yet"):
        Doubler("alone").get("DataStore")
    with pytest.raises(MissingObjectError, match="no service 'Cluster'; there is DataStore"):
        Doubler("alone").get("Cluster")


def test_a_missing_object_is_told_with_the_nearest() -> None:
    work = started(Doubler)
    work.engine.datastore["projections"] = np.ones(2)
    with pytest.raises(MissingObjectError, match="did you mean 'projections'"):
        work.engine["doubler"].execute("projection", "b")


def test_a_workflow_that_is_not_initialized_says_so() -> None:
    with pytest.raises(WorkflowError, match="workflow 'work' is not initialized"):
        Work("work").data_keys()


def test_a_workflow_has_the_services_of_an_algorithm() -> None:
    work = started(Doubler)
    work.get("DataStore").data()["a"] = 1.5
    assert work.get_data("a") == 1.5


def test_a_missing_label_is_told_with_the_nearest() -> None:
    with pytest.raises(
        MissingAlgorithmError, match="no algorithm 'dubler'; it has doubler; did you mean 'doubler'"
    ):
        started(Doubler).get_algorithm("dubler")


def test_messages_go_to_the_log_and_to_the_run(caplog: pytest.LogCaptureFixture) -> None:
    def does(self: Daisy.DaisyAlg) -> bool:
        self.LogDebug("not shown")
        self.LogInfo("done", 3)
        self.LogWarn("hot")
        return True

    engine = LocalEngine()
    kind = failing("execute", does)
    work = started(kind, engine=engine)
    with caplog.at_level(logging.INFO, "daisy_lab.compat"):
        work.engine["failing"].execute()
    assert [record.getMessage() for record in caplog.records] == ["done 3", "hot"]
    assert engine.runs[-1].lines == ["failing: done 3", "failing: hot"]


def test_a_log_level_of_the_first_daisy_silences_what_is_below(caplog: pytest.LogCaptureFixture) -> None:
    alone = Doubler("silent")
    alone.setLogLevel(5)
    alone.LogWarn("hot")
    alone.LogError("burnt")
    assert [record.getMessage() for record in caplog.records] == ["burnt"]


def test_a_workflow_is_a_step_of_another_one_and_shares_its_data() -> None:
    class Inner(Daisy.PyWorkflow):
        def execute(self, name: str) -> None:  # type: ignore[override]  # as scripts write it
            self.engine["doubler"].execute(name, "inner")

    work = started(Doubler, Inner)
    work.engine.datastore["a"] = np.ones(1)
    work.engine["inner"].execute("a")
    assert work.get_data("inner")[0] == 2
    work.finalize()


def test_the_newest_class_of_a_name_is_taken() -> None:
    def make(value: int) -> type[Daisy.DaisyAlg]:
        def execute(self: Daisy.DaisyAlg, output_dataobj: str) -> bool:
            self.get("DataStore").data()[output_dataobj] = value
            return True

        return type("Again", (Daisy.DaisyAlg,), {"execute": execute})

    kinds = [make(1), make(2)]
    work = started(kinds[0])
    work.engine["again"].execute("x")
    assert work.get_data("x") == 2


def test_the_configuration_may_be_json_text() -> None:
    work = Work("work")
    environment = json.dumps({"double": {"class_name": "Doubler"}})
    work.initialize("PyWorkflowEngine", environment, json.dumps({"double": {"factor": 3}}))
    work.engine.datastore["a"] = np.ones(1)
    work.engine["double"].execute("a", "b")
    assert work.get_data("b")[0] == 3


def test_later_versions_of_the_first_daisy_had_a_base_module() -> None:
    assert Daisy.Base.DaisyAlg is Daisy.DaisyAlg
    assert Daisy.Base.PyWorkflow is Daisy.PyWorkflow
    assert Daisy.Base.Singleton is Daisy.Singleton


def test_an_object_the_store_cannot_hold_is_told() -> None:
    with pytest.raises(DataError, match="cannot store"):
        started(Doubler).engine.datastore["x"] = object()
