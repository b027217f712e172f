"""What titles and headings say where the answers of a study speak for degrees: of leanings, and not of types."""

from __future__ import annotations

from dataclasses import replace

from typology.tables.contracts.columns import Words
from typology.tables.contracts.contract import TableContract

INSTEAD = {
    Words("Zuordnung je Kommune mit Wahrscheinlichkeiten", "Assignment by municipality, probabilities"): Words(
        "Nächster Schwerpunkt je Kommune", "Nearest leaning by municipality"
    ),
    Words("Zuordnung", "Assignments"): Words("Nächster Schwerpunkt", "Nearest leaning"),
    Words("Typ", "Type"): Words("Schwerpunkt", "Leaning"),
    Words("Wahrscheinlichkeit: {type}", "Probability: {type}"): Words(
        "Wahrscheinlichkeit, der stärkste zu sein: {type}", "Probability of being the strongest: {type}"
    ),
    Words("Zweiter Typ (nur bei Mischtyp)", "Second type (mixed only)"): Words(
        "Zweiter Schwerpunkt (nur zwischen zweien)", "Second leaning (between two only)"
    ),
    Words("Wie sicher die Zuordnung ist", "How sure the assignment is"): Words(
        "Wie klar ein Schwerpunkt am nächsten ist", "How clearly a leaning is nearest"
    ),
    Words("Typen mit Anteil im Modell und Zahl der zugeordneten Kommunen",
          "Types with their share in the model and the number of municipalities assigned"): Words(
        "Schwerpunkte und wie viele Kommunen ihnen am nächsten stehen",
        "Leanings and how many municipalities are nearest to them",
    ),
    Words("Typen", "Types"): Words("Am nächsten", "Nearest"),
    Words("Name des Typs", "German name of the type"): Words("Name", "German name"),
    Words("Hat einen Namen erhalten", "Got a name"): Words("Trägt einen Namen des Katalogs", "Named by the catalogue"),
    Words("Anteil im Modell", "Share in the model"): Words("Ohne Angabe: Anteil", "Not stated: share"),
    Words("Anteil im Modell: untere Grenze", "Share in the model: lower bound"): Words(
        "Ohne Angabe: untere Grenze", "Not stated: lower bound"
    ),
    Words("Anteil im Modell: obere Grenze", "Share in the model: upper bound"): Words(
        "Ohne Angabe: obere Grenze", "Not stated: upper bound"
    ),
    Words("Zugeordnete Kommunen", "Municipalities assigned"): Words(
        "Kommunen, die ihm am nächsten stehen", "Municipalities nearest to it"
    ),
    Words("Davon Mischtyp", "Of these mixed"): Words("Davon zwischen zweien", "Of these between two"),
    Words("Typen nach Größenklasse; veröffentlicht nach zwei Größenbändern",
          "Types by size class; published by two size bands"): Words(
        "Nächster Schwerpunkt nach Größenklasse; veröffentlicht nach zwei Größenbändern",
        "Nearest leaning by size class; published by two size bands",
    ),
    Words("Typen nach Größe", "Types by size"): Words("Am nächsten nach Größe", "Nearest by size"),
    Words("Profile der Typen: Anteile und Mittelwerte mit Intervall",
          "Profiles of types: shares, means, intervals"): Words(
        "Profile nach nächstem Schwerpunkt: Anteile und Mittelwerte mit Intervall",
        "Profiles by nearest leaning: shares, means, intervals",
    ),
    Words("Profile der Typen", "Profiles of types"): Words("Profile der Schwerpunkte", "Profiles of leanings"),
    Words("Zahl der Antworten (öffentlich: Kommunen des Typs)",
          "Number of answers (public: municipalities of the type)"): Words(
        "Zahl der Antworten (öffentlich: Kommunen, die am nächsten stehen)",
        "Number of answers (public: municipalities that are nearest)",
    ),
    Words("Instrumente: Anteil der Kommunen je Typ, die es haben",
          "Instruments: share of municipalities by type that have it"): Words(
        "Instrumente: Anteil der Kommunen je nächstem Schwerpunkt, die es haben",
        "Instruments: share of municipalities by nearest leaning that have it",
    ),
    Words("Profile der Kommunen: eigener Wert, Typ, alle",
          "Profiles of municipalities: own value, type, all"): Words(
        "Profile der Kommunen: eigener Wert, nächstliegender Schwerpunkt, alle",
        "Profiles of municipalities: own value, nearest leaning, all",
    ),
    Words("Zugeordnete des eigenen Typs", "Assigned to its own type"): Words(
        "Beim nächstliegenden Schwerpunkt", "Nearest leaning"
    ),
    Words("Antworten beim eigenen Typ (öffentlich: seine Kommunen)",
          "Answers of its own type (public: its municipalities)"): Words(
        "Antworten beim nächstliegenden Schwerpunkt (öffentlich: seine Kommunen)",
        "Answers at the nearest leaning (public: its municipalities)",
    ),
    Words("Anteil oder Mittelwert der zugeordneten Kommunen", "Share or mean of the municipalities assigned"): Words(
        "Anteil oder Mittelwert der Kommunen, die am nächsten stehen", "Share or mean of the nearest municipalities"
    ),
    Words("Anteil der zugeordneten Kommunen, der es hat", "Share of the municipalities assigned that has it"): Words(
        "Anteil der Kommunen, die am nächsten stehen, der es hat", "Share of the nearest municipalities that has it"
    ),
    Words("Wie viele Typen: Kennzahlen je Klassenzahl", "How many types: criteria by number of classes"): Words(
        "Modelle mit Klassen: Kennzahlen je Klassenzahl", "Models with classes: criteria by number of classes"
    ),
    Words("Zahl der Typen", "Number of types"): Words("Modelle mit Klassen", "Models with classes"),
    Words("Anteile der Typen und Mittelwerte ohne und mit Gewicht (keine Hochrechnung)",
          "Shares of types and means without and with weights (no projection)"): Words(
        "Mittelwerte ohne und mit Gewicht (keine Hochrechnung)", "Means without and with weights (no projection)"
    ),
    Words("Typ, Ziel oder Feld", "Type, goal or field"): Words("Ziel oder Feld", "Goal or field"),
    Words("Punkte: Typ", "Points: type"): Words("Punkte: Nähe der Schwerpunkte", "Points: nearness of leanings"),
    Words("Seltenster Typ", "Rarest type"): Words("Seltenster Schwerpunkt", "Rarest leaning"),
    Words("Kommunen des seltensten Typs", "Municipalities of the rarest type"): Words(
        "Kommunen, die dort am höchsten stehen", "Municipalities that stand highest there"
    ),
    Words("Schmerzpunkte nach Größenklasse und Typ", "Pain points by size class and type"): Words(
        "Schmerzpunkte nach Größenklasse und nächstem Schwerpunkt", "Pain points by size class and nearest leaning"
    ),
    Words("Wenige Kommunen haben diesen Typ", "Few municipalities have this type"): Words(
        "Wenige Kommunen stehen diesem Schwerpunkt am nächsten", "Few municipalities are nearest to this leaning"
    ),
    Words("Typ, der am besten passt", "Type that fits best"): Words(
        "Beschreibung, die passt", "Description that fits"
    ),
}  # fmt: skip


def of_leanings(contract: TableContract) -> TableContract:
    """The contract with the words for leanings.

    >>> from typology.tables.schema import TABLES
    >>> of_leanings(TABLES["types"]).heading("n")
    'Kommunen, die ihm am nächsten stehen'
    """
    columns = tuple(replace(column, title=INSTEAD.get(column.title, column.title)) for column in contract.columns)
    sheet = contract.sheet if contract.sheet is None else INSTEAD.get(contract.sheet, contract.sheet)
    return replace(contract, title=INSTEAD.get(contract.title, contract.title), columns=columns, sheet=sheet)
