"""`python .ci/cluster build | up | clean`: Kubernetes on this machine, for tests and for looking at it."""

from __future__ import annotations

import signal
import sys

import binaries
from cluster import Cluster, clean
from places import binaries as folder


def main(words: list[str]) -> int:
    """Do what is asked for."""
    if words == ["build"]:
        binaries.build()
        print(f"cluster: the binaries are in {folder()}")
    elif words == ["clean"]:
        clean()
        print("cluster: nothing is left")
    elif words == ["up"]:
        with Cluster() as made:
            print(f"cluster: it runs; export KUBECONFIG={made.settings}; Ctrl-C ends it")
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
