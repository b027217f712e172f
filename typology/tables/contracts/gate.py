"""What the gate to ``public/`` held back: for the person who signs the publication; it stays inside."""

from __future__ import annotations

from typology.content.vocabulary import Rule
from typology.tables.contracts.columns import Words, number, text
from typology.tables.contracts.contract import TableContract, by_name

RULES_KNOWN = {
    Rule.FEW: Words("Zu wenige stehen dahinter oder fehlen dazu, oder es füllte eine andere Lücke",
                    "Too few stand behind it or are missing from it, or it would fill another gap"),
    Rule.BESIDE: Words("Es füllte eine andere Lücke", "It would fill another gap"),
    Rule.NUMBER: Words("Die Zahl der Kommunen dazu ist verborgen", "The number of municipalities to it is hidden"),
    Rule.MODEL: Words("Aus dem genauen Modell folgten verschlossene Antworten",
                      "Closed answers would follow from the exact model"),
    Rule.QUALITY: Words("Es wäre eine verborgene Anzahl unter anderem Namen",
                        "It would be a hidden count with another name"),
    Rule.RELEASE: Words("Seit der letzten Veröffentlichung haben sich wenige geändert",
                        "Few have changed since the last release"),
    Rule.OPEN_OF_NOBODY: Words("Diese Antworten sind von niemandem offen, und wer sich seit einer Veröffentlichung "
                               "geändert hat, ist darunter nicht verborgen",
                               "These answers are open of nobody, and who changed since a release is not hidden "
                               "among them"),
    Rule.FREEDOM: Words("Das Modell hat kaum mehr Antworten als Parameter",
                        "The model has hardly more answers than parameters"),
    Rule.ZERO: Words("Eine Wahrscheinlichkeit nahe 0 oder 1 schlösse Antworten aus",
                     "A probability near 0 or 1 would rule answers out"),
    Rule.GROUP: Words("Wenige Kommunen haben diesen Typ", "Few municipalities have this type"),
}  # fmt: skip

GATE = TableContract(
    "gate",
    Words("Freigabe: was nicht oder nur gröber veröffentlicht ist",
          "Gate: what is not published, or only more coarsely"),
    (
        text("table", "Tabelle", "Table"),
        text("row", "Zeile", "Row"),
        text("column", "Spalte oder Angabe", "Column or figure"),
        text("rule", "Regel", "Rule", values=tuple(RULES_KNOWN)),
        number("step", "Schritt, auf dem es steht (leer: steht nicht da)", "Step at which it stands (empty: left out)",
               gaps=True, low=0),
    ),
    key=("table", "row", "column"),
)  # fmt: skip

GATE_TABLES = by_name(GATE)
