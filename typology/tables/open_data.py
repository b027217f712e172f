"""What the public ``datapackage.json`` says for data catalogues: the fields of DCAT-AP.de, as far as they are known.

Where Frictionless has a field of its own, that is used; the others carry the name of their property in DCAT-AP.de.
Title, description, licence and date come from the codebook, the others from ``open_data`` in ``website.yaml``. What
nobody has said is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from typology.content.catalogue import Content
from typology.content.site import OpenData
from typology.tables.info import StudyInfo

GERMAN = "http://publications.europa.eu/resource/authority/language/DEU"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
LEVEL = "http://dcat-ap.de/def/politicalGeocoding/Level/"
LICENCE = "http://dcat-ap.de/def/licenses/"
# Letters and digits of a licence as people write it → its short name, its text, its name in DCAT-AP.de.
LICENCES = {
    "ccby40": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/", "cc-by/4.0"),
    "cc010": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero"),
    "dldeby20": ("DL-DE-BY-2.0", "https://www.govdata.de/dl-de/by-2-0", "dl-by-de/2.0"),
    "dldezero20": ("DL-DE-ZERO-2.0", "https://www.govdata.de/dl-de/zero-2-0", "dl-zero-de/2.0"),
}


def licence_fields(licence: str) -> dict[str, Any]:
    """The licence for ``datapackage.json``; one that DCAT-AP.de knows with its text and its name there.

    >>> licence_fields("CC BY 4.0")["dct:license"]
    'http://dcat-ap.de/def/licenses/cc-by/4.0'
    >>> licence_fields("nur zur Ansicht")
    {'licenses': [{'title': 'nur zur Ansicht', 'name': 'nur-zur-Ansicht'}]}
    """
    if not licence:
        return {}
    known = LICENCES.get(re.sub(r"[^a-z0-9]", "", licence.lower()))
    if known is None:
        return {"licenses": [{"title": licence, "name": licence.replace(" ", "-")}]}
    name, text, catalogued = known
    return {"licenses": [{"title": licence, "name": name, "path": text}], "dct:license": LICENCE + catalogued}


def catalogue_fields(info: StudyInfo, settings: OpenData, content: Content) -> Mapping[str, Any]:
    """The fields of the public package beside its title, date and sources."""
    publisher = {"title": settings.publisher, "role": "publisher", "path": settings.homepage}
    fields = {
        "description": content.say("package_description", "de", question=info.question["de"], sample=info.sample["de"]),
        "contributors": [{key: value for key, value in publisher.items() if value}] if settings.publisher else [],
        **licence_fields(info.licence),
        "keywords": list(settings.keywords),
        "dct:language": GERMAN,
        "dct:modified": info.date,
        "dct:spatial": list(settings.spatial),
        "dcatde:politicalGeocodingLevelURI": LEVEL + settings.level if settings.level else "",
        "dcat:theme": [THEME + theme for theme in settings.themes],
        "dcat:contactPoint": settings.contact,
        "dcatde:contributorID": settings.contributor_id,
    }
    return {name: value for name, value in fields.items() if value}
