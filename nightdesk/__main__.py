"""`python -P -m nightdesk …`: the command, in an interpreter of one's choice."""

from __future__ import annotations

import sys

from nightdesk import main

if __name__ == "__main__":
    sys.exit(main())
