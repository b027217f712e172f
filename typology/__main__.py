"""``python -m typology``."""

from __future__ import annotations

from typology.cli import main

if __name__ == "__main__":
    main()
