"""The sentences that sheets, site and commands print, and those that a survey replaces."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field

from typology.content.reading import FOLDER, Key, Strict, Text, read_yaml, validate, with_languages
from typology.errors import ContentError, Findings
from typology.writing import Said


class SentencesFile(Strict):
    """A file in ``sentences/``. One of the survey's own replaces single sentences, not all."""

    sentences: dict[Key, Text] = Field(description="name of the sentence → its text; words in braces are filled in")


def read_sentences(overlay: Path | None) -> dict[str, Text]:
    """All sentences by their key, those of the survey's own folder ``sentences`` before the shipped ones.

    Raises
    ------
    ContentError : a file is wrong, a sentence is given twice, or its placeholders differ between the languages.
    """
    sentences: dict[str, Text] = {}
    for path in sorted((FOLDER / "sentences").glob("*.yaml")):
        part = _sentences_of(path)
        twice = sentences.keys() & part.keys()
        if twice:
            raise ContentError(Said("content.sentences_twice", name=path.name, keys=", ".join(sorted(twice))))
        sentences |= part
    if overlay is not None and (overlay / "sentences").is_dir():
        for path in sorted((overlay / "sentences").glob("*.yaml")):
            sentences |= _sentences_of(path)
    found = Findings("sentences")
    for key, text in sentences.items():
        german, *others = (set(re.findall(r"{(\w+)", part)) for part in text.all().values())
        for other in others:
            if german != other:
                message = Said("content.placeholders_differ")
                found.error("inhalt", message, column=key, value=", ".join(sorted(german ^ other)))
    found.raise_if_failed(ContentError, "content.sentences_have_errors")
    return sentences


def _sentences_of(path: Path) -> dict[Key, Text]:
    name = f"sentences/{path.name}"
    return validate(SentencesFile, with_languages(read_yaml(path), name), name).sentences
