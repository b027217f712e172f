"""The content folder of a survey, looked at as a whole before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from typology.content.agenda import load_agenda, load_cooperation
from typology.content.catalogue import Content, load_content
from typology.content.competences import load_competence_levels
from typology.content.council import load_council_paper, load_success_factors
from typology.content.instruments import load_instruments
from typology.content.own_files import find_misnamed
from typology.content.questionnaire.wording import load_questionnaire
from typology.content.sender import load_sender
from typology.content.site import load_easy_language, load_exonyms, load_glossary, load_site_config
from typology.content.trainings import load_job_families, load_trainings
from typology.errors import ContentError, Findings, nearest
from typology.writing import Said

#: File → what reads it; the files of the catalogue itself are read first of all.
READERS: dict[str, Callable[[Path], object]] = {
    "agenda.yaml": load_agenda,
    "cooperation.yaml": load_cooperation,
    "success_factors.yaml": load_success_factors,
    "council_paper.yaml": load_council_paper,
    "job_families.yaml": load_job_families,
    "competence_levels.yaml": load_competence_levels,
    "trainings.yaml": load_trainings,
    "instruments.yaml": load_instruments,
    "questionnaire.yaml": load_questionnaire,
    "sender.yaml": load_sender,
    "website.yaml": load_site_config,
    "glossary.yaml": load_glossary,
    "exonyms.yaml": load_exonyms,
    "leichte_sprache.yaml": load_easy_language,
    "leichte_sprache_schwerpunkte.yaml": partial(load_easy_language, leanings=True),
}


def own_content(folder: Path) -> Content:
    """The words of a survey with those of its own content folder.

    Raises
    ------
    ContentError : a file is wrong, or has a name by which nothing is read; what is wrong in several is said at once.
    """
    found = Findings()
    find_misnamed(folder, found)
    found.raise_if_failed(ContentError, "content.files_not_read")
    content, said = load_content(folder), load_content().sentences
    for key in sorted(content.sentences.keys() - said.keys()):
        message, meant = Said("content.sentence_not_said"), nearest(key, said, 1)
        expected = Said("content.perhaps", names=meant[0]) if meant else ""
        found.at("content/sentences").error("inhalt", message, column=key, expected=expected)
    for name, read in READERS.items():
        if (folder / name).is_file():
            try:
                read(folder)
            except ContentError as error:
                found.add(error.problems)
                if not error.problems:
                    raise
    found.raise_if_failed(ContentError, "content.files_do_not_fit")
    return content
