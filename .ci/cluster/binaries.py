"""Builds Kubernetes from Debian's source package; the cache makes a second call free.

No registry and no download page has it for every machine, but Debian 12's source package holds the whole tree with what
it is built from. Five binaries and the pause program come out; the tree goes away again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from places import GO, PARTS, VERSION, binaries, cache, run

SUITE = "bookworm"
PACKAGES = (
    "containerd",
    "containernetworking-plugins",
    "dpkg-dev",
    "etcd-server",
    "gcc",
    "golang-1.19-go",
    "iptables",
    "jq",
    "libc6-dev",
    "make",
    "rsync",
    "runc",
)
# Whatever else is true, the build says the same version and asks no version control.
SAID = {
    "KUBE_GIT_VERSION": f"v{VERSION}",
    "KUBE_GIT_MAJOR": VERSION.split(".")[0],
    "KUBE_GIT_MINOR": VERSION.split(".")[1],
    "KUBE_GIT_COMMIT": "debian",
    "KUBE_GIT_TREE_STATE": "archive",
    "KUBE_STATIC_OVERRIDES": "kubelet",  # else it is built a second time with other flags
}


def build() -> Path:
    """Give the folder of the binaries; build what is missing."""
    install()
    target = binaries()
    if all((target / name).is_file() for name in (*PARTS, "pause")):
        print(f"cluster: Kubernetes {VERSION} is built", flush=True)
        return target
    work = cache() / f"build.{os.getpid()}"
    work.mkdir(parents=True)
    try:
        tree = source(work)
        compiled = compile_parts(tree, work)
        made = cache() / f"bin.{os.getpid()}"
        made.mkdir()
        for name in PARTS:
            shutil.copy2(compiled / name, made / name)
        pause = tree / "build" / "pause" / "linux" / "pause.c"
        run("gcc", "-Os", "-Wall", "-static", "-DVERSION=debian", "-o", made / "pause", pause)
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    finally:
        run("chmod", "-R", "u+w", work)
        shutil.rmtree(work, ignore_errors=True)
    return target


def install() -> None:
    """Install Debian's packages that are missing.

    Raises
    ------
    SystemExit
        This is no Debian, or not root.
    """
    if os.geteuid() != 0:
        raise SystemExit("the test cluster needs root: containers, bridges and cgroups are made")
    asked = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *PACKAGES]
    try:
        said = subprocess.run(asked, check=False, capture_output=True, text=True).stdout
    except FileNotFoundError:
        raise SystemExit(
            "the test cluster is built from Debian's packages: this machine has no dpkg"
        ) from None
    there = {line.split()[0] for line in said.splitlines() if line.split()[1:] == ["ii"]}
    missing = [name for name in PACKAGES if name not in there]
    if not missing:
        return
    print("cluster: apt-get installs", *missing, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}  # and starts no service
    wait = ("-o", "DPkg::Lock::Timeout=900")
    run("apt-get", *wait, "update", "-qq", env=environment)
    run("apt-get", *wait, "install", "-y", "-qq", "--no-install-recommends", *missing, env=environment)


def source(work: Path) -> Path:
    """Fetch the source package, give its tree."""
    print(f"cluster: fetching the source package of Kubernetes {VERSION}", flush=True)
    (work / "apt").mkdir()
    (work / "lists" / "partial").mkdir(parents=True)
    (work / "apt" / "source.list").write_text(
        "".join(f"deb-src {uri} {SUITE} main\n" for uri in archives()), "utf-8"
    )
    options = (
        *("-o", f"Dir::Etc::sourceparts={work / 'apt'}", "-o", "Dir::Etc::sourcelist=/dev/null"),
        *("-o", f"Dir::State::lists={work / 'lists'}", "-o", "APT::Sandbox::User=root"),
    )
    run("apt-get", *options, "update", "-qq")
    run("apt-get", *options, "source", "-qq", "--download-only", "kubernetes", cwd=work)
    packed = next(work.glob("kubernetes_*.orig.tar.*"))
    with tarfile.open(packed) as files:
        files.extractall(work, filter="tar")
    return next(path for path in work.glob("kubernetes-*") if path.is_dir())


def archives() -> list[str]:
    """Give where this machine gets Debian from: the first archive of its own settings."""
    found: list[str] = []
    for path in sorted(Path("/etc/apt/sources.list.d").glob("*.sources")):
        for stanza in path.read_text("utf-8").split("\n\n"):
            facts = dict(
                line.split(":", 1) for line in stanza.splitlines() if ":" in line and line[:1].isalpha()
            )
            suites = facts.get("Suites", "").split()
            if facts.get("Enabled", "yes").strip() != "no" and SUITE in suites:
                found += facts["URIs"].split()
    lists = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.list"))]
    for path in lists:
        for line in path.read_text("utf-8").splitlines() if path.is_file() else []:
            words = [word for word in line.split() if not word.startswith("[") and not word.endswith("]")]
            if words[:1] == ["deb"] and words[2:3] == [SUITE]:
                found.append(words[1])
    if not found:
        raise SystemExit(f"the test cluster is built from Debian {SUITE}, which apt's settings do not name")
    return found[:1]


def compile_parts(tree: Path, work: Path) -> Path:
    """Compile the parts, give the folder where they lie."""
    print("cluster: compiling", *PARTS, "(five to thirty minutes, once)", flush=True)
    environment = {
        "PATH": f"{GO}:{os.environ['PATH']}",
        "HOME": str(work),
        "GOCACHE": str(work / "gocache"),
        "GOFLAGS": "-tags=providerless",  # without the clouds' own code, which is the largest part
        **SAID,
    }
    what = " ".join(f"cmd/{name}" for name in PARTS)
    with (cache() / "build.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            ["nice", "make", f"WHAT={what}"],
            check=False,
            cwd=tree,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    if done.returncode != 0:
        said = (cache() / "build.log").read_text("utf-8")[-2000:]
        raise SystemExit(
            f"Kubernetes could not be compiled; the whole log is {cache() / 'build.log'}\n{said}"
        )
    return tree / "_output" / "local" / "go" / "bin"
