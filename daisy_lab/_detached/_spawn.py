"""The first thing a session's process does, as a script of its own: it leaves the process that started it.

The page's kernel may end at any time, and whoever ends it may end its children, too. So the session becomes nobody's
child and the leader of its own process group before anything is loaded.
"""

from __future__ import annotations

import os
import sys

if os.fork():
    os._exit(0)
os.setsid()

from daisy_lab._detached._process import main  # noqa: E402 - not before the fork: loading starts threads

sys.exit(main(sys.argv[1:]))
