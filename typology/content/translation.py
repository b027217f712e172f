"""What a translator needs for another language: one file with every text of the program, ready to be filled.

``python -m typology.content.translation nl > nl.yaml`` prints it: each text by its place, the English to be translated
and the German as a comment above. The finished file stands in ``typology/content/languages`` or in the folder that
``TYPOLOGY_LANGUAGES`` names, and its name is the code of the language. Tools for translators read such files (YAML,
one language to a file); what is missing in it is said in English.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from typology.content.reading import FOLDER, places, read_yaml
from typology.writing import Language, added_texts


def all_texts() -> dict[str, dict[Language, Any]]:
    """Every text by its place, in German and English: what is printed, and what the program says.

    >>> all_texts()["types.bedaechtige.short"]
    {'de': 'Bedächtige', 'en': 'Thoughtful'}
    """
    found: dict[str, dict[Language, Any]] = {}
    for path in sorted(FOLDER.rglob("*.yaml")):
        where = path.relative_to(FOLDER)
        if where.parts[0] == "messages":
            found |= places(read_yaml(path), f"messages.{path.stem}")
        elif where.parts[0] != "languages":
            found |= places(read_yaml(path), where.as_posix())
    return found


def template(language: Language) -> Iterator[str]:
    """The lines of a file for one language: what it has already, else the English."""
    done = added_texts(language)
    for place, texts in all_texts().items():
        said = done.get(place, texts["en"])
        yield f"# {_plain(texts['de'])}"
        yield f"{place}: {_plain(said)}"


def missing(language: Language) -> list[str]:
    """The places that the file of an added language lacks.

    >>> missing("en")
    []
    """
    done = added_texts(language)
    return [place for place in all_texts() if place not in done] if done else []


def _plain(text: Any) -> str:
    """A text or a list of texts on one line of YAML."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    print("\n".join(template(sys.argv[1])))
