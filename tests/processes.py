"""Processes of this machine, by what they were started with, and whether they still run."""

from __future__ import annotations

from pathlib import Path


def all_processes() -> list[int]:
    """Give the numbers of all."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def command_of(pid: int) -> str:
    """Give the command line of a process, nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def running(*marks: str) -> list[int]:
    """Give the processes whose command line has all of these words."""
    return [pid for pid in all_processes() if all(mark in command_of(pid) for mark in marks)]


def is_gone(pid: int) -> bool:
    """Tell whether a process is no more with all its threads, whether anybody has taken note of its end or not."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return True
    return facts.rpartition(")")[2].split()[0] == "Z" and len(threads) <= 1


def is_stopped(pid: int) -> bool:
    """Tell whether a process runs none of its threads: the signal only asks them to stop."""
    try:
        told = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        # One of its threads ends just now.
        return False
    return bool(told) and all(facts.rpartition(")")[2].split()[0] == "T" for facts in told)
