"""``typology`` and ``python -m typology``: the way in, which ends without a trace also where it is stopped at once."""

from __future__ import annotations

import sys

try:
    from typology.commands.verbs import main
except KeyboardInterrupt:  # before there are words to say it
    sys.exit(130)

if __name__ == "__main__":
    main()
