"""The types: who belongs to which, how large they are, what they answered, how classes became types."""

from __future__ import annotations

from typology.content.vocabulary import MEMBERSHIP, AssignmentReason, Measure, Standing, TypeStatus
from typology.tables.contracts.answers import KEY
from typology.tables.contracts.columns import (
    COUNT,
    Column,
    Kind,
    Words,
    flag,
    number,
    points,
    share,
    text,
    whole,
)
from typology.tables.contracts.contract import TableContract, by_name

TYPE = text("type", "Typ", "Type")
MEAN_OR_SHARE = Words("Anteil oder Mittelwert", "share or mean")
MUNICIPALITIES = Words("Kommunen", "municipalities")
DEVIATIONS = Words("Standardabweichungen", "standard deviations")
LOG_ODDS = Words("Logit", "log-odds")
TIMES_MEAN = Words("Vielfaches des Mittels", "multiple of the mean")
IN_MODEL = Words(
    "Wahrscheinlichkeit im Modell (durch einen Prior zum Mittel gezogen)",
    "Probability in the model (drawn towards the mean by a prior)",
)
PROFILED = tuple(measure for measure in Measure if measure is not Measure.TYPE)
LOW = Words("Untere Grenze (Modellunsicherheit, keine Hochrechnung)", "Lower bound (model uncertainty, no projection)")
HIGH = Words("Obere Grenze (Modellunsicherheit, keine Hochrechnung)", "Upper bound (model uncertainty, no projection)")
PROFILE_KEY = (
    text("measure", "Worum es geht", "What it is about", values=PROFILED),
    text("item", "Ziel, Feld oder Frage", "Goal, field or question"),
)

ASSIGNMENTS = TableContract(
    "assignments", Words("Zuordnung je Kommune mit Wahrscheinlichkeiten", "Assignment by municipality, probabilities"),
    (
        KEY,
        text("type", "Typ", "Type", gaps=True),
        share(MEMBERSHIP + "{type}", "Wahrscheinlichkeit: {type}", "Probability: {type}", held_back=True, of="type"),
        text("second_type", "Zweiter Typ (nur bei Mischtyp)", "Second type (mixed only)", gaps=True),
        text("status", "Wie sicher die Zuordnung ist", "How sure the assignment is", values=TypeStatus),
        text("reason", "Grund für den Vorbehalt", "Reason for the reservation", values=AssignmentReason, gaps=True),
        whole("answered", "Beantwortete Ziele", "Goals answered", held_back=True),
    ),
    key=("key",), index=True, public=True, sheet=Words("Zuordnung", "Assignments"), always=True,
)  # fmt: skip

LEANINGS = TableContract(
    "leanings",
    Words("Platz jeder Kommune auf den Schwerpunkten (0: Mittel der Kommunen, 1: ihre Standardabweichung)",
          "Place of every municipality on the leanings (0: mean of the municipalities, 1: their standard deviation)"),
    (
        text("key", "Amtlicher Schlüssel", "Official key", refers=True),
        text("leaning", "Schwerpunkt", "Leaning"),
        number("place", "Platz", "Place", DEVIATIONS),
        number("error", "Standardfehler des Platzes", "Standard error of the place", DEVIATIONS, low=0),
    ),
    key=("key", "leaning"), public=True, sheet=Words("Schwerpunkte", "Leanings"),
)  # fmt: skip

LEANING_GOALS = TableContract(
    "leaning_goals", Words("Ziele, die ein Schwerpunkt hebt", "Goals that a leaning lifts"),
    (
        text("leaning", "Schwerpunkt", "Leaning"),
        text("goal", "Ziel", "Goal"),
        number("loading", "So viel hebt eine Standardabweichung des Schwerpunkts das Ziel",
               "By so much one standard deviation of the leaning lifts the goal", LOG_ODDS, low=0),
    ),
    key=("leaning", "goal"), public=True, sheet=Words("Ziele der Schwerpunkte", "Goals of the leanings"),
)  # fmt: skip

TYPES = TableContract(
    "types",
    Words("Typen mit Anteil im Modell und Zahl der zugeordneten Kommunen",
          "Types with their share in the model and the number of municipalities assigned"),
    (
        TYPE,
        text("label", "Name des Typs", "German name of the type", inside=True),
        flag("named", "Hat einen Namen erhalten", "Got a name", inside=True),
        share("share", "Anteil im Modell", "Share in the model", gaps=True),
        whole("n", "Zugeordnete Kommunen", "Municipalities assigned", MUNICIPALITIES, held_back=True),
        whole("clear", "Davon klar", "Of these clear", MUNICIPALITIES, inside=True),
        whole("mixed", "Davon Mischtyp", "Of these mixed", MUNICIPALITIES, inside=True),
        share("low", "Anteil im Modell: untere Grenze", "Share in the model: lower bound", gaps=True, optional=True),
        share("high", "Anteil im Modell: obere Grenze", "Share in the model: upper bound", gaps=True, optional=True),
    ),
    key=("type",), public=True, sheet=Words("Typen", "Types"), always=True,
)  # fmt: skip

TYPE_SIZES = TableContract(
    "type_sizes",
    Words("Typen nach Größenklasse; veröffentlicht nach zwei Größenbändern",
          "Types by size class; published by two size bands"),
    (
        TYPE,
        text("band", "Größenklasse oder Größenband", "Size class or size band", gaps=True),
        whole("n", "Zugeordnete Kommunen", "Municipalities assigned", MUNICIPALITIES, held_back=True),
    ),
    key=("type", "band"), public=True, sheet=Words("Typen nach Größe", "Types by size"), always=True,
)  # fmt: skip

TYPE_PROFILES = TableContract(
    "type_profiles",
    Words("Profile der Typen: Anteile und Mittelwerte mit Intervall", "Profiles of types: shares, means, intervals"),
    (
        TYPE,
        *PROFILE_KEY,
        text("level", "Antwort (leer beim Mittelwert)", "Answer (empty for a mean)", gaps=True),
        whole("n", "Zahl der Antworten (öffentlich: Kommunen des Typs)",
              "Number of answers (public: municipalities of the type)", held_back=True),
        number("estimate", "Anteil oder Mittelwert der zugeordneten Kommunen",
               "Share or mean of the municipalities assigned", MEAN_OR_SHARE, gaps=True),
        number("low", *LOW, MEAN_OR_SHARE, gaps=True),
        number("high", *HIGH, MEAN_OR_SHARE, gaps=True),
        share("model", *IN_MODEL, gaps=True, inside=True, optional=True),
        number("corrected", "Von Fehlzuordnungen bereinigt (BCH; Ziele nach Wahrscheinlichkeit gewichtet)",
               "Corrected for wrong assignment (BCH; goals weighted by probability)",
               MEAN_OR_SHARE, gaps=True, inside=True, optional=True),
        number("se", "Standardfehler des bereinigten Werts", "Standard error of the corrected value", MEAN_OR_SHARE,
               gaps=True, inside=True, optional=True, low=0),
        number("corrected_low", "Bereinigter Wert: untere Grenze (Modellunsicherheit, keine Hochrechnung)",
               "Corrected value: lower bound (model uncertainty, no projection)", MEAN_OR_SHARE,
               gaps=True, inside=True, optional=True),
        number("corrected_high", "Bereinigter Wert: obere Grenze (Modellunsicherheit, keine Hochrechnung)",
               "Corrected value: upper bound (model uncertainty, no projection)", MEAN_OR_SHARE,
               gaps=True, inside=True, optional=True),
    ),
    key=("type", "measure", "item", "level"), public=True, sheet=Words("Profile der Typen", "Profiles of types"),
    always=True,
)  # fmt: skip

INSTRUMENTS = TableContract(
    "instruments",
    Words("Instrumente: Anteil der Kommunen je Typ, die es haben",
          "Instruments: share of municipalities by type that have it"),
    (
        TYPE,
        text("item", "Instrument", "Instrument"),
        text("level", "Antwort, die gezählt ist", "Answer that is counted"),
        flag("negated", "Die Antwort heißt: hat es nicht", "The answer means: does not have it"),
        whole("n", "Zahl der Antworten (öffentlich: Kommunen des Typs)",
              "Number of answers (public: municipalities of the type)", held_back=True),
        share("estimate", "Anteil der zugeordneten Kommunen, der es hat",
              "Share of the municipalities assigned that has it", gaps=True),
        share("low", *LOW, gaps=True),
        share("high", *HIGH, gaps=True),
    ),
    key=("type", "item"), public=True,
)  # fmt: skip

MUNICIPALITY_PROFILES = TableContract(
    "municipality_profiles",
    Words("Profile der Kommunen: eigener Wert, Typ, alle", "Profiles of municipalities: own value, type, all"),
    (
        KEY,
        *PROFILE_KEY,
        Column("own", Kind.ANY, Words("Eigene Antwort", "Own answer"), gaps=True),
        number("type_value", "Zugeordnete des eigenen Typs", "Assigned to its own type", MEAN_OR_SHARE, gaps=True,
               told_in="type_profiles"),
        number("all_value", "Bei allen", "All", MEAN_OR_SHARE, gaps=True, told_in="type_profiles"),
        whole("n_type", "Antworten beim eigenen Typ (öffentlich: seine Kommunen)",
              "Answers of its own type (public: its municipalities)", held_back=True, told_in="type_profiles"),
        whole("n_all", "Antworten bei allen (öffentlich: alle Kommunen)",
              "Answers of all (public: all municipalities)", held_back=True, told_in="type_profiles"),
        text("standing", "Stark oder schwach im Vergleich", "Strong or weak in comparison", values=Standing, gaps=True),
    ),
    key=("key", "measure", "item"), public=True, sheet=Words("Profile der Kommunen", "Profiles of municipalities"),
    always=True,
)  # fmt: skip

CLASSES = TableContract(
    "classes", Words("Klassenprofile des Modells", "Profiles of the model's classes"),
    (
        text("class", "Klasse", "Class"),
        text("goal", "Ziel", "Goal"),
        text("answer", "Antwort", "Answer"),
        share("probability", *IN_MODEL),
    ),
    key=("class", "goal", "answer"), public=True,
)  # fmt: skip

NAMING = TableContract(
    "naming", Words("Benennung der Klassen mit Punktwert", "How classes got their names, with scores"),
    (
        text("group", "Klasse", "Class"),
        text("candidate", "Typ, der am besten passt", "Type that fits best", gaps=True),
        text("type", "Vergebener Name", "Name given"),
        points("score", "Punktwert des Namens", "Score of the name", gaps=True),
        points("threshold", "Schwelle, ab der ein Name vergeben wird", "Threshold for a name", gaps=True),
        points("margin", "Vorsprung vor der nächstbesten Benennung", "Lead over the next-best naming", gaps=True),
        text("reason", "Warum kein Name vergeben ist", "Why no name is given", gaps=True),
    ),
    key=("group",), public=True, sheet=Words("Benennung", "Naming"), always=True,
)  # fmt: skip

WEIGHTS = TableContract(
    "weights", Words("Gewichte je Kommune auf die Ränder des Registers, Mittel 1", "Weights to the register, mean 1"),
    (
        KEY,
        number("weight", "Gewicht", "Weight", TIMES_MEAN, gaps=True, low=0),
    ),
    key=("key",), index=True,
)  # fmt: skip
WEIGHT_MARGINS = TableContract(
    "weight_margins",
    Words("Ränder des Registers und der Antwortenden, ohne und mit Gewicht",
          "Margins of the register and of the respondents, without and with weights"),
    (
        text("margin", "Merkmal im Register", "Feature in the register"),
        text("category", "Ausprägung", "Category"),
        whole("bodies", "Kommunen im Register", "Bodies in the register", COUNT),
        whole("n", "Antwortende Kommunen", "Respondents", MUNICIPALITIES),
        share("target_share", "Anteil im Register", "Share in the register", gaps=True),
        share("sample_share", "Anteil an den Antwortenden", "Share of respondents", gaps=True),
        share("weighted_share", "Anteil an den Antwortenden mit Gewicht", "Share of respondents, weighted", gaps=True),
        share("unrepresented", "Anteil des Registers, aus dem niemand geantwortet hat",
              "Share of the register from which nobody answered"),
    ),
    key=("margin", "category"), sheet=Words("Ränder der Gewichtung", "Margins of weighting"),
)  # fmt: skip
WEIGHTED = TableContract(
    "weighted",
    Words("Anteile der Typen und Mittelwerte ohne und mit Gewicht (keine Hochrechnung)",
          "Shares of types and means without and with weights (no projection)"),
    (
        text("measure", "Worum es geht", "What it is about", values=Measure),
        text("item", "Typ, Ziel oder Feld", "Type, goal or field"),
        whole("n", "Zahl der Antworten", "Number of answers"),
        number("unweighted", "Ohne Gewicht", "Unweighted", MEAN_OR_SHARE, gaps=True),
        number("weighted", "Mit Gewicht", "Weighted", MEAN_OR_SHARE, gaps=True),
        number("difference", "Mit Gewicht minus ohne Gewicht", "Weighted minus unweighted", MEAN_OR_SHARE, gaps=True),
    ),
    key=("measure", "item"), sheet=Words("Gewichtet", "Weighted"),
)  # fmt: skip

TYPE_TABLES = by_name(
    ASSIGNMENTS, LEANINGS, LEANING_GOALS, TYPES, TYPE_SIZES, TYPE_PROFILES, INSTRUMENTS, MUNICIPALITY_PROFILES,
    CLASSES, NAMING, WEIGHTS, WEIGHT_MARGINS, WEIGHTED,
)  # fmt: skip
