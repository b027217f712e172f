"""``python -m typology``."""

from __future__ import annotations

from typology.commands.verbs import main

if __name__ == "__main__":
    main()
