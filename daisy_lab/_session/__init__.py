"""Sessions: store, engine and ledger together, and what a named one keeps on disk."""

from daisy_lab._session._files import run_to_file
from daisy_lab._session._follow import follow_to_file
from daisy_lab._session._session import Session

__all__ = ["Session", "follow_to_file", "run_to_file"]
