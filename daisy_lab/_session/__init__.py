"""Sessions: store, engine and ledger together, and what a named one keeps on disk."""

from daisy_lab._session._files import run_to_file
from daisy_lab._session._session import Session

__all__ = ["Session", "run_to_file"]
