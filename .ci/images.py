"""Builds the images of images/images.toml, and says how large each is beside its budget.

`python .ci/with_docker.py python .ci/images.py [NAME ...]`; `make images` types that. Wheels and the proxy's packages
are fetched beforehand by this machine's own pip and npm, with whatever index and certificates they are set up for, so
nothing of that setting gets into an image. A second call takes what the first has made.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from images_debian import debian
from images_parts import project_wheel, proxy, version, wheels_of

ROOT = Path(__file__).resolve().parent.parent
TABLE: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "images" / "images.toml").read_text("utf-8"))
REPORT = ROOT / "out" / "images.json"
# What decides on the content of an image.
SOURCES = ("images", "daisy_lab", "apps", "labextension", "Daisy.py", "hatch_build.py", "pyproject.toml")
LAST_LINES = 40


class Built(NamedTuple):
    """An image that is there."""

    name: str
    megabytes: float
    budget: int
    seconds: float


def main(wanted: list[str]) -> int:
    """Build what is wanted, all that can be built here by default; gives 1 where one is larger than its budget."""
    unknown = [name for name in wanted if name not in TABLE]
    if unknown:
        print(f"no image {unknown[0]!r}; images/images.toml has {', '.join(TABLE)}", file=sys.stderr)
        return 2
    names = chosen(wanted)
    project_wheel()
    if "hub" in names:
        proxy()
    begin = debian()
    with wheels_of([lock for name in names for lock in locks(name)]) as found:
        built = [build(name, begin, found) for name in names]
    return told(built)


def chosen(wanted: list[str]) -> list[str]:
    """Give the images to build, each after what it is built upon."""
    names = wanted or [name for name, facts in TABLE.items() if facts.get("built", True)]
    below = {TABLE[name]["upon"] for name in names if "upon" in TABLE[name]}
    return [name for name in TABLE if name in {*names, *below}]


def locks(name: str) -> list[Path]:
    """Give what an image installs."""
    facts = TABLE[name]
    extra = facts.get("arguments", {}).get("EXTRA", "")
    own = ["requirements.txt", *([f"requirements-{extra}.txt"] if extra else [])]
    return [ROOT / "images" / facts.get("folder", name) / file for file in own]


def build(name: str, begin: str, found: dict[str, str]) -> Built:
    """Build one image, or end with the last lines of what its builder said."""
    facts = TABLE[name]
    tag = f"{facts['name']}:{version()}"
    below = f"{TABLE[facts['upon']]['name']}:{version()}" if "upon" in facts else begin
    arguments = {"BASE_IMAGE": below, "VERSION": version(), "REVISION": revision(), **found}
    arguments |= facts.get("arguments", {})
    file = f"images/{facts.get('folder', name)}/Dockerfile"
    # The classic builder: nothing in these files needs another. The machine's network: it may have no other.
    command = ["docker", "build", "--network=host", f"--file={file}", f"--tag={tag}"]
    command += [f"--build-arg={key}={value}" for key, value in arguments.items()]
    command += [f"--target={facts['target']}"] if "target" in facts else []
    print(f"building {tag}", flush=True)
    since = time.monotonic()
    log = ROOT / "out" / f"image-{name}.log"
    with log.open("wb") as said:
        done = subprocess.run(
            [*command, "."],
            check=False,
            cwd=ROOT,
            stdout=said,
            stderr=said,
            env=os.environ | {"DOCKER_BUILDKIT": "0"},
        )
    if done.returncode != 0:
        last = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
        sys.exit("\n".join([*last, f"{tag} cannot be built; all that was said: {log}"]))
    seconds = time.monotonic() - since
    asked = ["docker", "image", "inspect", "--format", "{{.Size}}", tag]
    size = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    return Built(tag, size / 1e6, facts["size"], seconds)


def revision() -> str:
    """Give the last commit that changed what is in the images, marked where files have changed since."""
    git = ["git", "-C", str(ROOT)]
    last = subprocess.run(
        [*git, "log", "-1", "--format=%H", "--", *SOURCES], check=False, capture_output=True, text=True
    ).stdout.strip()
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--", *SOURCES], check=False, capture_output=True, text=True
    ).stdout.strip()
    return (last or "unknown") + ("+changes" if changed else "")


def told(built: list[Built]) -> int:
    """Print the table, and leave it for other programs."""
    REPORT.write_text(json.dumps([one._asdict() for one in built], indent=1), "utf-8")
    print(f"{'image':32}{'MB':>8}{'budget':>8}{'seconds':>9}")
    for one in built:
        mark = "  too large" if one.megabytes > one.budget else ""
        print(f"{one.name:32}{one.megabytes:8.0f}{one.budget:8}{one.seconds:9.1f}{mark}")
    return int(any(one.megabytes > one.budget for one in built))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
