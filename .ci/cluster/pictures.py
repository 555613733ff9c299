"""Images for the cluster: those of `make images`, as files that a node can load."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from places import ROOT, binaries, cache

# A folder with NAME.tar, as another job of a CI leaves it.
READY = "DAISY_LAB_CLUSTER_IMAGES"


def images(*names: str) -> list[Path]:
    """Give a file for each image of images/images.toml that is asked for; builds them where none are ready.

    Raises
    ------
    SystemExit
        They cannot be built; the builder has said why.
    """
    ready = os.environ.get(READY)
    if ready:
        found = [Path(ready) / f"{name}.tar" for name in names]
        missing = [str(path) for path in found if not path.is_file()]
        if missing:
            raise SystemExit(f"{READY}: there is no {', '.join(missing)}")
        return found
    folder = cache().parent / "images"
    folder.mkdir(parents=True, exist_ok=True)
    print("cluster: building images", *names, flush=True)
    inside = [sys.executable, str(Path(__file__)), str(folder), *names]
    done = subprocess.run([sys.executable, ".ci/with_docker.py", *inside], check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit("the images for the cluster cannot be built: see above")
    return [folder / f"{name}.tar" for name in names]


def pause(folder: Path, name: str) -> Path:
    """Make the image that holds a pod's network, of one program, in a folder that is new."""
    folder.mkdir()
    shutil.copy2(binaries() / "pause", folder / "pause")
    return packed(folder, name)


def packed(folder: Path, name: str) -> Path:
    """Pack one folder as an image with one layer, as `docker save` would."""
    layer = folder / "layer.tar"
    with tarfile.open(layer, "w") as files:
        files.add(folder / "pause", "pause")
    digest = hashlib.sha256(layer.read_bytes()).hexdigest()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": ["/pause"], "User": "65535:65535"},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    whole = folder / "image.tar"
    with tarfile.open(whole, "w") as files:
        for part in ("manifest.json", "config.json", "layer.tar"):
            files.add(folder / part, part)
    return whole


def main(folder: Path, names: list[str]) -> int:
    """Build and save, with a docker daemon to talk to."""
    done = subprocess.run([sys.executable, ".ci/images.py", *names], check=False, cwd=ROOT)
    if done.returncode != 0:
        return done.returncode
    sys.path.insert(0, str(ROOT / ".ci"))
    from images import TABLE, version  # noqa: PLC0415 - only with a daemon

    for name in names:
        tag = f"{TABLE[name]['name']}:{version()}"
        made = folder / f".{name}.{os.getpid()}"
        subprocess.run(["docker", "save", "--output", made, tag], check=True)
        made.replace(folder / f"{name}.tar")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
