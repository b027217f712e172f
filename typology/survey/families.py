"""What a codebook asks about and no content names: fields, pain points, projects, job families, areas of competence."""

from __future__ import annotations

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content
from typology.content.trainings import load_job_families
from typology.errors import Findings, nearest
from typology.survey.codebook import Codebook
from typology.writing import Said

ROLES = ("competence_soll", "competence_ist")
UNKNOWN = {"family": "survey.unknown_family", "area": "survey.unknown_area"}


def note_unknown_items(codebook: Codebook, content: Content, found: Findings) -> None:
    """A warning for each field, pain point and project that no content names, which mostly are misspelt."""
    steps = load_agenda(content.folder).steps
    known = {
        "stand": [field.key for field in content.fields],
        "pain_point": [point.key for point in content.pain_points],
        "project": [*(step.key for step in steps), *(i for step in steps for a in step.suits.answers for i in a.items)],
    }
    known["wichtig"] = known["stand"]
    for number, block in enumerate(codebook.blocks):
        for item in block.columns if block.role in known else ():
            if item not in known[block.role]:
                meant = nearest(item, known[block.role], 1)
                found.warning(
                    "inhalt", Said("survey.unknown_item"), column=f"blocks.{number}.columns.{item}", value=item,
                    expected=Said("content.perhaps", names=meant[0]) if meant else "",
                )  # fmt: skip


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
