"""`python -m bot`."""

from __future__ import annotations

import os
import sys

from bot.cli import main

if __name__ == "__main__":
    # Whatever is written holds what citizens said: for this user's eyes only.
    os.umask(0o077)
    sys.exit(main())
