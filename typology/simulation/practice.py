"""The simulated answers as LimeSurvey would export them, and the codebook that describes the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from typology.content.agenda import load_agenda
from typology.content.catalogue import Content
from typology.content.vocabulary import Capacity, ProjectState
from typology.simulation.answers import COMPETENCE_AREAS, COMPONENTS, JOB_FAMILIES

ID, OFFICE, PERSON, REMARK = "G01Q01", "G01Q02", "K1", "B1"
TECHNICAL = ("id", "submitdate", "lastpage", "startlanguage", "seed", "token")
LAST_PAGE = 9
YES_NO_COLUMNS = {
    "strategie_verwaltung": "S2", "strategie_infrastruktur": "S3", "fim_bekannt": "S4", "fim_hilfreich": "S5",
    "cdo": "S6", "it_abteilung": "S7", "beteiligung": "S8", "externe_beratung": "S10", "glasfaser": "S11",
}  # fmt: skip
CONSENT_COLUMNS = {"listed": "C1", "answers": "C2", "partner": "C3", "contact": "C4"}
CODES = {
    "structure.strategie": {"A1": "keine", "A2": "in_arbeit", "A3": "vorhanden"},
    "pain_point": {"A1": "nie", "A2": "geloest", "A3": "aktuell"},
    # no state is more than another, so that their codes are no steps either
    "project": {
        ("N" if state == ProjectState.NONE else f"A{n}"): state.value for n, state in enumerate(ProjectState, start=1)
    },
    "capacity": {"A1": Capacity.OPEN.value, "A2": Capacity.FULL.value},
    "operator": {"A1": "eigen", "A2": "it_dienstleister", "A3": "land", "A4": "keine"},
    "yes_no": {"Y": "ja", "N": "nein"},
}
ASKED = ("gemeinde", "kreisfrei", "kreis")
SURVEY_DATE, REGISTER_DATE = "2026-06-30", "2026-01-01"
TITLE = {
    "de": "Digitale Ziele der Kommunen – Übungsbefragung",
    "en": "Digital goals of municipalities – practice survey",
}
SAMPLE = {
    "de": "Keine Zufallsstichprobe: Antworten und Kommunen sind erfunden und stehen für keine wirkliche Kommune.",
    "en": "Not a random sample: answers and municipalities are invented and stand for no real municipality.",
}
QUESTION = {
    "de": "Welche Ziele verfolgt Ihre Kommune mit der Digitalisierung vorrangig? Bitte wählen Sie höchstens {limit}.",
    "en": "Which goals does your municipality pursue first with digitalisation? Please choose at most {limit}.",
}
RETENTION = {
    "de": "Erfundene Daten; keine Löschfrist. Eine wirkliche Befragung nennt hier, wann die Antworten gelöscht werden.",
    "en": "Invented data; no deletion date. A real survey states here when its answers are deleted.",
}
UNKNOWN_CODES = {"kA": "weiss_nicht"}
SOURCE_LINE = "Synthetische Daten, erzeugt mit „typology simulate“"
HEADER = (
    "# Codebuch der Übungsbefragung: was jede Spalte von responses.csv bedeutet.\n"
    "# Erzeugt zusammen mit den Daten; siehe SOURCE.md. synthetisch – Übungsdaten\n"
)


def column_names(goals: Sequence[str], content: Content) -> dict[str, str]:
    """``<role>.<item>`` → heading in the export, in the order of the questionnaire."""
    names = {f"goal.{goal}": f"Z1[SQ{number:03d}]" for number, goal in enumerate(goals, start=1)}
    for role, question in (("stand", "F1"), ("wichtig", "F2")):
        names |= {f"{role}.{item.key}": f"{question}[SQ{n:03d}]" for n, item in enumerate(content.fields, start=1)}
    points = [item.key for item in content.asked_pain_points]
    names |= {f"pain_point.{key}": f"P1[SQ{n:03d}]" for n, key in enumerate(points, start=1)}
    names["structure.strategie"] = "S1"
    names |= {f"structure.{item}": column for item, column in YES_NO_COLUMNS.items()}
    names |= {f"structure.{item}": f"B9[SQ{number:03d}]" for number, item in enumerate(COMPONENTS, start=1)}
    names["structure.beschaeftigte"] = "S9"
    projects = load_agenda(content.folder).projects()
    names |= {f"project.{step.key}": f"V1[SQ{n:03d}]" for n, step in enumerate(projects, start=1)}
    for role, question in (("competence_soll", "KS"), ("competence_ist", "KI")):
        names |= {
            f"{role}.{family}.{area}": f"{question}[{family[:2].upper()}_{number}]"
            for family in JOB_FAMILIES
            for number, area in enumerate(COMPETENCE_AREAS, start=1)
        }
    names |= {f"consent.{purpose}": column for purpose, column in CONSENT_COLUMNS.items()}
    return names | {"mailbox.mailbox": "C5", "capacity.partner": "C6"}


def encode(answers: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Answers as the export codes them: columns are the headings, text, "" is nothing."""
    columns = {}
    for column, heading in names.items():
        code = _code_of(column)
        columns[heading] = [code.get(value, value) for value in answers[column]]
    return pd.DataFrame(columns, index=answers.index, dtype=object)


def meanings_of(column: str) -> dict[str, str]:
    """Code in the export → answer, for a column ``<role>.<item>``."""
    return {code: value for value, code in _code_of(column).items() if code}


def _code_of(column: str) -> dict[str, str]:
    role, item = column.split(".", 1)
    if role in ("goal", "consent"):
        return {"ja": "Y", "nein": "", "": ""}
    if role in ("project", "capacity"):
        group = role
    elif item in YES_NO_COLUMNS:
        group = "yes_no"
    elif item in COMPONENTS:
        group = "operator"
    else:
        group = "pain_point" if role == "pain_point" else column
    return {value: code for code, value in CODES.get(group, {}).items()}


def write_csv(rows: pd.DataFrame) -> bytes:
    """UTF-8 with BOM, semicolons, every cell quoted, CRLF, one blank line at the end: LimeSurvey's look."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(rows.columns)
    writer.writerows(rows.itertuples(index=False, name=None))
    return ("\ufeff" + buffer.getvalue() + "\r\n").encode("utf-8")


def codebook_text(
    key: str,
    goals: Sequence[str],
    limit: int,
    content: Content,
    *,
    title: Mapping[str, str] = TITLE,
    codes: Mapping[str, str] = UNKNOWN_CODES,
    kinds: Sequence[str] = ASKED,
) -> str:
    """The codebook of the simulated export as YAML; ``codes`` say why an answer is missing, ``kinds`` who was asked."""
    import yaml

    names = column_names(goals, content)

    def columns(role: str, items: Sequence[str] | None = None) -> dict[str, str]:
        parts = [(*column.split(".", 1), heading) for column, heading in names.items()]
        found = {item: heading for its_role, item, heading in parts if its_role == role}
        return found if items is None else {item: found[item] for item in items}

    ticked = {"chosen": ["Y"], "not_chosen": [""]}
    said = {"chosen": ["Y"], "not_chosen": ["N"]}
    title = title if key == "demo" else {language: f"{text} ({key})" for language, text in title.items()}
    data: dict[str, Any] = {
        "survey": {
            "key": key, "title": title, "date": SURVEY_DATE, "synthetic": True, "source": SOURCE_LINE,
            "licence": "CC BY 4.0", "sample": SAMPLE, "retention": RETENTION,
        },
        "files": {"responses": "responses.csv", "delimiter": "auto", "encoding": "auto"},
        "register": {"file": "register.csv", "format": "table", "date": REGISTER_DATE},
        "respondent": {
            "id": ID, "completed": {"column": "submitdate", "rule": "not_empty"},
            "test_rows": [{"column": OFFICE, "in": ["TEST"]}], "duplicates": "latest", "order_by": "submitdate",
            "kinds": list(kinds), "min_answered": 1,
        },
        "missing": {"presets": ["limesurvey"], "codes": dict(codes)},
        "goals": {
            "kind": "pick", "limit": limit,
            "question": {
                language: text.format(limit=limit) for language, text in QUESTION.items()
            },
            **ticked, "empty_block": "unanswered", "columns": columns("goal"),
        },
        "blocks": [
            {"role": "stand", "kind": "rating", "scale": [1, 5], "columns": columns("stand")},
            {"role": "wichtig", "kind": "rating", "scale": [1, 5], "columns": columns("wichtig")},
            {"role": "pain_point", "kind": "choice", "codes": CODES["pain_point"], "columns": columns("pain_point")},
            {"role": "structure", "kind": "choice", "codes": CODES["structure.strategie"],
             "columns": columns("structure", ["strategie"])},
            {"role": "structure", "kind": "yes_no", **said, "columns": columns("structure", list(YES_NO_COLUMNS))},
            {"role": "structure", "kind": "choice", "codes": CODES["operator"],
             "columns": columns("structure", COMPONENTS)},
            {"role": "structure", "kind": "number", "columns": columns("structure", ["beschaeftigte"])},
            {"role": "project", "kind": "choice", "codes": CODES["project"], "columns": columns("project")},
            {"role": "competence_soll", "kind": "rating", "scale": [1, 8], "columns": columns("competence_soll")},
            {"role": "competence_ist", "kind": "rating", "scale": [1, 8], "columns": columns("competence_ist")},
            {"role": "consent", "kind": "yes_no", **ticked, "empty_block": "chosen_none",
             "columns": columns("consent")},
            {"role": "mailbox", "kind": "text", "columns": columns("mailbox")},
            {"role": "capacity", "kind": "choice", "codes": CODES["capacity"], "columns": columns("capacity")},
        ],
        "drop": ["id", "lastpage", "startlanguage", "seed", "token", PERSON, REMARK],
        "typology": {"n_classes": len(content.types), "prior": "auto", "random_state": 0},
    }  # fmt: skip
    data["blocks"] = [block for block in data["blocks"] if block["columns"]]  # a catalogue may leave a block empty

    class Dumper(yaml.SafeDumper):
        """Repeats itself instead of pointing back, and stays within the page."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    # "Y" and "N" are truth values to some readers of YAML; texts of one letter are quoted for their sake.
    Dumper.add_representer(
        str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, '"' if len(text) < 2 else None)
    )
    dumped = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None)
    return HEADER + str(dumped)


@dataclass(frozen=True)
class Provenance:
    """What SOURCE.md says of a world and of how its answers were made; each part ends with a line break.

    keys : the keys of its Länder. country : what its answers lack and whence its register comes, or "".
    truth : what truth.csv holds. goals : how the goals were drawn.
    """

    keys: str = "Land 90–99"
    country: str = ""
    truth: str = "aus welchem Typ jede Antwort gezogen wurde"
    goals: str = ""


def drawn_from_types(strength: float, ari: float, shares: Sequence[float] | None) -> str:
    """How the goals arise from known types, for SOURCE.md."""
    each = "" if shares is None else " (" + ", ".join(f"{share * 100:.0f}\u00a0%" for share in shares) + ")\n"
    return f"""Die Ziele sind aus bekannten Typen gezogen; Anteile{each or " "}und Unterschiede der Typen sind \
angenommen (Stärke der
Unterschiede {_number(strength)}). Auch das wahre Modell selbst ordnet nicht alle richtig zu: bereinigter Rand-Index
{_number(ari)} gegenüber der Wahrheit. """


def drawn_by_degrees(strength: float) -> str:
    """How the goals arise without types, for SOURCE.md."""
    return f"""Die Ziele sind ohne Typen gezogen: Jede Kommune neigt
verschieden stark zu jeder der Ausrichtungen im Katalog, stufenlos und ohne Gruppen (Stärke {_number(strength)}).
Wer hier Typen findet, findet Schnitte durch ein Gefälle. """


def source_text(key: str, counts: dict[str, int], random_state: int, said: Provenance) -> str:
    """SOURCE.md: where the survey comes from, what it holds, how long it is kept."""
    invented = f"Kommunen, Kreise, Namen, Schlüssel ({said.keys}), Koordinaten und Antworten sind erfunden."
    return f"""# Herkunft der Befragung „{key}“

**synthetisch – Übungsdaten.** {invented}
Sie stammen aus keiner Befragung und geben keine Ergebnisse der Studie „Digitale Kommune: Eine Typfrage?“ wieder.

| Datei | Inhalt |
|---|---|
| `responses.csv` | Antworten, wie LimeSurvey sie ausgibt: {counts["rows"]} Zeilen |
| `codebook.yaml` | was jede Spalte bedeutet |
| `register.csv` | erfundenes Verzeichnis der Kommunen, Kreise und Verbände, Stand {REGISTER_DATE} |
| `truth/truth.csv` | {said.truth}; nur die Tests lesen diese Datei |

## Wie die Daten entstanden
Erzeugt mit `typology.simulate_survey`, Startwert {random_state}; dieselbe Version ergibt dieselben
Bytes. {said.goals}An veröffentlichte Anteile angeglichen sind nur: Strategie (14\u00a0% vorhanden,
45\u00a0% in Arbeit) und ihre Schwerpunkte (95\u00a0% Verwaltung, 70\u00a0% Infrastruktur), FIM (29\u00a0% bekannt, \
davon 70\u00a0% hilfreich),
Basiskomponenten (die Hälfte nutzt höchstens zwei von neun), Glasfaser vor Ort (76\u00a0%). Alles Übrige ist angenommen.
{said.country}
## Eingebaute Fehler
| Was | Zeilen |
|---|---|
| Testzeilen | {counts["test"]} |
| nicht abgeschlossen | {counts["incomplete"]} |
| weitere, frühere Antworten derselben Kommune | {counts["duplicate"]} |
| übrig nach den Regeln des Codebuchs | {counts["kept"]} |
| darunter: alle Ziele angekreuzt | {counts["ticks_everything"]} |
| darunter: mehr Ziele angekreuzt als erlaubt | {counts["over_limit"]} |
| darunter: kein Ziel angekreuzt | {counts["unanswered"]} |

## Lizenz und Aufbewahrung
CC BY 4.0. {RETENTION["de"]}
"""


def _number(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def truth_table(truth: pd.Series, assigned: pd.Series) -> pd.DataFrame:
    """Columns ``key``, ``type`` (drawn) and ``assigned`` (by the generating model; "" where it had no usable goals)."""
    table = pd.DataFrame({"type": truth, "assigned": assigned.reindex(truth.index).fillna("")})
    return table.rename_axis("key").reset_index().replace({np.nan: ""})
