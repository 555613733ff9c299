"""Runs a command with a docker daemon to talk to: the one that answers, else one of its own that ends with it.

`python .ci/with_docker.py COMMAND ...`. One of its own needs root; where dockerd is missing, apt-get installs it. It
keeps images below the user's cache folder, makes neither bridge nor firewall rule (its containers have the machine's
network, or none), and leaves no process, mount or control group behind.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daisy-lab"
PATIENCE = 90
NETWORKLESS = ("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false")


def main(command: list[str]) -> int:
    """Run the command; gives its exit status."""
    if not command:
        print("usage: with_docker.py COMMAND ...", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_given: sys.exit(143))
    if answers(os.environ):
        return subprocess.run(command, check=False).returncode
    require_daemon()
    with daemon() as socket:
        return subprocess.run(command, check=False, env=os.environ | {"DOCKER_HOST": socket}).returncode


def answers(environment: Mapping[str, str]) -> bool:
    """Say whether a daemon answers."""
    if shutil.which("docker") is None:
        return False
    asked = ["docker", "version", "--format", "{{.Server.Version}}"]
    return subprocess.run(asked, check=False, capture_output=True, env=dict(environment)).returncode == 0


def require_daemon() -> None:
    """Have the program of a daemon, or end with what is missing."""
    if os.geteuid() != 0:
        sys.exit("no docker daemon answers, and only root can start one: start yours, or set DOCKER_HOST")
    if shutil.which("dockerd") and shutil.which("docker"):
        return
    if shutil.which("apt-get") is None:
        sys.exit("no docker daemon answers, and there is no dockerd: install docker")
    print("there is no dockerd: installing docker.io with apt-get", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "docker.io")):
        done = subprocess.run(["apt-get", *words], check=False, env=environment, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            sys.exit("apt-get could not install docker.io")


@contextmanager
def daemon() -> Iterator[str]:
    """Start one, give the address of its socket, and stop it; a second call waits for the first."""
    data = CACHE / "docker"
    data.mkdir(parents=True, exist_ok=True)
    with (CACHE / "docker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another call has the docker daemon: waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        place = Path(tempfile.mkdtemp(prefix="daisy-docker-"))
        options = [f"--host=unix://{place}/docker.sock", f"--data-root={data}", f"--exec-root={place}/run"]
        options += [f"--pidfile={place}/pid", f"--cgroup-parent=/{place.name}", *NETWORKLESS]
        log = data.with_name("docker.log")
        with log.open("wb") as said:
            process = subprocess.Popen(
                ["dockerd", *options],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        try:
            address = f"unix://{place}/docker.sock"
            wait(process, {**os.environ, "DOCKER_HOST": address}, log)
            yield address
        finally:
            leave(address)
            stop(process)
            clean(place)


def wait(process: subprocess.Popen[bytes], environment: dict[str, str], log: Path) -> None:
    """Wait until it answers, or end with what it said last."""
    until = time.monotonic() + PATIENCE
    while not answers(environment):
        if process.poll() is not None or time.monotonic() > until:
            last = "\n".join(log.read_text("utf-8", "replace").splitlines()[-8:])
            sys.exit(f"dockerd did not start; its log ({log}) ends with:\n{last}")
        time.sleep(0.2)


def leave(address: str) -> None:
    """Take away what a command that was killed has left: containers, and bridges of networks."""
    environment = {**os.environ, "DOCKER_HOST": address}
    listed = subprocess.run(
        ["docker", "ps", "--all", "--quiet"], check=False, capture_output=True, text=True, env=environment
    ).stdout.split()
    if listed:
        subprocess.run(
            ["docker", "rm", "--force", *listed], check=False, capture_output=True, env=environment
        )
    prune = ["docker", "network", "prune", "--force"]
    subprocess.run(prune, check=False, capture_output=True, env=environment)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it and the containers that it still has."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def clean(place: Path) -> None:
    """Take away its folder with what is mounted there, and the empty control groups of its containers."""
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text("utf-8").splitlines()]
    for target in reversed([path for path in mounted if Path(path).is_relative_to(place)]):
        subprocess.run(["umount", target], check=False)
    shutil.rmtree(place, ignore_errors=True)
    for folder in (*Path("/sys/fs/cgroup").glob(f"*/{place.name}"), Path("/sys/fs/cgroup", place.name)):
        for inner in sorted(folder.glob("**/"), reverse=True) if folder.is_dir() else ():
            try:
                inner.rmdir()
            except OSError as error:
                print(f"left behind: {inner} ({error.strerror})", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
