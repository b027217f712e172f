"""Files that are damaged or made to do harm, one per number, and every door through which a file comes in.

``make_input(door, number)`` gives the same bytes everywhere, so that what is found once can be tried again.
"""

from __future__ import annotations

import copy
import csv
import functools
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from miniature import CODEBOOK, REGISTER, table_text, write_folder

ROOT = Path(__file__).parents[1]
CONTENT = ROOT / "typology" / "content"
# What programs trip over: signs with a meaning, numbers at the edge, words that mean something to some reader.
SEEDS: tuple[bytes, ...] = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u202e".encode(), b"\x1b[2J", b"\r", b"\n\n",
    b'"', b"'", b"\\", b";", b",", b"\t", b":", b"- ", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"<<: *a", b"!!python/x:",
    b"%", b"#", b"|", b">", b"-1", b"1e999", b"NaN", b"-Infinity", b"9" * 400, b"0x1", b"null", b"~", b"true", b"TODO",
    b"../../etc/passwd", b"/dev/zero", b"=cmd|' /C calc'!A0", b"<script>", b"<!ENTITY a 'b'>", b"&lt;", b"a" * 5000,
    b"[" * 300, b"{a: " * 300, b"2026-02-30", b"${name}", b"{0}", b"%s", b"nan", b"inf",
)  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A place where files come in: what stands there when all is well, its name, and who reads it.

    ``extra`` writes what else must lie beside the file; ``slow``: a process of its own reads it. ``sealed`` gives a
    content that was changed the mark of its own that the reader asks for, so that it looks further.
    """

    name: str
    file: str
    whole: Callable[[], bytes]
    read: Callable[[Path], object]
    extra: Callable[[Path], object] = lambda folder: None
    slow: bool = False
    sealed: Callable[[Any], Any] = lambda content: content


def mutate(data: bytes, draw: random.Random) -> bytes:
    """The bytes with one to four changes: cut, doubled, turned, or with a seed put in."""
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        here = draw.randrange(len(data) + 1)
        there = min(len(data), here + draw.choice((1, 2, 8, 60, 400)))
        kind = draw.randrange(7)
        if kind == 0:
            data = data[:here] + draw.choice(SEEDS) + data[here:]
        elif kind == 1:
            data = data[:here] + draw.choice(SEEDS) + data[there:]
        elif kind == 2:
            data = data[:here] + data[there:]
        elif kind == 3:
            data = data[:there] + data[here:there] + data[there:]
        elif kind == 4:
            data = data[:here] + bytes([draw.randrange(256)]) + data[here + 1 :]
        elif kind == 5:
            data = data[:here]
        else:
            lines = data.split(b"\n")
            one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            data = b"\n".join(lines)
    return data


def make_input(door: Door, number: int) -> bytes:
    """The input of that number for a door; number 0 is the whole file.

    Odd numbers change bytes, and most readers refuse them at once. Even ones keep the form of the file and change what
    stands in it, which only the rules behind the reader can notice.
    """
    draw = random.Random(f"{door.name} {number}")
    if number == 0:
        return door.whole()
    write = WRITERS.get(Path(door.file).suffix)
    return mutate(door.whole(), draw) if number % 2 or write is None else write(door, draw)


# What may stand where something else was expected.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 1.5, 1e300, float("inf"), float("nan"), 10**30, "", " ", "a", "a" * 5000, "-1", "3,5",
    "NaN", "null", "TODO", "2026-02-30", "../../etc/passwd", "/dev/zero", "${name}", "{0}", "%s", "=1+1", "<b>",
    "\u202e", "ä\n", "90051004", [], [None], [[]], {}, {"a": None}, {"": ""}, {"de": "a"}, ["a", "a"],
)  # fmt: skip


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of plain data: what holds it, and its key or number there."""
    held = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in held:
        yield content, name
        yield from _places(value)


def rewritten(content: Any, draw: random.Random) -> Any:
    """Plain data with one to three places changed: another value, gone, twice, renamed, or that of another place."""
    content = copy.deepcopy(content)
    for _ in range(draw.choice((1, 1, 2, 3))):
        places = list(_places(content))
        if not places:
            return content
        holder, name = draw.choice(places)
        kind = draw.randrange(5)
        if kind == 0:
            del holder[name]
        elif kind == 1:
            other, there = draw.choice(places)
            holder[name] = copy.deepcopy(other.get(there) if isinstance(other, dict) else other[there % len(other)])
        elif kind == 2 and isinstance(holder, list):
            holder.insert(name, copy.deepcopy(holder[name]))
        elif kind == 3 and isinstance(holder, dict):
            holder[draw.choice(("", "a", " ", name.upper() if isinstance(name, str) else 1, 1, True))] = holder.pop(
                name
            )
        else:
            holder[name] = copy.deepcopy(draw.choice(VALUES))
    return content


def _as_json(door: Door, draw: random.Random) -> bytes:
    return json.dumps(door.sealed(rewritten(_parsed(door), draw))).encode()


def _as_yaml(door: Door, draw: random.Random) -> bytes:
    return yaml.safe_dump(rewritten(_parsed(door), draw), allow_unicode=True, sort_keys=False).encode()


def _as_table(door: Door, draw: random.Random) -> bytes:
    """Cells changed; rows and columns gone, twice or in another order."""
    rows = rewritten(_parsed(door), draw)
    out = io.StringIO()
    cells = [
        [cell if isinstance(cell, str) else json.dumps(cell) for cell in row] for row in rows if isinstance(row, list)
    ]
    csv.writer(out, delimiter=_delimiter(door), lineterminator="\n").writerows(cells)
    return out.getvalue().encode()


def _as_workbook(door: Door, draw: random.Random) -> bytes:
    """A whole archive, of which one part was changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(door.whole())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = draw.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(zipfile.ZipInfo(name), mutate(part, draw) if name == chosen else part)
    return out.getvalue()


def _delimiter(door: Door) -> str:
    return ";" if b";" in door.whole().splitlines()[0] else ","


WRITERS = {".json": _as_json, ".yaml": _as_yaml, ".csv": _as_table, ".xlsx": _as_workbook}


@functools.cache
def _parsed(door: Door) -> Any:
    """The whole file of a door as plain data."""
    text, suffix = door.whole().decode("utf-8-sig"), Path(door.file).suffix
    if suffix == ".csv":
        return list(csv.reader(io.StringIO(text), delimiter=_delimiter(door)))
    return json.loads(text) if suffix == ".json" else yaml.safe_load(text)


@contextmanager
def prepared(door: Door, folder: Path) -> Iterator[Callable[[int], object]]:
    """``try_one(number)`` writes the input of that number where the door expects it, and has it read."""
    folder.mkdir(parents=True, exist_ok=True)
    door.extra(folder)
    path = folder / door.file
    path.parent.mkdir(parents=True, exist_ok=True)

    def try_one(number: int) -> object:
        path.write_bytes(make_input(door, number))
        return door.read(path)

    yield try_one
    shutil.rmtree(folder)


def _survey(path: Path) -> object:
    from typology.survey.survey import check_survey

    folder = next(place for place in path.parents if (place / "codebook.yaml").exists())
    return check_survey(folder).n_errors


def _codebook(path: Path) -> object:
    from typology.content.reading import read_yaml
    from typology.survey.codebook import read_codebook
    from typology.survey.open_places import open_places

    return read_codebook(path), open_places(read_yaml(path))


def _draft(path: Path) -> object:
    from typology.survey.draft.codebook_draft import draft_codebook

    return draft_codebook(path)


def _register(path: Path) -> object:
    from typology.register.register import read_register

    return read_register(path, "table").bodies


def _structure(path: Path) -> object:
    from typology.survey.structure import read_structure

    return read_structure(path)


def _syntax(path: Path) -> object:
    from typology.survey.spss_syntax import read_syntax

    return read_syntax(path)


def _typology(path: Path) -> object:
    from typology.types.typology import load_typology

    return load_typology(path)


def _wishes(path: Path) -> object:
    from typology.matching.wishes import read_wishes

    return read_wishes(path)


def _competences(path: Path) -> object:
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import read_competences

    return read_competences(path, "90001000", load_job_families())


def _content(path: Path) -> object:
    from typology.content.catalogue import load_content

    load_content.cache_clear() if hasattr(load_content, "cache_clear") else None
    return load_content(path.parent)


def _website(path: Path) -> object:
    from typology.content.site import load_site_config

    return load_site_config(path.parent)


def _study(path: Path) -> object:
    from typology.study.workflow import read_study

    folder = next(place for place in path.parents if (place / "internal").is_dir())
    return read_study(folder, only=("types",))


def _seal(path: Path) -> object:
    from typology.files.seals import changes, read_seal

    return read_seal(path.parent), changes(path.parent)


def _with_version(content: Any) -> Any:
    """A typology that was changed, with the version that belongs to what stands in it now."""
    from typology.types.typology_file import fingerprint

    if not isinstance(content, dict) or not isinstance(content.get("version"), str):
        return content
    try:
        mark = fingerprint(content)
    except ValueError:  # numbers that no file may hold
        return content
    return content | {"version": content["version"][:-8] + mark}


@functools.cache
def _lss() -> bytes:
    from typology.content.questionnaire.build import build_questionnaire
    from typology.content.questionnaire.limesurvey import limesurvey_text

    return limesurvey_text(build_questionnaire(None, limit=3, key="a"), "de").encode()


@functools.cache
def _template() -> bytes:
    from typology.content.trainings import load_job_families
    from typology.matching.action.competence_file import competence_template

    return competence_template(load_job_families(), "de").encode()


@functools.cache
def _frozen() -> bytes:
    return (ROOT / "tests" / "data" / "version-0.1" / "study" / "internal" / "typology.json").read_bytes()


def _old_study(folder: Path) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "version-0.1" / "study", folder / "study", dirs_exist_ok=True)


def _old(name: str) -> Callable[[], bytes]:
    return functools.cache(lambda: (ROOT / "tests" / "data" / "version-0.1" / "study" / "internal" / name).read_bytes())


@functools.cache
def _workbook() -> bytes:
    import datetime as dt
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})
        sheet = book.add_worksheet()
        for number, row in enumerate(table_text().splitlines()):
            sheet.write_row(number, 0, [cell.strip('"') for cell in row.split(";")])
    return out.getvalue()


@functools.cache
def _spss() -> bytes:
    import tempfile

    import pandas as pd
    import pyreadstat

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "t.sav"
        answers = pd.DataFrame({"q": [1.0, 2.0, None], "ort": ["Ulm", "Köln", ""]})
        pyreadstat.write_sav(answers, path, variable_value_labels={"q": {1.0: "ja", 2.0: "nein"}})
        return path.read_bytes()


def _table(path: Path) -> object:
    from typology.files.formats import read_table

    return read_table(path).frame


SYNTAX = (
    b"GET DATA /TYPE=TXT /FILE='t.dat' /DELIMITERS=',' /VARIABLES=v1 F2 v2 A20.\n"
    b"VARIABLE LABELS v1 'Ziel'.\nVARIABLE LABELS v2 \"Ort\".\nVALUE LABELS v1 1 'ja' 2 'nein'.\n"
    b"MISSING VALUES v1 (9).\n"
)
WISHES = b"""weights: {similar: {size: 0.4, goals: 0.3}}
wishes:
  - {key: "90051004", list: similar, pin: ["90051006"], exclude: ["90051009"]}
teams: {together: [["90051004", "90052001"]], apart: [["90051004", "90051009"]]}
"""
SEAL_TEXT = json.dumps(
    {"format": "seal/1", "made": "site", "survey": "a", "files": {"a": "0" * 64, "b/c": "1" * 64}}
).encode()

DOORS = (
    Door("answers", "responses.csv", lambda: table_text().encode("utf-8-sig"), _survey, write_folder),
    Door("codebook of a survey", "codebook.yaml", lambda: _book(), _survey, write_folder),
    Door("codebook", "codebook.yaml", lambda: _book(), _codebook),
    Door("draft of a codebook", "export.csv", lambda: table_text().encode("utf-8-sig"), _draft),
    Door("register", "register.csv", lambda: REGISTER.encode(), _register),
    Door("LimeSurvey structure", "t.lss", _lss, _structure),
    Door("SPSS syntax", "t.sps", lambda: SYNTAX, _syntax),
    Door("typology", "typology.json", _frozen, _typology, sealed=_with_version),
    Door("wishes", "wishes.yaml", lambda: WISHES, _wishes),
    Door("competences", "90001000.csv", _template, _competences),
    Door("content", "content/goals.yaml", lambda: (CONTENT / "goals.yaml").read_bytes(), _content),
    Door("website", "content/website.yaml", lambda: (CONTENT / "website.yaml").read_bytes(), _website),
    Door("record of a study", "study/internal/run.json", _old("run.json"), _study, _old_study),
    Door("list of tables", "study/internal/datapackage.json", _old("datapackage.json"), _study, _old_study),
    Door("table", "study/internal/tables/types.csv", _old("tables/types.csv"), _study, _old_study),
    Door("workbook", "t.xlsx", _workbook, _table, slow=True),
    Door("SPSS file", "t.sav", _spss, _table, slow=True),
    Door("seal", ".typology.json", lambda: SEAL_TEXT, _seal),
)


@functools.cache
def _book() -> bytes:
    return yaml.safe_dump(CODEBOOK, allow_unicode=True, sort_keys=False).encode()
