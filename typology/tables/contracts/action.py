"""What to do: pain points, cooperation, competences, trainings and courses, steps for the agenda."""

from __future__ import annotations

from typology.content.vocabulary import AgendaPartner, GapState, Grouping, LeftOut
from typology.tables.contracts.answers import COMPETENCE_KEY, KEY, LEVELS
from typology.tables.contracts.columns import (
    COUNT,
    KILOMETRES,
    LEVEL,
    NO_UNIT,
    Words,
    flag,
    number,
    points,
    share,
    text,
    whole,
)
from typology.tables.contracts.contract import TableContract, by_name
from typology.tables.contracts.types import HIGH, LOW, MUNICIPALITIES

STEPS = Words("Stufen", "levels")
DAYS = Words("Personentage", "person-days")
SOLVER = (
    points("objective", "Erreichter Zielwert der Planung", "Objective that the plan reaches"),
    points("bound", "Schranke, die kein Plan übertrifft", "Bound that no plan exceeds"),
    number("gap", "Abstand zur Schranke", "Gap to the bound", Words("Anteil", "share"), low=0),
)
JOINED = (
    points("part_joined", "Punkte: wie viele mitmachen", "Points: how many join"),
    points("part_near", "Punkte: Nähe", "Points: nearness"),
    points("part_size", "Punkte: ähnliche Größe", "Points: similar size"),
    points("part_host", "Punkte: Aufwand der einladenden Kommune", "Points: cost of the inviting municipality"),
)

PAIN_SHARES = TableContract(
    "pain_shares", Words("Schmerzpunkte nach Größenklasse und Typ", "Pain points by size class and type"),
    (
        text("grouping", "Aufgeteilt nach", "Broken down by", values=Grouping),
        text("group", "Gruppe", "Group"),
        text("item", "Schmerzpunkt", "Pain point"),
        text("level", "Stand", "State"),
        whole("n", "Zahl der Antworten (öffentlich: Kommunen der Gruppe)",
              "Number of answers (public: municipalities of the group)", held_back=True),
        whole("count", "Davon mit diesem Stand", "Of these in this state", held_back=True),
        share("estimate", "Anteil", "Share", gaps=True),
        share("low", *LOW, gaps=True),
        share("high", *HIGH, gaps=True),
    ),
    key=("grouping", "group", "item", "level"), public=True,
)  # fmt: skip

COOPERATION = TableContract(
    "cooperation", Words("Kooperationsgruppen je Schmerzpunkt", "Cooperation groups by pain point"),
    (
        text("group", "Gruppe", "Group"),
        text("topic", "Schmerzpunkt", "Pain point"),
        text("host", "Schlüssel der einladenden Kommune", "Key of the inviting municipality", refers=True),
        whole("n", "Kommunen der Gruppe", "Municipalities of the group", MUNICIPALITIES, low=1),
        points("score", "Punktwert (Summe der Punkte)", "Score (sum of the points)"),
        *JOINED,
        number("mean_km", "Mittlere Entfernung zur einladenden Kommune", "Mean distance to the host", KILOMETRES,
               gaps=True, low=0),
        number("max_km", "Größte Entfernung zur einladenden Kommune", "Largest distance to the host", KILOMETRES,
               gaps=True, low=0),
        text("past", "Kommunen, die es hinter sich haben", "Municipalities that are past it", gaps=True, refers=True,
             joined=";"),
        *SOLVER,
    ),
    key=("group",), public=True, sheet=Words("Kooperationen", "Cooperation"),
)  # fmt: skip
COOPERATION_MEMBERS = TableContract(
    "cooperation_members", Words("Mitglieder der Kooperationsgruppen", "Members of the cooperation groups"),
    (
        KEY,
        text("topic", "Schmerzpunkt", "Pain point"),
        text("group", "Gruppe (leer: in keiner)", "Group (empty: in none)", gaps=True),
        flag("host", "Lädt ein", "Invites"),
        number("distance_km", "Entfernung zur einladenden Kommune", "Distance to the host", KILOMETRES, gaps=True,
               low=0),
        points("score", "Punktwert (Summe der Punkte)", "Score (sum of the points)"),
        *JOINED,
        text("reason", "Warum in keiner Gruppe", "Why in no group", gaps=True, values=LeftOut),
    ),
    key=("key", "topic"), public=True, sheet=Words("Mitglieder der Kooperationen", "Cooperation members"),
)  # fmt: skip

COMPETENCE_GAPS = TableContract(
    "competence_gaps",
    Words("Lücken zwischen Soll und Ist je Berufsgruppe und Bereich", "Gaps between needed and available level"),
    (
        *COMPETENCE_KEY,
        *LEVELS,
        number("gap", "Lücke (benötigt minus vorhanden)", "Gap (needed minus available)", STEPS, gaps=True),
        flag("missed", "Von üblichen Kursen selten erreicht", "Rarely reached by usual courses"),
        text("state", "Ergebnis", "Result", values=GapState),
    ),
    key=("key", "family", "area"), sheet=Words("Kompetenzlücken", "Competence gaps"),
)  # fmt: skip
TRAININGS = TableContract(
    "trainings", Words("Passende Weiterbildungen je Kommune", "Trainings that fit, by municipality"),
    (
        *COMPETENCE_KEY,
        *LEVELS,
        number("gap", "Lücke (benötigt minus vorhanden)", "Gap (needed minus available)", STEPS),
        whole("step", "Schritt im Lernweg (0: kein Angebot)", "Step of the path (0: no offer)", NO_UNIT),
        text("offer", "Angebot", "Offer", gaps=True),
        number("start", "Von Stufe", "From level", LEVEL, gaps=True, low=1, high=8),
        number("end", "Bis Stufe", "To level", LEVEL, gaps=True, low=1, high=8),
        number("closes", "Geschlossene Stufen", "Levels closed", STEPS, gaps=True, low=0),
        number("remaining", "Danach noch offene Stufen", "Levels still open after it", STEPS, gaps=True, low=0),
        text("made_for", "Für wen das Angebot gemacht ist", "For whom the offer is made", gaps=True),
    ),
    key=("key", "family", "area", "step"), sheet=Words("Weiterbildungen", "Trainings"),
)  # fmt: skip
COURSES = TableContract(
    "courses", Words("Gemeinsame Kurse", "Joint courses"),
    (
        text("course", "Kurs", "Course"),
        text("offer", "Angebot", "Offer"),
        text("host", "Schlüssel der einladenden Kommune (leer: online)", "Key of the host (empty: online)", gaps=True,
             refers=True),
        text("participants", "Schlüssel der Teilnehmenden", "Keys of the participants", refers=True, joined=";"),
        whole("municipalities", "Teilnehmende Kommunen", "Municipalities taking part", MUNICIPALITIES, low=2),
        whole("seats", "Plätze", "Seats", COUNT, low=1),
        number("levels", "Geschlossene Stufen insgesamt", "Levels closed in all", STEPS, low=0),
        points("score", "Punktwert (Summe der Punkte)", "Score (sum of the points)"),
        points("part_levels", "Punkte: geschlossene Stufen", "Points: levels closed"),
        points("part_distance", "Punkte: Wege", "Points: distances"),
        number("mean_km", "Mittlere Entfernung zum Kursort", "Mean distance to the place", KILOMETRES, gaps=True,
               low=0),
        *SOLVER,
    ),
    key=("course",), sheet=Words("Gemeinsame Kurse", "Joint courses"),
)  # fmt: skip

AGENDA = TableContract(
    "agenda", Words("Schritte für die digitale Agenda je Kommune", "Steps for the digital agenda by municipality"),
    (
        KEY,
        whole("rank", "Platz unter den Schritten", "Place among the steps", NO_UNIT, low=1),
        text("step", "Schritt", "Step"),
        text("field", "Handlungsfeld", "Field of action", gaps=True),
        text("effort", "Aufwand (S, M, L)", "Effort (S, M, L)", gaps=True, values=("S", "M", "L")),
        whole("days_low", "Eigener Aufwand von (geschätzt)", "Own effort from (estimate)", DAYS, gaps=True,
              low=1),
        whole("days_high", "Eigener Aufwand bis (geschätzt)", "Own effort to (estimate)", DAYS, gaps=True,
              low=1),
        points("score", "Dringlichkeit (Summe der Punkte)", "Urgency (sum of the points)"),
        points("part_gap", "Punkte: Abstand zum besten Stand", "Points: distance to the best level"),
        points("part_important", "Punkte: Wichtigkeit", "Points: importance"),
        points("part_goal", "Punkte: gewähltes Ziel", "Points: goal chosen"),
        points("part_answer", "Punkte: auslösende Antwort", "Points: answer that triggered it"),
        points("part_fit", "Punkte: was für diesen Schritt spricht", "Points: what speaks for this step"),
        text("trigger", "Auslösende Antworten", "Answers that triggered it"),
        text("source", "Quelle des Schritts", "Source of the step"),
        text("partners", "Kommunen, die helfen können", "Municipalities that can help", gaps=True, refers=True,
             joined=";"),
        text("partner_reason", "Warum diese helfen können", "Why these can help", gaps=True,
             values=AgendaPartner),
        text("done", "Kommunen, die das abgeschlossen haben", "Municipalities that have finished it", gaps=True,
             refers=True, joined=";"),
        text("running", "Kommunen, in denen es läuft", "Municipalities in which it is running", gaps=True, refers=True,
             joined=";"),
    ),
    key=("key", "step"), public=True, sheet=Words("Agenda", "Agenda"),
)  # fmt: skip

ACTION_TABLES = by_name(
    PAIN_SHARES, COOPERATION, COOPERATION_MEMBERS, COMPETENCE_GAPS, TRAININGS, COURSES, AGENDA
)  # fmt: skip
