"""What a template is handed of a sheet: it goes through all that it gets."""

from __future__ import annotations

from typing import Any

TOLD_OTHERWISE: dict[str, tuple[str, ...]] = {
    "municipality-short": (
        "agenda", "complementary", "cooperation", "map", "pain_points", "similar", "standing_rule", "team",
    ),
    "municipality-full": ("agenda", "map", "standing_rule"),
    "municipality-council": (
        "agenda", "complementary", "cooperation", "goals", "map", "pain_points", "similar", "standing_rule", "team",
    ),
}  # fmt: skip
"""Parts of a view that a template does not read, as it prints nothing of them or finished lines made of them."""


def printed(data: dict[str, Any]) -> dict[str, Any]:
    """What :func:`.text.sheet_data` gives, without what the template does not read."""
    left_out = TOLD_OTHERWISE.get(data["template"], ())
    return data | {"view": {part: data["view"][part] for part in data["view"] if part not in left_out}}
