"""How names of bodies are folded and what the words around them mean: one table, for this program and for the site.

:func:`folding_table` is what ``search.js`` folds by, so that both find the same body.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SMALL_WORDS = frozenset(
    {
        "a", "am", "an", "auf", "b", "bei", "beim", "d", "dem", "den", "der", "des", "i", "im", "in", "o", "ob", "od",
        "oberhalb", "u", "und", "unter", "unterm", "v", "vom", "von", "vor", "z", "zu", "zum", "zur",
    }
)  # fmt: skip
#: Suffixes that the register of Bavaria abbreviates.
SUFFIXES = {"st": "stadt", "m": "markt", "gkst": "grosse kreisstadt", "krst": "kreisstadt"}
#: Words that people put before a name, and the kinds of body they mean.
TITLES = {
    word: kinds
    for kinds, words in {
        ("kreis",): "landkreis lkr lk kreis region regionalverband staedteregion",
        ("kreisfrei",): "kreisfreie stadtkreis sk",
        ("gemeinde",): "gemeinde markt marktgemeinde flecken grosse kreisstadt kreisangehoerige",
        ("gemeinde", "kreisfrei"): "stadt landeshauptstadt hansestadt universitaetsstadt",
        ("verband",): "amt samtgemeinde sg verbandsgemeinde vg verwaltungsgemeinschaft vgem verwaltungsverband vvg gvv",
    }.items()
    for word in words.split()
}
#: Letters that are written out, and those that Unicode does not take apart into a plain one and a mark.
LETTERS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe", "å": "a", "ł": "l", "đ": "d", "ð": "d",
    "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t", "ĸ": "k", "ς": "σ",
}  # fmt: skip
#: Small words with which an addition begins that people leave out: "Halle an der Saale", "Neustadt a.d. Aisch".
ADDITION_WORDS = ("a", "i", "b", "v", "o", "u", "am", "an", "im", "in", "bei", "vor", "ob", "unter", "auf")
ADDITION = re.compile(rf"\(.*|\s*/.*|\s+(?:{'|'.join(ADDITION_WORDS)})(?!\w).*", re.IGNORECASE)
_LETTERS = str.maketrans(LETTERS)
REMEMBERED = 1 << 16  # names; a register gives most of them several times
SAINT, SAINTS = "sankt", ("st", "skt")
#: Words by which administrations call themselves, beside ``TITLES``, and the kinds of body they belong to.
OFFICES: dict[str, tuple[str, ...]] = {
    word: tuple(kinds.split())
    for kinds, words in {
        "kreis": "landkreises kreises kreisverwaltung landratsamt landratsamts landrat landraetin kreisausschuss",
        "gemeinde": "ortsgemeinde ortsgemeinden einheitsgemeinde kreisstadt gemeinden marktes",
        "gemeinde kreisfrei": "stadtverwaltung magistrat gemeindeverwaltung gemeindevorstand marktverwaltung "
        "oberbuergermeister oberbuergermeisterin stadtgemeinde",
        "verband": "samtgemeindeverwaltung verbandsgemeindeverwaltung amtsverwaltung amtsdirektor",
        "": "verwaltung kommunalverwaltung kommune rathaus buergermeister buergermeisterin buergermeisteramt "
        "hauptamt buergermeisterei senat senatskanzlei freie freien kreisfreien",
    }.items()
    for word in words.split()
}

#: Kinds of body that are one place on the map; offices say "Gemeinde" or "Stadt" whatever the register says.
PLACES = ("gemeinde", "kreisfrei")


@lru_cache(maxsize=REMEMBERED)
def folded(text: str) -> tuple[str, ...]:
    """The words of a name in plain small letters, without the small words between them.

    >>> folded("St. Georgen i. Schwarzwald"), folded("Sankt Georgen im Schwarzwald")
    (('sankt', 'georgen', 'schwarzwald'), ('sankt', 'georgen', 'schwarzwald'))
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(_LETTERS)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", plain) if unicodedata.category(sign)[0] != "M")
    words = re.findall(r"[^\W_]+", plain)
    words = [SAINT if word in SAINTS and place + 1 < len(words) else word for place, word in enumerate(words)]
    kept = [word for word in words if word not in SMALL_WORDS]
    return tuple(kept or words)


def spelt_out(name: str) -> str:
    """The name with Bavaria's short suffixes in full ("Grafing b.München, St" → "… , stadt")."""
    first, *suffixes = name.split(",")
    return ",".join([first, *(" " + SUFFIXES.get(part.strip().lower(), part) for part in suffixes)])


def name_forms(name: str, base: str, kind: str = "") -> tuple[str, str, str]:
    """The folded official name, the name without suffix, and the name without its addition, each as one word."""
    short = ADDITION.sub("", base).strip() or base
    if kind == "kreis":  # "Region Hannover" is what people may mean by Hannover
        short = " ".join(word for word in base.split() if "".join(folded(word)) not in TITLES) or base
    return "".join(folded(spelt_out(name))), "".join(folded(base)), "".join(folded(short))


def kinds_meant(word: str) -> tuple[str, ...] | None:
    """The kinds of body that a word before or after a name means, () for any, None when it is no such word.

    >>> kinds_meant("landratsamt"), kinds_meant("rathaus"), kinds_meant("documentastadt"), kinds_meant("jobcenter")
    (('kreis',), (), ('gemeinde', 'kreisfrei'), None)
    """
    if word in TITLES:
        return tuple(TITLES[word])
    if word in OFFICES:
        return OFFICES[word]
    return PLACES if word.endswith("stadt") else None  # Hansestadt, Residenzstadt; a name goes first


def folding_table() -> dict[str, object]:
    """All that this module folds by, as plain data."""
    return {
        "letters": LETTERS,
        "small": sorted(SMALL_WORDS),
        "suffixes": SUFFIXES,
        "titles": {word: list(kinds) for word, kinds in TITLES.items()},
        "offices": {word: list(kinds) for word, kinds in OFFICES.items()},
        "places": list(PLACES),
        "addition": list(ADDITION_WORDS),
        "saint": SAINT,
        "saints": list(SAINTS),
    }
