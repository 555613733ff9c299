"""A locked server lets through what its one app's page needs, and nothing else."""

from __future__ import annotations

import pytest

from daisy_lab.server._lock import Lock

_KERNEL = "0a1b2c3d-0000-1111-2222-333344445555"


@pytest.fixture(params=["/", "/user/me/"])
def base(request: pytest.FixtureRequest) -> str:
    """Give where a server's addresses begin."""
    return str(request.param)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "daisy-lab/app/ct"),
        ("GET", "daisy-lab/static/daisy.css"),
        ("GET", f"daisy-lab/kernels/{_KERNEL}"),
        ("GET", "voila/static/voila.js"),
        ("GET", "voila/labextensions/@jupyter-widgets/jupyterlab-manager/static/remoteEntry.1.js"),
        ("GET", f"api/kernels/{_KERNEL}/channels"),
        ("POST", f"voila/api/shutdown/{_KERNEL}"),
        ("GET", "login"),
        ("POST", "login"),
    ],
)
def test_the_page_gets_what_it_needs(base: str, method: str, path: str) -> None:
    assert Lock(base, "ct").allows(method, base + path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "lab"),
        ("GET", "lab/tree/x"),
        ("GET", "tree"),
        ("GET", "daisy-lab/app/pdf"),
        ("GET", "daisy-lab/gallery"),
        ("GET", "voila/render/mine.ipynb"),
        ("GET", "voila/files/secret.png"),
        ("GET", "voila/tree"),
        ("GET", "api/contents"),
        ("PUT", "api/contents/x.ipynb"),
        ("POST", "api/kernels"),
        ("POST", f"api/kernels/{_KERNEL}/restart"),
        ("DELETE", f"api/kernels/{_KERNEL}"),
        ("GET", "api/kernels"),
        ("GET", "api/terminals"),
        ("POST", "api/terminals"),
        ("GET", "terminals/websocket/1"),
        ("POST", "api/sessions"),
        ("GET", "files/secret.h5"),
        ("GET", "proxy/8000/"),
        ("POST", "daisy-lab/static/daisy.css"),
        ("GET", "voila/static/../../lab"),
        ("GET", "voila/static/%2e%2e/lab"),
        ("GET", "static//lab"),
        ("GET", "daisy-lab/app/ctx"),
    ],
)
def test_all_else_is_refused(base: str, method: str, path: str) -> None:
    assert not Lock(base, "ct").allows(method, base + path)


def test_what_lies_above_the_server_is_refused() -> None:
    assert not Lock("/user/me/", "ct").allows("GET", "/user/you/daisy-lab/app/ct")


def test_the_name_of_an_app_is_no_pattern() -> None:
    assert not Lock("/", ".*").allows("GET", "/daisy-lab/app/ct")
