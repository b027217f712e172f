"""Job families and areas of competence that a codebook asks about and no content names."""

from __future__ import annotations

from typology.content.catalogue import Content
from typology.content.trainings import load_job_families
from typology.errors import Findings, nearest
from typology.survey.codebook import Codebook
from typology.writing import Said

ROLES = ("competence_soll", "competence_ist")
UNKNOWN = {"family": "survey.unknown_family", "area": "survey.unknown_area"}


def note_unknown_families(codebook: Codebook, content: Content, found: Findings) -> None:
    """A warning for each of them: it is printed by its key, and no offer is made for it."""
    asked = [
        (f"blocks.{number}.columns.{item}", *item.partition(".")[::2])
        for number, block in enumerate(codebook.blocks)
        if block.role in ROLES
        for item in block.columns
    ]
    if not asked:
        return
    file = load_job_families(content.folder)
    known = {"family": [item.key for item in file.families], "area": [item.key for item in file.areas]}
    told = set()
    for place, family, area in asked:
        for what, key in (("family", family), ("area", area)):
            if key in known[what] or (what, key) in told:
                continue
            told.add((what, key))
            names = nearest(key, known[what], 1) or known[what]
            expected = Said("content.perhaps" if len(names) == 1 else "content.one_of", names=", ".join(names))
            found.warning("inhalt", Said(UNKNOWN[what]), column=place, value=key, expected=expected)
