"""A server that is locked to an app which tells what its kernel finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from appservers import Served, lay_app, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tells = Callable[..., tuple[str, dict[str, Any]]]

_TELLS = """
import json, os
from pathlib import Path
names = ("QUERY_STRING", "DAISY_LAB_LANGUAGE", "DAISY_LAB_APP", "HTTP_ACCEPT_LANGUAGE")
found = {name: os.environ.get(name, "") for name in names} | {"folder": os.getcwd(), "process": os.getpid()}
Path("told").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the app."""
    pytest.importorskip("voila")
    place = tmp_path_factory.mktemp("s")
    lay_app(place, "tells", _TELLS, '[titles]\nzh_CN = "讲述 <b>"\n')
    lay_app(place, "other", _TELLS)
    (place / "root").mkdir()
    (place / "root" / "scan.h5").touch()
    with serve(place, "tells", "scan.h5") as server:
        yield server


@pytest.fixture
def tells(served: Served) -> Tells:
    """Give what opens the app's page; gives its HTML, and what its kernel told."""

    def opened(query: str = "", **headers: str) -> tuple[str, dict[str, Any]]:
        html = served.page(query, **headers)
        return html, json.loads((served.root / "told").read_text())

    return opened
