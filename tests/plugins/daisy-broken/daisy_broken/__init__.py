"""Needs a library that is nowhere."""

import a_library_that_nobody_has  # noqa: F401 - the fault under test
