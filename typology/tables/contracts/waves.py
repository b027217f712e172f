"""Two waves of a survey side by side: the groups, who moved, what made the difference, and what chance alone does."""

from __future__ import annotations

from typology.content.vocabulary import Wave, WaveChange
from typology.tables.contracts.answers import KEY
from typology.tables.contracts.columns import SHARE, Column, Kind, Words, flag, number, share, text, whole
from typology.tables.contracts.contract import TableContract, by_name
from typology.tables.contracts.types import MUNICIPALITIES

CHANGE = Words("Differenz zweier Anteile", "difference of two shares")
CAUSES = ("own", "model", "both")
BORDERS = ("gleich", "nachfolger", "fusion", "aufteilung")
KEY_BEFORE = text("key_before", "Schlüssel in der früheren Befragung", "Key in the former survey", gaps=True)


def _difference(name: str, de: str, en: str, *, gaps: bool = False) -> Column:
    return Column(name, Kind.NUMBER, Words(de, en), CHANGE, gaps=gaps, low=-1, high=1)


WAVES = TableContract(
    "waves", Words("Frühere Befragung, mit der verglichen wird", "Former survey that this one is compared with"),
    (
        text("survey", "Kennung der früheren Befragung", "Key of the former survey"),
        text("title", "Titel der früheren Befragung", "Title of the former survey (German)"),
        text("title_en", "Titel der früheren Befragung (englisch)", "Title of the former survey"),
        text("date", "Stand der früheren Befragung", "Date of the former survey"),
        text("outcome", "Ob verglichen wird", "Whether it is compared", values=Wave),
        whole("n", "Verglichene Kommunen: Antworten beide Male offen",
              "Municipalities compared: answers open both times", MUNICIPALITIES),
    ),
    key=("survey",), public=True,
)  # fmt: skip

WAVE_TYPES = TableContract(
    "wave_types", Words("Gruppen zweier Befragungen nebeneinander", "Groups of two surveys side by side"),
    (
        text("type_then", "Typ, wie er damals hieß", "Type as it was called then", gaps=True),
        text("type_now", "Typ von heute", "Type of today", gaps=True),
        number("overlap", "Wie weit sich beide decken", "How far both overlap", SHARE, low=0, high=1),
        number("limit", "Ab wann es dieselbe Gruppe ist", "From when it is the same group", SHARE, low=0, high=1,
               gaps=True),
        flag("same", "Dieselbe Gruppe", "The same group"),
        share("difference", "Größter Unterschied bei einem Ziel", "Largest difference of a goal", gaps=True,
              inside=True),
    ),
    key=("type_then", "type_now"), public=True,
)  # fmt: skip

WAVE_MOVEMENT = TableContract(
    "wave_movement", Words("Wechsel beobachtet und erwartet", "Movement observed and expected"),
    (
        text("type", "Typ in der früheren Befragung", "Type in the former survey"),
        whole("n", "Kommunen", "Municipalities", MUNICIPALITIES, held_back=True),
        whole("moved", "Davon heute in einem anderen Typ", "Of these in another type today", MUNICIPALITIES,
              held_back=True),
        share("share", "Anteil, der wechselte", "Share that moved", gaps=True),
        share("expected", "Zu erwarten, wenn keine wechselte", "To be expected if none moved", gaps=True),
        share("low", "Untere Grenze ohne Wechsel", "Lower bound without moves", gaps=True),
        share("high", "Obere Grenze ohne Wechsel", "Upper bound without moves", gaps=True),
        flag("beyond", "Mehr, als der Zufall erklärt", "More than chance explains"),
    ),
    key=("type",), public=True,
)  # fmt: skip

WAVE_SHARES = TableContract(
    "wave_shares",
    Words("Anteile der Typen damals und heute, nach Ursachen", "Shares of the types then and now, by causes"),
    (
        text("type", "Typ", "Type"),
        share("before", "Anteil damals", "Share then"),
        _difference("own_change", "Durch die eigenen Antworten", "By own answers"),
        _difference("model_change", "Durch das Modell", "By the model"),
        share("now", "Anteil heute", "Share today"),
        _difference("chance_low", "Untere Grenze ohne Wechsel", "Lower bound without moves", gaps=True),
        _difference("chance_high", "Obere Grenze ohne Wechsel", "Upper bound without moves", gaps=True),
    ),
    key=("type",), public=True,
)  # fmt: skip

WAVE_FLOWS = TableContract(
    "wave_flows", Words("Von welchem Typ zu welchem", "From which type to which"),
    (
        text("type_before", "Typ in der früheren Befragung", "Type in the former survey"),
        text("type_now", "Typ heute", "Type today"),
        whole("n", "Kommunen", "Municipalities", MUNICIPALITIES, held_back=True),
        number("expected", "Zu erwarten, wenn keine wechselte", "To be expected if none moved", MUNICIPALITIES, low=0,
               gaps=True),
    ),
    key=("type_before", "type_now"), public=True,
)  # fmt: skip

WAVE_MOVES = TableContract(
    "wave_moves", Words("Kommunen in beiden Befragungen", "Municipalities in both surveys"),
    (
        KEY,
        KEY_BEFORE,
        text("type_then", "Typ, wie er damals hieß", "Type as it was called then", gaps=True),
        text("type_before", "Dieser Typ, wie er heute heißt", "That type as it is called today", gaps=True),
        text("type_now", "Typ heute", "Type today", gaps=True),
        text("change", "Was sich sagen lässt", "What can be said", values=WaveChange),
        text("cause", "Ursache des Wechsels", "Cause of the move", values=CAUSES, gaps=True),
        text("borders", "Was aus den Grenzen wurde", "What became of the borders", values=BORDERS),
        text("type_old_model", "Heutige Antworten im alten Modell", "Present answers in the old model", gaps=True,
             inside=True),
        text("type_new_model", "Damalige Antworten im neuen Modell", "Former answers in the new model", gaps=True,
             inside=True),
        share("chance", "Wie oft auch ohne Wechsel ein anderer Typ", "How often another type without a move", gaps=True,
              inside=True),
        share("own_change", "Änderung durch die eigenen Antworten", "Change by own answers", gaps=True, inside=True),
        share("model_change", "Änderung durch das Modell", "Change by the model", gaps=True, inside=True),
    ),
    key=("key", "key_before"), public=True,
)  # fmt: skip

WAVE_CHANGES = TableContract(
    "wave_changes",
    Words("Wahrscheinlichkeiten damals und heute je Kommune", "Probabilities then and now by municipality"),
    (
        KEY,
        text("type", "Typ", "Type"),
        share("before", "Wahrscheinlichkeit damals", "Probability then"),
        _difference("own_change", "Durch die eigenen Antworten", "By own answers"),
        _difference("model_change", "Durch das Modell", "By the model"),
        share("now", "Wahrscheinlichkeit heute", "Probability today"),
    ),
    key=("key", "type"),
)  # fmt: skip

WAVE_TERRITORY = TableContract(
    "wave_territory", Words("Was aus den Schlüsseln wurde", "What became of the keys"),
    (
        KEY_BEFORE,
        text("key", "Schlüssel heute", "Key today", gaps=True),
        text("kind", "Wie beide zusammenhängen", "How both belong together", values=(*BORDERS, "nur_alt", "nur_neu")),
    ),
    key=("key_before", "key"),
)  # fmt: skip

WAVE_TABLES = by_name(
    WAVES, WAVE_TYPES, WAVE_MOVEMENT, WAVE_SHARES, WAVE_FLOWS, WAVE_MOVES, WAVE_CHANGES, WAVE_TERRITORY
)
