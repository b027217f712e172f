"""One truth with all that makes exports hard to read, and what an unedited draft makes of each tool's export of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from filled import dump, fill, load

from typology.content.questionnaire.form import Filled, Part, Question, Questionnaire, State
from typology.content.reading import Text
from typology.errors import TypologyError
from typology.files.formats import read_table
from typology.files.table import Table
from typology.simulation.export.layout import Export
from typology.simulation.export.tools import write_export
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.open_places import is_open
from typology.survey.opening import open_responses
from typology.survey.report import Journal
from typology.survey.rows import rows_that_count
from typology.survey.survey import read_survey

N = 40
Asking = Literal["ticks", "selection", "matrix"]
# Tools whose exports do not say who reached the end: all who began are in the file.
WITHOUT_COMPLETION = ("surveymonkey",)
LEFT_OPEN = "left to the researcher"
PARTS = ("goals", "ratings", "consent", "id", "respondents")
# Options with the signs by which tools separate them.
GOALS = (
    ("Rechtssicherheit", "Legal certainty"),
    ("Nähe, auch am Wochenende", "Closeness, also at weekends"),
    ("Daten (offen; geteilt)", "Data (open; shared)"),
    ("Effizienz & Tempo", "Efficiency & speed"),
    ("Teilhabe; Mitsprache", "Participation; having a say"),
    ("Klima", "Climate"),
    ("Wirtschaft / Standort", "Economy / location"),
    ("Bildung - für alle", "Education - for everybody"),
    ("IT-Sicherheit", "IT security"),
)
STAND = ("Straßen und Wege", "Schulen", "Bürgerservices (online)", "Energie, Wasser", "Gesundheit")
AGREE = (
    ("trifft nicht zu", "strongly disagree"),
    ("trifft eher nicht zu", "disagree"),
    ("teils/teils", "neither agree nor disagree"),
    ("trifft eher zu", "agree"),
    ("trifft zu", "strongly agree"),
)
IMPORTANT = (
    ("unwichtig", "not important"),
    ("eher unwichtig", "slightly important"),
    ("eher wichtig", "important"),
    ("sehr wichtig", "very important"),
)
WISHES = (("Beratung vor Ort", "Advice on site"), ("Geld", "Money"), ("Austausch, Vorbilder", "Exchange, examples"))
PURPOSES = {
    "listed": ("Unsere Kommune darf öffentlich genannt werden", "Our municipality may be named in public"),
    "answers": ("Unsere Antworten dürfen veröffentlicht werden", "Our answers may be published"),
    "contact": ("Wir dürfen per E-Mail kontaktiert werden", "We may be contacted by e-mail"),
}
ROWS = (
    ("Name und Typ der Kommune werden veröffentlicht.", "Name and type of the municipality are published."),
    ("Die Antworten werden mit dem Namen veröffentlicht.", "The answers are published with the name."),
    ("Andere Kommunen erhalten das Funktionspostfach.", "Other municipalities receive the functional mailbox."),
)
REMARKS = (
    "",
    'Wir fangen gerade erst an.\nDas Leitbild heißt „Nah dran"; es gilt seit 2024.',
    "",
    "=siehe Anlage, Seite 2",
)
YES_NO = (Part("ja", "Y", Text(de="Ja", en="Yes")), Part("nein", "N", Text(de="Nein", en="No")))


def questionnaire(asking: Asking) -> Questionnaire:
    """Key, name, goals, two matrices, ticks beside the goals, a number, consent, a remark."""

    def text(pair: tuple[str, str]) -> Text:
        return Text(de=pair[0], en=pair[1])

    def parts(pairs: Sequence[tuple[str, str]], code: str = "SQ00", keys: Sequence[str] = ()) -> tuple[Part, ...]:
        names = keys or [str(number) for number in range(1, len(pairs) + 1)]
        return tuple(
            Part(name, f"{code}{n}", text(pair)) for n, (name, pair) in enumerate(zip(names, pairs, strict=True), 1)
        )

    def one(code: str, role: str, asked: Any, words: tuple[str, str]) -> Question:
        return Question(code, role, asked, text(words), (Part("x", "SQ001", text(words)),))

    fields = parts([(name, f"{name} (en)") for name in STAND])
    may = ("Worin willigen Sie ein?", "What do you agree to?")
    if asking == "matrix":
        consent = [Question("C1", "consent", "matrix", text(may), parts([*ROWS], keys=[*PURPOSES]), YES_NO)]
    elif asking == "ticks":
        consent = [Question("EW", "consent", "multiple", text(may), parts([*PURPOSES.values()], keys=[*PURPOSES]))]
    else:
        consent = [
            replace(one(f"C{n}", "consent", "single", (f"{words[0]}?", f"{words[1]}?")), steps=YES_NO)
            for n, words in enumerate(PURPOSES.values(), start=1)
        ]
        consent = [
            replace(item, items=(replace(item.items[0], key=purpose),))
            for item, purpose in zip(consent, PURPOSES, strict=True)
        ]
    return Questionnaire(
        "befragung",
        Text(de="Digitale Ziele", en="Digital goals"),
        (
            one("AGS", "id", "text", ("Amtlicher Gemeindeschlüssel (AGS)", "Official municipality key (AGS)")),
            one("NAME", "name", "text", ("Name der Kommune", "Name of the municipality")),
            Question(
                "Z1",
                "goal",
                "multiple",
                text(
                    (
                        "Welche Ziele verfolgen Sie mit der Digitalisierung? (höchstens drei)",
                        "Which goals do you pursue with digitalisation? (at most three)",
                    )
                ),
                parts(GOALS, keys=[f"g{n}" for n in range(1, 10)]),
                limit=3,
                other=True,
            ),
            Question(
                "F1", "stand", "matrix", text(("Wir sind hier schon weit", "We are well advanced here")), fields,
                parts(AGREE, "A"),
            ),
            Question(
                "F2", "wichtig", "matrix", text(("Wie wichtig ist Ihnen das Feld?", "How important is this field?")),
                fields,
                parts(IMPORTANT, "A"),
            ),
            Question("W1", "remark", "multiple", text(("Was hilft Ihnen?", "What helps you?")), parts(WISHES)),
            one("S9", "structure", "number", ("Wie viele Beschäftigte haben Sie?", "How many staff do you have?")),
            *consent,
            one("B1", "remark", "text", ("Möchten Sie noch etwas sagen?", "Anything else?")),
        ),
    )  # fmt: skip


def truth(asking: Asking = "ticks") -> Filled:
    """Forty-four copies: four broke off; of the others one is a test, one ticked nothing, one was never asked."""
    form = questionnaire(asking)
    picked = [
        sorted({(i * 4) % 9, (i * 5 + i // 9) % 9, (i * 2 + i // 5) % 9}) if i % 5 else [(i + i // 5) % 9]
        for i in range(N + 4)
    ]
    picked[0], picked[17] = [0, 4], []
    rows = []
    for i in range(N + 4):
        row: dict[str, object] = {"AGS.x": f"0{3151001 + 7 * i}", "NAME.x": f"Neustadt {'am Berg' * (i % 2)} {i:02}"}
        row |= {f"Z1.g{n + 1}": n in picked[i] for n in range(9)}
        row["Z1.other"] = f"Feuerwehr, Löschzug {i}" if i in (3, 11, 29) else State.NOT_ANSWERED
        for n in range(1, 6):
            # nobody chose the middle for the first field
            step = (1, 2, 4, 5)[(i + i // 4) % 4] if n == 1 else 1 + (i * n + i // 3) % 5
            row[f"F1.{n}"] = str(step) if (i + n) % 19 else State.NOT_ANSWERED
            row[f"F2.{n}"] = str(1 + (i * (n + 1) + i // 5) % 4) if (i + n) % 23 else State.NOT_ANSWERED
        row |= {f"W1.{n}": (i + i // 3) % (n + 1) == 0 for n in (1, 2, 3)}
        row["S9.x"] = str(40 + 37 * i)
        for n, purpose in enumerate(PURPOSES):
            agrees = (i * 7 + i // 3 + n) % 5 < 3
            key = f"EW.{purpose}" if asking == "ticks" else f"C{1 if asking == 'matrix' else n + 1}.{purpose}"
            row[key] = agrees if asking == "ticks" else "ja" if agrees else "nein"
        row["B1.x"] = REMARKS[i % 4] or State.NOT_ANSWERED
        rows.append(row)
    answers = pd.DataFrame(rows, dtype=object, index=range(1, N + 5))
    answers.loc[6, ["AGS.x", "NAME.x", "B1.x"]] = ["99999999", "TEST", "TEST"]
    answers.loc[24, [name for name in answers if name.startswith("Z1.")]] = State.NOT_SHOWN
    broken = [5, 14, 30, 44]
    place = answers.columns.get_loc("F1.3")
    answers.iloc[[row - 1 for row in broken], place:] = State.NOT_SHOWN
    done = pd.Series(~answers.index.isin(broken), index=answers.index)
    stamps = [f"2026-03-{2 + i // 3:02}T{8 + i % 9:02}:{(i * 17) % 60:02}:07+01:00" for i in range(N + 4)]
    return Filled(form, answers, done, pd.Series(stamps, index=answers.index))


def in_order(filled: Filled, rows: Sequence[int]) -> Filled:
    """The same copies in another order, or some of them; ``rows`` are numbers of the index."""
    return replace(
        filled,
        answers=filled.answers.loc[list(rows)],
        completed=filled.completed.loc[list(rows)],
        stamps=filled.stamps.loc[list(rows)],
    )


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a draft: part → sentence, "" where it is right; ``text`` is the draft."""

    wrong: Mapping[str, str]
    text: str


def judge(filled: Filled, tool: str, variant: str, folder: Path) -> Verdict:
    """Export as a tool does, and judge what the draft makes of it."""
    return judge_export(filled, write_export(filled, tool, variant), folder, everybody=tool in WITHOUT_COMPLETION)


def judge_export(filled: Filled, export: Export, folder: Path, *, everybody: bool = False) -> Verdict:
    """Draft, fill in the open places rightly, read, and compare with the truth; with ``everybody`` who broke off too.

    Where the draft leaves the goals to the researcher, nothing else can be read, and only that is said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in export.files.items():
        (folder / name).write_bytes(data)
    wrong = dict.fromkeys(PARTS, "")
    text = draft_codebook(folder / export.responses)
    book = load(text)
    done = filled.answers[filled.completed.astype(bool)].set_index("AGS.x")
    drafted = text
    if any(map(is_open, book["goals"].get("columns", {}).values())):
        return Verdict(wrong | {"goals": LEFT_OPEN}, drafted)
    try:
        if any(is_open(name) for block in book.get("blocks", []) for name in block["columns"].values()):
            wrong["consent"] = _place_consent(book, text, folder / export.responses, filled)
            text = dump(book)
        (folder / "codebook.yaml").write_text(text, encoding="utf-8")
        read = read_codebook(folder / "codebook.yaml")
        table, _ = open_responses(folder, read)
        gone = {*read.missing_codes(), ""}
        blocks = [block for block in book.get("blocks", []) if block["role"] == "consent"]
        wrong["consent"] = wrong["consent"] or _left_open(blocks, drafted, table, gone)
        if _rename_purposes(blocks):
            text = dump(book)
        known = [_reading(block, table, filled, gone) for block in blocks]
        both = [
            f"{block['columns']}: both with {yes & no}"
            for block, (yes, no) in zip(blocks, known, strict=True)
            if yes & no
        ]
        wrong["consent"] = wrong["consent"] or "; ".join(both)
        order = iter([(sorted(yes), sorted(no - yes)) for yes, no in known])
        (folder / "codebook.yaml").write_text(fill(text, lambda _: next(order)), encoding="utf-8")
        survey = read_survey(folder)
    except TypologyError as error:
        problems = "; ".join(str(problem) for problem in getattr(error, "problems", ())[:6])
        return Verdict(dict.fromkeys(PARTS, f"{error} {problems}"[:400]), drafted)
    if everybody:
        done = filled.answers.set_index("AGS.x")
    keys = [str(key) for key in survey.responses.index]
    # without a register nobody gives back the zero that a spreadsheet took from a key
    done = done.rename(index={key: key.lstrip("0") for key in done.index if key.lstrip("0") in keys})
    if sorted(keys) != sorted(done.index):
        lost, more = sorted({*done.index} - {*keys}), sorted({*keys} - {*done.index})
        wrong["respondents"] = f"{len(keys)} of {len(done)}; lost {lost[:5]}, invented {more[:5]}"
        wrong["id"] = wrong["id"] or ("" if len({*keys} & {*done.index}) > 30 else f"keys such as {keys[:2]}")
    both = [key for key in done.index if key in keys]
    wrong["goals"] = _goals(survey.block("goal"), done, both)
    wrong["ratings"] = _ratings(survey, done, both)
    wrong["consent"] = wrong["consent"] or _consent(survey.consent, done, both)
    if not both:
        wrong |= dict.fromkeys(PARTS, "no respondent in common")
    return Verdict(wrong, drafted)


def read_back(filled: Filled, tool: str, variant: str, folder: Path) -> list[str]:
    """The keys of the respondents that come out of an export, drafted and filled in whatever consent may mean."""
    folder.mkdir(parents=True, exist_ok=True)
    export = write_export(filled, tool, variant)
    for name, data in export.files.items():
        (folder / name).write_bytes(data)
    text = draft_codebook(folder / export.responses)
    (folder / "codebook.yaml").write_text(text, encoding="utf-8")
    book = read_codebook(folder / "codebook.yaml")
    table, _ = open_responses(folder, book)
    headings = {name: name for name in table.frame.columns}
    frame = rows_that_count(table, book.respondent, headings, Journal(folder.name), book.missing_codes())
    return sorted(text.strip().zfill(8) for text in frame[book.respondent.id])


def _place_consent(book: dict[str, Any], text: str, path: Path, filled: Filled) -> str:
    """Name the columns of consent among those that the draft lists; "" or the purpose that is not among them."""
    listed = re.findall(r"^  # (.+):$", text, flags=re.MULTILINE)
    named = [heading for part in listed for heading in part.split(", ")]
    rows = {**book["files"], "responses": path.name}
    table = read_table(path, skip_rows=int(rows.get("skip_rows", 0)), header_rows=int(rows.get("header_rows", 1)))
    blocks = [block for block in book["blocks"] if not any(map(is_open, block["columns"].values()))]
    for purpose in PURPOSES:
        able = [
            heading
            for heading in named
            if heading in table.frame
            and all(len(part & other) == 0 for part, other in [_told(table, filled, purpose, heading)])
        ]
        if not able:
            return f"{purpose}: not among {named[:8]}"
        for block in blocks:
            block["columns"] = {key: name for key, name in block["columns"].items() if name != able[0]}
        blocks.append({"role": "consent", "kind": "yes_no", "chosen": ["TODO"], "columns": {purpose: able[0]}})
    book["blocks"] = [block for block in blocks if block["columns"]]
    return ""


def _told(table: Table, filled: Filled, purpose: str, heading: str) -> tuple[set[str], set[str]]:
    cells, agreed = table.frame[heading].str.strip(), _agreed(filled, table, purpose)
    parts = [{cell for cell, given in zip(cells, agreed, strict=True) if given is said} for said in (True, False)]
    return parts[0] - {""} if "" in parts[1] else parts[0], parts[1]


def _rename_purposes(blocks: Sequence[dict[str, Any]]) -> bool:
    """Give purposes that nobody asked for the names of those that were, in their order; whether there were any."""
    asked = [purpose for block in blocks for purpose in block["columns"]]
    missing = [purpose for purpose in PURPOSES if purpose not in asked]
    right = dict(zip([purpose for purpose in asked if purpose not in PURPOSES], missing, strict=False))
    for block in blocks:
        block["columns"] = {right.get(purpose, purpose): name for purpose, name in block["columns"].items()}
    return bool(right)


def _item(filled: Filled, purpose: str) -> str:
    return next(name for name in filled.answers if name.endswith(f".{purpose}"))


def _left_open(blocks: Sequence[Mapping[str, Any]], text: str, table: Table, gone: set[str]) -> str:
    """What is wrong with the consent of a draft: a reading that is inferred, an answer that is not spelled out."""
    for block in blocks:
        if not all(map(is_open, (*block["chosen"], *block.get("not_chosen", ())))):
            return f"a gate is open: {block}"
        for heading in block["columns"].values():
            answers = table.frame[heading][_is_respondent(table)]
            for cell in {*answers.str.strip()} - gone - {*table.missing.get(heading, {})}:
                if f"# {json.dumps(' '.join(cell.split())[:80], ensure_ascii=False)}" not in text:
                    return f"not spelled out: {cell!r}"
    asked = sorted(purpose for block in blocks for purpose in block["columns"])
    return "" if asked == sorted(PURPOSES) else f"asked for {asked}"


def _reading(block: Mapping[str, Any], table: Table, filled: Filled, gone: set[str]) -> tuple[set[str], set[str]]:
    """What those answered who agreed, and those who refused."""
    yes: set[str] = set()
    no: set[str] = set()
    for purpose, heading in block["columns"].items():
        if purpose not in PURPOSES:
            continue  # nobody asked for it
        cells, agreed = table.frame[heading].str.strip(), _agreed(filled, table, purpose)
        yes |= {cell for cell, given in zip(cells, agreed, strict=True) if given is True}
        no |= {cell for cell, given in zip(cells, agreed, strict=True) if given is False}
    return yes - gone, no - gone | ({""} & no)


def _is_respondent(table: Table) -> pd.Series:
    """Which rows name a municipality by its key, and so are no sum or note."""
    keys = re.compile(r"0?3\d{6}|99999999")
    found = [any(keys.fullmatch(cell.strip()) for cell in row) for row in table.frame.to_numpy()]
    return pd.Series(found, index=table.frame.index)


def _agreed(filled: Filled, table: Table, purpose: str) -> pd.Series:
    """Whether the respondent of each row of the file agreed, None where that is not known; told by the key."""
    column = filled.answers[_item(filled, purpose)].map({True: True, False: False, "ja": True, "nein": False}.get)
    by_key = dict(zip(filled.answers["AGS.x"], column, strict=True))
    found = [
        next((by_key[key] for text in row if (key := text.strip().zfill(8)) in by_key), None)
        for row in table.frame.to_numpy()
    ]
    return pd.Series(found, index=table.frame.index, dtype=object)


def _goals(read: pd.DataFrame, done: pd.DataFrame, keys: list[str]) -> str:
    names = [name for name in done if name.startswith("Z1.g")]
    wanted = {name: tuple(done.loc[keys, name].map(lambda value: value is True)) for name in names}
    columns = {name: tuple((read.loc[keys, name] == "ja").fillna(False)) for name in read}
    other = tuple(done.loc[keys, "Z1.other"].map(lambda value: not isinstance(value, State)))
    if len([answers for answers in columns.values() if answers != other]) != len(wanted):
        return f"{len(columns)} goals of {len(wanted)}: {list(columns)[:12]}"
    lost = [name for name, answers in wanted.items() if answers not in columns.values()]
    unasked = [key for key in keys if done.at[key, "Z1.g1"] is State.NOT_SHOWN]
    claimed = [key for key in unasked if read.loc[key].notna().any()]
    return f"wrong answers to {lost}" if lost else f"never asked, but answered: {claimed}" if claimed else ""


def _ratings(survey: Any, done: pd.DataFrame, keys: list[str]) -> str:
    blocks = [block for block in survey.codebook.blocks if block.kind == "rating"]
    scales = [(name, block.scale) for block in blocks for name in block.columns]
    read = {
        (scale, tuple(survey.responses.loc[keys, f"{block.role}_{name}"].astype("Float64").fillna(0)))
        for block in blocks
        for name, scale in ((name, block.scale) for name in block.columns)
    }
    lost = []
    for question, most in (("F1", 5), ("F2", 4)):
        for n in range(1, 6):
            wanted = done.loc[keys, f"{question}.{n}"]
            steps = tuple(0.0 if isinstance(value, State) else float(str(value)) for value in wanted)
            if ((1, most), steps) not in read:
                lost.append(f"{question}.{n}")
    return f"wrong {lost}; read {scales}" if lost or len(read) != 10 else ""


def _consent(read: pd.DataFrame, done: pd.DataFrame, keys: list[str]) -> str:
    for purpose in PURPOSES:
        name = next(name for name in done if name.endswith(f".{purpose}"))
        wanted = done.loc[keys, name].map(lambda value: value is True or str(value) == "ja")
        differ = [key for key in keys if bool(read.at[key, purpose]) != bool(wanted[key])]
        if differ:
            return f"{purpose}: wrong for {len(differ)}"
    return ""
