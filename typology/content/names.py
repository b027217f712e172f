"""What a municipality is called in lists: its name may say its place, and a place may be a word of the language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typology.writing import Language


def name_in(item: Mapping[str, Any], language: Language) -> str:
    """What a municipality in a list is called in a language.

    >>> name_in({"name": "Altau (Landkreis)", "names": {"en": "Altau (district)"}}, "en"), name_in({"name": "Au"}, "en")
    ('Altau (district)', 'Au')
    """
    return str(item.get("names", {}).get(language) or item["name"])
