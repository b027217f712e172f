"""Renew the parts of the documentation that are made from the program: ``python docs/generate.py``.

A page marks them with ``<!-- made: name -->`` and ``<!-- end -->``. Pages under ``docs/pages/de`` get German parts.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import models
import pandas as pd
import rooms
import yaml
from models import Language

import typology
from typology.content.agenda import AgendaFile, CooperationFile
from typology.content.catalogue import (
    FieldsFile,
    GoalsFile,
    PainPointsFile,
    SizeClassesFile,
    TypesFile,
)
from typology.content.competences import CompetenceLevelsFile
from typology.content.council import CouncilPaperFile, SuccessFactorsFile
from typology.content.instruments import InstrumentsFile
from typology.content.portraits import PortraitsFile
from typology.content.questionnaire.wording import QuestionnaireFile
from typology.content.reading import validate
from typology.content.sender import SenderFile
from typology.content.site import EasyLanguage, ExonymsFile, GlossaryFile, SiteConfig, load_glossary
from typology.content.sources import SourcesFile, load_sources
from typology.content.spoken import SentencesFile
from typology.content.trainings import JobFamiliesFile, TrainingsFile
from typology.matching.numbers import declared
from typology.matching.wishes import Wishes
from typology.survey.codebook import PRESETS, Codebook
from typology.tables import reference

DOCS = Path(__file__).parent
ROOT = DOCS.parent
PAGES = DOCS / "pages"
PICTURE = PAGES / "images" / "rooms.svg"
FILES = {
    "sources.yaml": SourcesFile,
    "types.yaml": TypesFile, "portraits.yaml": PortraitsFile, "goals.yaml": GoalsFile, "fields.yaml": FieldsFile,
    "size_classes.yaml": SizeClassesFile,
    "pain_points.yaml": PainPointsFile, "instruments.yaml": InstrumentsFile, "agenda.yaml": AgendaFile,
    "cooperation.yaml": CooperationFile, "success_factors.yaml": SuccessFactorsFile,
    "council_paper.yaml": CouncilPaperFile, "job_families.yaml": JobFamiliesFile,
    "competence_levels.yaml": CompetenceLevelsFile, "trainings.yaml": TrainingsFile,
    "sender.yaml": SenderFile, "website.yaml": SiteConfig, "glossary.yaml": GlossaryFile, "exonyms.yaml": ExonymsFile,
    "leichte_sprache.yaml": EasyLanguage,
    "leichte_sprache_schwerpunkte.yaml": EasyLanguage,
    "questionnaire.yaml": QuestionnaireFile, "sentences/": SentencesFile,
}  # fmt: skip
PART = re.compile(r"(?<=<!-- made: )(\w+)( -->\n)(.*?)(?=<!-- end -->)", flags=re.S)


def codebook_example(language: Language) -> str:
    """The commented codebook of ``docs/example``, which the tests run through the check."""
    name = "codebook.yaml" if language == "en" else f"codebook.{language}.yaml"
    return f"```yaml\n{(DOCS / 'example' / name).read_text(encoding='utf-8')}```"


def codebook(language: Language) -> str:
    return models.model_sections([Codebook], language, 3)


def presets(language: Language) -> str:
    """The codes for missing answers that survey tools write."""
    head = {"en": "| preset | value | reason |", "de": "| Name | Wert | Grund |"}[language]
    empty = {"en": "(empty)", "de": "(leer)"}[language]
    rows = [
        f"| `{tool}` | {f'`{code}`' if code else empty} | `{why}` |"
        for tool, codes in PRESETS.items()
        for code, why in codes.items()
    ]
    return "\n".join([head, "|---|---|---|", *rows])


def content(language: Language) -> str:
    """Every content file with its models; a model that several files hold stands with the first."""
    done: list[str] = []
    parts = []
    for file, model in FILES.items():
        parts += [f"## {file}", ""]
        for part in models.reachable([model]):
            if part.__name__ not in done:
                done.append(part.__name__)
                parts.append("\n".join(models.section(part, language, 3)))
    return "\n".join(parts)


def wishes(language: Language) -> str:
    return models.model_sections([Wishes], language, 3)


def commands(language: Language) -> str:
    """From click, in a process that speaks this language."""
    done = subprocess.run(
        [sys.executable, str(DOCS / "commands.py"), language], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.rstrip()


def glossary(language: Language) -> str:
    """The words of the site and those of the program, in the order of the alphabet."""
    own = yaml.safe_load((DOCS / "glossary.yaml").read_text(encoding="utf-8"))
    of_leanings = (term for term in load_glossary(leanings=True) if term.only)
    terms = [*load_glossary(), *of_leanings, *validate(GlossaryFile, own, "docs/glossary.yaml").terms]
    said = sorted((term.term.of(language), term.meaning.of(language)) for term in terms)
    return "\n".join(f"{name}\n:   {meaning}\n" for name, meaning in sorted(said, key=lambda pair: pair[0].casefold()))


def sources(language: Language) -> str:
    """The register of sources; a source of second hand says after whom."""
    head = {
        "en": "| key | publisher, title, year | read | used for | found at |",
        "de": "| Schlüssel | wer, Titel, Jahr | gelesen | wofür | gefunden bei |",
    }[language]
    hands = {"en": {"erste": "first hand", "zweite": "second hand"}, "de": {"erste": "selbst", "zweite": "zweite Hand"}}
    rows = []
    for source in load_sources().values():
        read = [hands[language][source.hand], *([source.extent.of(language)] if source.extent else [])]
        cells = (f"`{source.key}`", source.printed(), ", ".join(read), source.used_for.of(language), source.address)
        rows.append(f"| {' | '.join(cell or '–' for cell in cells)} |")
    return "\n".join([head, "|---" * 5 + "|", *rows])


def rooms_table(language: Language) -> str:
    return rooms.rooms_table(language)


def public_names() -> Iterator[tuple[str, str, str]]:
    """Group, name and module of every public name, as ``typology/__init__.py`` groups them."""
    source = (ROOT / "typology" / "__init__.py").read_text(encoding="utf-8")
    block = re.search(r"^_PUBLIC = {\n(.*?)^}", source, flags=re.S | re.M)
    if block is None:
        raise LookupError("_PUBLIC")
    group = ""
    for line in block[1].splitlines():
        if line.strip().startswith("#"):
            group = line.strip("# ")
        elif name := re.match(r'\s+"(\w+)"', line):
            yield group, name[1], typology._PUBLIC[name[1]]


def _names(place: int) -> str:
    groups = list(dict.fromkeys(group for group, _, _ in public_names()))
    lines = []
    for group, name, module in public_names():
        if group == groups[place]:
            path = module if name == "figures" else f"{module}.{name}"
            heading = ["    options:", "      heading_level: 2"]
            lines += [f"::: {path}", *heading, ""]
    return "\n".join(lines)


def api_read(_: Language) -> str:
    return _names(0)


def api_groups(_: Language) -> str:
    return _names(1)


def api_types(_: Language) -> str:
    return _names(2)


def api_partners(_: Language) -> str:
    return _names(3)


def attacks(language: Language) -> str:
    """How many surveys were drawn and how many gave something away, as the last benchmark left it."""
    table = pd.read_csv(ROOT / "benchmarks" / "results" / "consent.csv", dtype=str)
    head = {"en": "| test | surveys drawn | gave something away |", "de": "| Test | gezogen | gaben etwas preis |"}
    rows = [f"| `{row.test}` | {row.surveys} | {row.failed} |" for row in table.itertuples()]
    return "\n".join([head[language], "|---|---:|---:|", *rows])


def numbers(_: Language) -> str:
    """The numbers of matching that were set by hand; entries of a table in one row."""
    rows: dict[str, tuple[list[str], str, str]] = {}
    for number in declared():
        name, _, entry = number.name.partition(".")
        values, _, _ = rows.setdefault(name, ([], number.unit, number.why))
        values.append(f"{entry.replace('.', ' ')} {number.value:g}".strip())
    lines = [f"| `{name}` | {'; '.join(values)} | {unit} | {why} |" for name, (values, unit, why) in rows.items()]
    return "\n".join(["| number | value | unit | why |", "|---|---|---|---|", *lines])


def gate_cost(language: Language) -> str:
    """What the gate leaves empty or coarse by how many may collude, as the last benchmark left it."""
    table = pd.read_csv(ROOT / "benchmarks" / "results" / "gate.csv", dtype={"colluding": str})
    asked = sorted(set(table["colluding"]))
    head = {"en": "| study, table | cells |", "de": "| Studie, Tabelle | Zellen |"}
    rows = []
    for (study, name), part in table.groupby(["study", "table"], sort=False):
        by = part.set_index("colluding")
        cells = [f"{by.at[n, 'empty']} ({by.at[n, 'coarse']})" for n in asked]
        rows.append(f"| {study}, `{name}` | {part['cells'].iloc[0]} | {' | '.join(cells)} |")
    return "\n".join([f"{head[language]} {' | '.join(asked)} |", "|---" + "|---:" * (len(asked) + 1) + "|", *rows])


PARTS: dict[str, Callable[[Language], str]] = {
    made.__name__: made
    for made in (
        codebook_example, codebook, presets, content, wishes, commands, glossary, sources, rooms_table,
        api_read, api_groups, api_types, api_partners, attacks, gate_cost, numbers,
    )
}  # fmt: skip


def renewed(path: Path) -> str:
    """The page with its made parts as they would be made now."""
    language: Language = "de" if path.parent.name == "de" else "en"

    def part(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}\n{PARTS[found[1]](language).rstrip()}\n\n"

    return PART.sub(part, path.read_text(encoding="utf-8"))


def pages() -> dict[Path, str]:
    """Every file of the documentation that holds something made, with the text that it should have."""
    found = {path: renewed(path) for path in sorted(PAGES.rglob("*.md")) if "<!-- made: " in path.read_text("utf-8")}
    return found | {reference.PAGE: reference.reference_page(), PICTURE: rooms.rooms_picture()}


if __name__ == "__main__":
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(path.relative_to(ROOT).as_posix())
