"""Tries connections as a user's pod: `+HOST:PORT` must work, `-HOST:PORT` must not; `helm test` runs it."""

import socket
import sys

wrong = []
for wish in sys.argv[1:]:
    host, _colon, port = wish[1:].rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
        works = True
    except OSError:
        works = False
    print(f"{host}:{port}", "open" if works else "closed")
    if works != wish.startswith("+"):
        wrong.append(f"{host}:{port} must be {'open' if wish.startswith('+') else 'closed'}")
if wrong:
    sys.exit("; ".join(wrong) + ": does the network plug-in of this cluster enforce network policies?")
