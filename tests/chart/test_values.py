"""The models of the chart's values, and that values.yaml, schema and page say what they say."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from charts import CHART, MATRIX, ROOT, values_of
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from daisy_lab.hub import HubError, find_environment, values_from
from daisy_lab.hub._offers import environment_of, offer_of, picks_of
from daisy_lab.hub._place import Place
from daisy_lab.hub._values import DataMount, Folders, Image, Offer, OfferSize, Values
from daisy_lab.hub._yaml import as_yaml

SCHEMA = json.loads((CHART / "values.schema.json").read_text("utf-8"))
WRITTEN = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))


def objects(schema: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Give each object of the schema that lists its keys, by where it stands."""
    if "$ref" in schema:
        return objects(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], path)
    found = [(path, schema)] if "properties" in schema else []
    for key, inner in schema.get("properties", {}).items():
        found += objects(inner, f"{path}.{key}".lstrip("."))
    return found


def test_the_files_say_what_the_models_say() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/chart.py", "--check"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_values_and_schema_list_the_same_keys() -> None:
    listed = objects(SCHEMA)
    assert len(listed) > 30
    for path, schema in listed:
        held = WRITTEN
        for key in filter(None, path.split(".")):
            held = held[key]
        assert list(held) == list(schema["properties"]), path


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    parts = {"": SCHEMA, **{name: part for name, part in SCHEMA["$defs"].items() if "properties" in part}}
    for name, part in parts.items():
        assert part["additionalProperties"] is False, name
        assert part["description"], name
        for key, facts in part["properties"].items():
            # A key that says the same as its part has it from there.
            inner = SCHEMA["$defs"].get(facts.get("$ref", "").rpartition("/")[2], {})
            assert facts.get("description") or inner.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("name", MATRIX)
def test_schema_and_hub_read_the_same_values(name: str) -> None:
    held = values_of(name)
    assert list(Draft202012Validator(SCHEMA).iter_errors(held)) == []
    again = Values.model_validate(held).model_dump(mode="json", by_alias=True)
    assert Values.model_validate(again) == Values.model_validate(held)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"data": {"x": {"mountPath": "/x"}}}, "exactly one"),
        ({"data": {"x": {"mountPath": "/x", "claim": "a", "nfs": {"server": "b"}}}}, "exactly one"),
        ({"data": {"x": {"mountPath": "/x", "claim": "a", "subPath": "../b"}}}, "folder inside"),
        ({"environments": {"ct": {"data": ["nowhere"]}}}, "not there"),
        ({"environments": {"ct": {"sizes": []}}}, "sizes"),
        ({"environments": {"ct": {"sizes": [{"name": "a"}, {"name": "a"}]}}}, "name of its own"),
        ({"environments": {"ct": {"versions": [{"name": "a", "title": "A", "tag": "latest"}]}}}, "latest"),
        ({"auth": {"type": "class"}}, "className"),
        ({"auth": {"type": "oidc"}}, "client_id"),
        ({"hub": {"image": {"tag": "latest"}}}, "latest"),
        ({"hubb": {}}, "hubb"),
    ],
    ids=str,
)
def test_wrong_values_say_what_is_wrong(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(HubError, match=said):
        values_from(wrong)


def test_a_size_is_written_as_people_write_it() -> None:
    size = OfferSize.model_validate({"cpu": 1, "memory": "16G"})
    assert (size.memory, size.model_dump(mode="json")["memory"]) == (16 * 10**9, "16G")
    assert OfferSize.model_validate({"memory": "1.5Gi"}).memory == 3 << 29
    with pytest.raises(ValidationError):
        OfferSize.model_validate({"memory": "16 GB"})


def test_an_image_is_named_as_a_pod_names_it() -> None:
    assert Image(name="ct").reference() == "ct"
    assert Image(name="ct").reference("r.example.org/x/", "1") == "r.example.org/x/ct:1"
    digest = "sha256:" + "1" * 64
    assert Image(name="ct", digest=digest).reference(tag="1") == f"ct@{digest}"
    assert Image(name="ct", tag="2", digest=digest).reference(tag="1") == f"ct:2@{digest}"


def test_an_environment_comes_back_from_what_a_site_offers_of_it() -> None:
    found = find_environment("ct")
    back = environment_of("ct", offer_of(found))
    assert (back.title("zh_CN"), back.address()) == (found.title("zh_CN"), found.address())
    assert (back.kind, back.locked, back.image, back.icon) == (
        found.kind,
        found.locked,
        found.image,
        found.icon,
    )
    assert [size.name for size in back.sizes] == ["standard", "standard-gpu", "large"]


def test_an_optional_gpu_makes_two_picks() -> None:
    sizes = [OfferSize(name="a", gpu_optional=True), OfferSize(name="b", gpu=2)]
    picks = picks_of(Offer(title="x", image=Image(name="x"), sizes=sizes))
    assert [(pick.name, pick.gpu) for pick in picks] == [("a", 0), ("a-gpu", 1), ("b", 2)]


GROUP = st.text("proposal-0123456789./\\{}", max_size=20)


@given(GROUP)
def test_no_group_leads_out_of_its_volume(group: str) -> None:
    folders = Folders(groups=r"proposal-(.+)", sub_path="top/{1}", mount_as="{1}")
    found = folders.of(group)
    if found is not None:
        for path in found:
            assert not path.startswith("/")
            assert not {"", ".", ".."} & set(path.split("/"))


@pytest.mark.parametrize("pattern", ["same", "{2}", "../{1}", "/{1}", "{name}"])
def test_folders_that_all_would_share_are_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        Folders(groups="p-(.+)", sub_path=pattern)


def test_a_group_has_to_match_as_a_whole() -> None:
    mount = DataMount(
        mount_path="/x", claim="c", folders=Folders(groups=r"p-(\d+)", sub_path="{1}", mount_as="{0}")
    )
    assert mount.folders.of("p-7") == ("7", "p-7")
    assert mount.folders.of("p-7x") is None
    assert mount.folders.of("ap-7") is None


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abyn1-", min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_yaml_that_is_written_is_read_as_it_was(data: object) -> None:
    assert yaml.safe_load(as_yaml(data)) == data


def test_a_hub_that_is_not_started_by_the_chart_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAISY_LAB_HUB_VALUES", raising=False)
    with pytest.raises(HubError, match="started by the chart"):
        Place.read()
