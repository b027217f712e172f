"""What was answered, and by whom: register rows, consent, the blocks of the questionnaire, findings at the door."""

from __future__ import annotations

from typology.content.vocabulary import AssignmentReason, Capacity, Purpose
from typology.errors import Severity
from typology.tables.contracts.columns import COUNT, LEVEL, Column, Kind, Words, flag, number, text, whole
from typology.tables.contracts.contract import TableContract, by_name

KEY = text("key", "Schlüssel der Kommune", "Key of the municipality", refers=True)
FLAGGED = (AssignmentReason.OVER_LIMIT, AssignmentReason.TICKS_EVERYTHING)
AGREED = {
    Purpose.LISTED: Words("Darf mit Namen genannt werden", "May be named"),
    Purpose.ANSWERS: Words("Antworten dürfen gezeigt werden", "Answers may be shown"),
    Purpose.PARTNER: Words("Steht als Lernpartner bereit", "Is ready to be a partner"),
    Purpose.CONTACT: Words("Postfach darf genannt werden", "Mailbox may be shown"),
}
SCALE = Words("Stufe der Frage, meist 1 bis 5", "step of the question, mostly 1 to 5")

MUNICIPALITIES = TableContract(
    "municipalities", Words("Registerzeilen der befragten Kommunen", "Register rows of the respondents"),
    (
        text("key", "Schlüssel der Kommune", "Key of the municipality"),
        text("ars", "Regionalschlüssel (ARS)", "Regional key (ARS)", gaps=True),
        text("name", "Name", "Name"),
        text("base_name", "Name ohne Zusatz", "Name without addition", gaps=True),
        text("kind", "Art", "Kind", gaps=True),
        text("kind_label", "Bezeichnung", "Designation", gaps=True),
        text("land", "Schlüssel des Landes", "Key of the Land", gaps=True),
        text("land_name", "Land", "Land", gaps=True),
        text("kreis", "Schlüssel des Kreises", "Key of the district", gaps=True),
        text("kreis_name", "Kreis", "District", gaps=True),
        text("verband", "Schlüssel des Verbands", "Key of the association", gaps=True),
        text("verband_name", "Verband", "Association of municipalities", gaps=True),
        number("population", "Einwohnerzahl", "Population", Words("Personen", "persons"), gaps=True, low=0),
        number("area_km2", "Fläche", "Area", Words("km²", "km²"), gaps=True, low=0),
        number("density", "Bevölkerungsdichte", "Population density", Words("Personen je km²", "persons per km²"),
               gaps=True, low=0),
        number("longitude", "Geografische Länge", "Longitude", Words("Grad", "degrees"), gaps=True, low=-180, high=180),
        number("latitude", "Geografische Breite", "Latitude", Words("Grad", "degrees"), gaps=True, low=-90, high=90),
        text("urbanisation", "Grad der Verstädterung", "Degree of urbanisation", gaps=True),
        text("size_class", "Größenklasse", "Size class", gaps=True),
        text("shared_name", "Eine weitere Kommune heißt so", "Another municipality has this name", gaps=True,
             values=("ja",), optional=True),
    ),
    key=("key",), index=True, public=True, always=True,
)  # fmt: skip

CONSENT = TableContract(
    "consent", Words("Einwilligungen je Kommune und Zweck", "Consent by municipality and purpose"),
    (
        KEY,
        *(flag(purpose.value, *AGREED[purpose]) for purpose in Purpose),
        text("mailbox", "Funktionspostfach", "Functional mailbox", gaps=True),
    ),
    key=("key",), index=True, always=True,
)  # fmt: skip


def _answers(name: str, de: str, en: str, column: Column, *, public: bool = True) -> TableContract:
    """A block of the questionnaire: one row per municipality, one column per item."""
    return TableContract(name, Words(de, en), (KEY, column), key=("key",), index=True, public=public)


GOALS = _answers(
    "goals", "Ziele je Kommune (Antworten)", "Goals by municipality (answers)",
    text("{goal}", "Ziel: {goal}", "Goal: {goal}", gaps=True, of="goal"),
)  # fmt: skip
STAND = _answers(
    "stand", "Stand je Handlungsfeld", "Level by field of action",
    number("{field}", "Stand: {field}", "Level: {field}", SCALE, gaps=True, of="field"),
)  # fmt: skip
WICHTIG = _answers(
    "wichtig", "Wichtigkeit je Handlungsfeld", "Importance by field of action",
    number("{field}", "Wichtigkeit: {field}", "Importance: {field}", SCALE, gaps=True, of="field"),
)  # fmt: skip
PAIN_POINTS = _answers(
    "pain_points", "Schmerzpunkte je Kommune", "Pain points by municipality",
    text("{pain_point}", "Schmerzpunkt: {pain_point}", "Pain point: {pain_point}", gaps=True, of="pain_point"),
)  # fmt: skip
PROJECTS = _answers(
    "projects", "Vorhaben je Kommune", "Projects by municipality",
    text("{project}", "Vorhaben: {project}", "Project: {project}", gaps=True),
)  # fmt: skip
CAPACITY = TableContract(
    "capacity", Words("Ob zurzeit weitere Anfragen willkommen sind", "Whether further requests are welcome at present"),
    (KEY, text("partner", "Als Lernpartner", "As a partner", gaps=True, values=Capacity)),
    key=("key",), index=True, sheet=Words("Anfragen", "Requests"),
)  # fmt: skip
STRUCTURE = _answers(
    "structure", "Weitere Angaben je Kommune", "Further answers by municipality",
    Column("{question}", Kind.ANY, Words("Angabe: {question}", "Answer: {question}"), gaps=True), public=False,
)  # fmt: skip

COMPETENCE_KEY = (
    KEY,
    text("family", "Berufsgruppe", "Job family"),
    text("area", "Kompetenzbereich", "Area of competence"),
)
LEVELS = (
    number("soll", "Benötigte Stufe", "Level needed", LEVEL, gaps=True),
    number("ist", "Vorhandene Stufe", "Level available", LEVEL, gaps=True),
)
COMPETENCES = TableContract(
    "competences",
    Words("Digitale Kompetenzen: Soll und Ist je Berufsgruppe und Bereich",
          "Digital competences: needed and available level by job family and area"),
    (*COMPETENCE_KEY, *LEVELS), key=("key", "family", "area"),
)  # fmt: skip

FLAGS = TableContract(
    "flags", Words("Auffälliges Antwortverhalten", "Conspicuous answers"),
    (
        KEY,
        text("flag", "Was auffällt", "What is conspicuous", values=FLAGGED),
        text("detail", "Im Einzelnen", "In detail (German)"),
        text("detail_en", "Im Einzelnen (englisch)", "In detail", optional=True),
    ),
    key=("key", "flag"), always=True,
)  # fmt: skip

FINDINGS = TableContract(
    "findings", Words("Befunde beim Einlesen", "Findings at reading"),
    (
        text("severity", "Schwere", "Severity", values=Severity),
        text("kind", "Art des Befunds", "Kind of finding"),
        text("file", "Datei", "File", gaps=True),
        whole("row", "Zeile der Datei", "Row of the file", Words("", ""), gaps=True, low=1),
        text("key", "Schlüssel der Kommune", "Key of the municipality", gaps=True),
        text("column", "Spalte der Datei", "Column of the file", gaps=True),
        text("value", "Gefundener Wert", "Value found", gaps=True),
        text("expected", "Erwartet", "Expected (German)", gaps=True),
        text("message", "Befund", "Finding (German)"),
        text("expected_en", "Erwartet (englisch)", "Expected", gaps=True, optional=True),
        text("message_en", "Befund (englisch)", "Finding", optional=True),
    ),
    sheet=Words("Befunde", "Findings"), always=True,
)  # fmt: skip
COUNTS = TableContract(
    "counts", Words("Verworfene, reparierte und gemeldete Zeilen", "Rows that were dropped, repaired and reported"),
    (
        text("what", "Was gezählt wurde", "What was counted"),
        whole("n", "Zahl der Zeilen", "Number of rows", COUNT),
        text("why", "Woran es erkannt wurde", "How it was recognised (German)", gaps=True),
        text("why_en", "Woran es erkannt wurde (englisch)", "How it was recognised", gaps=True, optional=True),
    ),
    sheet=Words("Gezählte Zeilen", "Counted rows"), always=True,
)  # fmt: skip

ANSWER_TABLES = by_name(
    MUNICIPALITIES,
    CONSENT,
    GOALS,
    STAND,
    WICHTIG,
    PAIN_POINTS,
    PROJECTS,
    CAPACITY,
    STRUCTURE,
    COMPETENCES,
    FLAGS,
    FINDINGS,
    COUNTS,
)
