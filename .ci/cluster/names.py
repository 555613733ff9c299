"""The cluster's names: answers questions for a service's address by asking the API server; knows no other name."""

from __future__ import annotations

import ipaddress
import json
import socketserver
import ssl
import struct
import sys
import urllib.error
import urllib.request
from pathlib import Path

from places import DOMAIN, NODE

_A, _INTERNET = 1, 1
_ANSWER, _UNKNOWN = 0x8180, 0x8183
_HEADER = struct.Struct("!6H")


class Directory:
    """Knows where services are."""

    def __init__(self, work: Path) -> None:
        paper = json.loads((work / "admin.kubeconfig").read_text("utf-8"))
        server = paper["clusters"][0]["cluster"]
        self._server = server["server"]
        self._token = paper["users"][0]["user"]["token"]
        self._trust = ssl.create_default_context(cafile=server["certificate-authority"])

    def address(self, name: str) -> str | None:
        """Give the address of SERVICE.NAMESPACE.svc.cluster.local, or nothing."""
        service, _dot, rest = name.partition(".")
        namespace, _dot, rest = rest.partition(".")
        if rest != f"svc.{DOMAIN}":
            return None
        url = f"{self._server}/api/v1/namespaces/{namespace}/services/{service}"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=2, context=self._trust) as answer:  # noqa: S310 - likewise
                found = json.load(answer)["spec"]["clusterIP"]
        except (OSError, urllib.error.URLError, ValueError):
            return None
        return None if found == "None" else str(found)


class Question(socketserver.BaseRequestHandler):
    """One question: a name, a kind."""

    directory: Directory

    def handle(self) -> None:
        """Answer it; a question of another kind for a known name has an answer without content."""
        asked, way = self.request
        try:
            name, kind, end = _read(asked)
        except (IndexError, struct.error, UnicodeDecodeError):
            return
        address = self.directory.address(name.lower())
        given = b""
        if address is not None and kind == _A:
            given = struct.pack("!HHHIH", 0xC00C, _A, _INTERNET, 5, 4) + ipaddress.ip_address(address).packed
        flags = _UNKNOWN if address is None else _ANSWER
        (number,) = struct.unpack_from("!H", asked)
        header = _HEADER.pack(number, flags, 1, 1 if given else 0, 0, 0)
        way.sendto(header + asked[_HEADER.size : end] + given, self.client_address)


def _read(asked: bytes) -> tuple[str, int, int]:
    """Give name, kind, and where the question ends."""
    at, words = _HEADER.size, []
    while length := asked[at]:
        words.append(asked[at + 1 : at + 1 + length].decode("ascii"))
        at += 1 + length
    (kind,) = struct.unpack_from("!H", asked, at + 1)
    return ".".join(words), kind, at + 5


def main(work: Path) -> None:
    """Answer until the cluster ends."""
    Question.directory = Directory(work)
    with socketserver.ThreadingUDPServer((NODE, 53), Question) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
