"""An app's page: served from its folder, in a kernel that knows the request, and to nobody without the token."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from processes import is_gone, running
from servers import wait_until

if TYPE_CHECKING:
    from appservers import Served
    from conftest import Tells


def test_a_kernel_works_in_the_users_folder_and_knows_the_request(served: Served, tells: Tells) -> None:
    _html, told = tells(f"?open=scan.h5&lang=zh_CN&token={served.token}")
    assert told["QUERY_STRING"] == "open=scan.h5&lang=zh_CN"
    assert (told["DAISY_LAB_APP"], told["DAISY_LAB_LANGUAGE"]) == ("tells", "zh_CN")
    assert told["folder"] == str(served.root)


def test_each_page_has_a_kernel_of_its_own(tells: Tells) -> None:
    first, second = tells()[1], tells()[1]
    assert first["process"] != second["process"]


def test_the_browsers_language_is_spoken(tells: Tells) -> None:
    html, told = tells(Accept_Language="fr;q=0.9, zh-CN;q=0.8, en;q=0.7")
    assert told["DAISY_LAB_LANGUAGE"] == "zh_CN"
    assert '<html lang="zh-CN">' in html
    assert "讲述" in html


def test_a_page_fetches_nothing_from_elsewhere(tells: Tells) -> None:
    html, _told = tells()
    fetched = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert fetched
    assert [address for address in fetched if address.startswith(("http", "//"))] == []
    assert "cdnjs" not in html
    assert "jsdelivr" not in html


def test_a_title_is_text_not_markup(tells: Tells) -> None:
    html, _told = tells("?lang=zh_CN")
    assert "<title>讲述 &lt;b&gt;</title>" in html
    assert "<b>" not in html


def test_others_see_nothing(served: Served) -> None:
    status, html = served.ask("daisy-lab/kernels/0a1b2c3d-0000-1111-2222-333344445555", Authorization="")
    assert status == 403
    assert "alive" not in html


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "lab"),
        ("GET", "tree"),
        ("GET", "api/contents"),
        ("PUT", "api/contents/x.txt"),
        ("POST", "api/terminals"),
        ("POST", "api/kernels"),
        ("GET", "voila/render/x.ipynb"),
        ("GET", "files/scan.h5"),
        ("GET", "daisy-lab/gallery"),
        ("GET", "daisy-lab/app/other"),
    ],
)
def test_a_locked_server_refuses_all_but_its_app(served: Served, method: str, path: str) -> None:
    status, html = served.ask(path, method)
    assert status == 403
    assert "shows one app" in html


def test_a_browser_cannot_run_code_in_the_kernel_of_a_locked_app(served: Served, tells: Tells) -> None:
    """A message that is allowed is answered; the one before it, which asks to execute, has done nothing."""
    tells()
    target = served.root / "made-by-the-browser"
    code = f"open({str(target)!r}, 'w').close()"

    async def speak() -> dict[str, Any]:
        from tornado.httpclient import HTTPRequest  # noqa: PLC0415 - as optional as the server
        from tornado.websocket import websocket_connect  # noqa: PLC0415

        url = (
            f"{served.address.replace('http', 'ws', 1)}api/kernels/{served.kernels[-1]}/channels?session_id=t"
        )
        socket = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {served.token}"}))
        for kind, content in (
            ("execute_request", {"code": code, "silent": True}),
            ("kernel_info_request", {}),
        ):
            header = {"msg_id": kind, "msg_type": kind, "session": "t", "username": "", "version": "5.3"}
            message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
            await socket.write_message(json.dumps(message | {"content": content, "buffers": []}))
        while True:
            told: dict[str, Any] = json.loads(await socket.read_message())
            if told["msg_type"] == "kernel_info_reply":
                socket.close()
                while await socket.read_message() is not None:
                    pass
                return told

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(asyncio.run, asyncio.wait_for(speak(), 60)).result()
    assert answer["parent_header"]["msg_id"] == "kernel_info_request"
    assert not target.exists()


def test_a_page_learns_that_its_kernel_has_died(served: Served, tells: Tells) -> None:
    _html, told = tells()
    kernel = served.kernels[-1]
    assert json.loads(served.ask(f"daisy-lab/kernels/{kernel}")[1]) == {"alive": True}
    os.kill(told["process"], signal.SIGKILL)
    wait_until(
        lambda: json.loads(served.ask(f"daisy-lab/kernels/{kernel}")[1]) == {"alive": False},
        "the page learns that its kernel has died",
    )


def test_a_kernel_that_dies_while_it_waits_is_ended_and_another_taken(served: Served, tells: Tells) -> None:
    wait_until(lambda: _waiting(served), "a kernel waits")
    kernel = _waiting(served)
    process = running(f"kernel-{kernel}.json")[0]
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: is_gone(process), "it is dead")
    tells()
    assert served.kernels[-1] != kernel
    file = served.place / "runtime" / f"kernel-{kernel}.json"
    wait_until(lambda: not file.exists(), "the one that died is not started anew")


def _waiting(served: Served) -> str:
    """Give the kernel that waits; none while it starts."""
    if not served.log.rpartition("Kernel started")[2].count("a kernel waits"):
        return ""
    started, ended = (
        set(re.findall(rf"Kernel {what}: (\S+)", served.log)) for what in ("started", "shutdown")
    )
    return next(iter(started - ended - set(served.kernels)), "")


def test_kernels_listen_on_no_port(served: Served, tells: Tells) -> None:
    tells()
    facts = [json.loads(path.read_text()) for path in (served.place / "runtime").glob("kernel-*.json")]
    assert facts
    assert {fact["transport"] for fact in facts} == {"ipc"}


def test_a_kernel_that_waits_is_taken_and_becomes_the_pages(served: Served, tells: Tells) -> None:
    wait_until(lambda: "a kernel waits" in served.log, "a kernel waits")
    _html, told = tells("?lang=en&session=night")
    assert told["QUERY_STRING"] == "lang=en&session=night"
    assert told["folder"] == str(served.root)
