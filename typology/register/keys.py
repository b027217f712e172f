"""What people write where a key belongs, brought back to a key of the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from typology.register.official_keys import (
    ARS,
    GEMEINDE,
    KREIS,
    VERBAND,
    ZERO_LOST,
    ags_of,
    are_digits,
    as_city,
    kind_of,
    shortened,
    verband_of,
)
from typology.writing import Said

Repair = Literal["", "leading_zero", "ars", "float", "kreisfrei", "kreis", "label", "successor"]
#: Signs that people put between the parts of a key, and those without width that they copy with it.
SEPARATORS = re.compile(r"[\s.\-/_'’`\"„“”\u00ad\u200b-\u200f\u2060\ufeff]")
#: What people write before or behind the digits to say what they are: "AGS 01001000", "DE_01001000", "05315 (Kreis)".
LABEL = re.compile(
    r"(?:amtl\w*\.?\s*)?(?:ags|ars|gkz|rs|nr\.?|de|(?:land)?kreis|schl(?:ü|ue)ssel|"
    r"(?:gemeinde|regional|kreis|verbands?)(?:kennziffer|kennzahl|schl\.?|schl(?:ü|ue)ssel))"
    r"(?:[-\s]?(?:nummer|nr\.?))?\s*[:=_#.\-–]?\s*(?=\d)",
    re.IGNORECASE,
)
LABEL_BEHIND = re.compile(r"(?<=\d)\s*[(\[]?\s*(?:ags|ars|gkz|rs|kreis)\s*[)\]]?", re.IGNORECASE)
#: A code of the European statistical areas: DEF01 is Flensburg.
NUTS = re.compile(r"DE[0-9A-G][0-9A-Z]{0,2}", re.IGNORECASE)
FLOAT = re.compile(r"(\d+)[.,]0+")
SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")


@dataclass(frozen=True)
class KeyMatch:
    """What became of one written key.

    ``key`` is the key in the register, or "" when there is none to trust; then ``problem`` says why, in
    one sentence, and ``candidates`` holds the keys that could be meant. ``repaired`` names the one thing
    that was mended (for a number such as ``1001000.0`` that also lost its zero: ``float``).
    """

    text: str
    key: str = ""
    repaired: Repair = ""
    problem: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyBook:
    """The keys of one register, ready to be looked up.

    kinds : key → kind of body. ars : 12 digits → key. single : 9 digits of a municipality without Verband → key.
    """

    kinds: Mapping[str, str]
    ars: Mapping[str, str]
    single: Mapping[str, str]

    def lookup(self, digits: str) -> tuple[str, Repair]:
        """The body of exactly these digits, and whether the way to it was a detour; ("", "") if none."""
        if digits in self.kinds:
            return digits, ""
        if kind_of(digits) == "kreis" and as_city(digits) in self.kinds:
            return as_city(digits), "kreisfrei"
        if digits in self.single:
            return self.single[digits], "ars"
        if len(digits) == ARS:
            for key in (self.ars.get(digits, ""), *shortened(digits)):
                if key in self.kinds:
                    return key, "ars"
        if kind_of(digits) == "gemeinde" and digits == as_city(digits[:KREIS]) and digits[:KREIS] in self.kinds:
            return digits[:KREIS], "kreis"
        return "", ""

    def __contains__(self, digits: object) -> bool:
        return isinstance(digits, str) and bool(self.lookup(digits)[0])

    def normalise(self, text: str) -> KeyMatch:
        """Bring a written key to a key of this register; never raises, whatever the text.

        A lost leading zero is put back only when the digits as written are no key, the digits with a zero
        are exactly one, and so nothing else can be meant.
        """
        digits, repaired, problem = read_digits(text)
        if problem:
            return KeyMatch(text, problem=problem)
        key, way = self.lookup(digits)
        if key:
            return self._found(text, key, repaired or way)
        for full in _with_lost_zero(digits):
            key, _ = self.lookup(full)
            if key:
                return self._found(text, key, repaired or "leading_zero")
        if not kind_of(digits) and len(digits) not in (*ZERO_LOST, ARS):
            return KeyMatch(text, problem=Said("register.no_key_length", n=len(digits), lengths=_lengths()))
        return KeyMatch(text, problem=Said("register.key_not_in_register", key=digits))

    def _found(self, text: str, key: str, repaired: Repair) -> KeyMatch:
        if self.kinds[key] == "gemeindefrei":
            return KeyMatch(
                text,
                repaired=repaired,
                candidates=(key,),
                problem=Said("register.unincorporated", key=key),
            )
        return KeyMatch(text, key, repaired)


def read_digits(text: str) -> tuple[str, Repair, str]:
    """The digits of a written key, what was mended to read them (``float``, ``label``), and a problem or "".

    >>> read_digits("AGS 01001000")[:2], read_digits("1001000.0")[:2], read_digits("DEF01")[0]
    (('01001000', 'label'), ('1001000', 'float'), '')
    """
    written = unicodedata.normalize("NFKC", text).strip()
    plain = without_label(written)
    if not plain:
        return "", "", Said("register.key_missing")
    if NUTS.fullmatch(written):
        return "", "", Said("register.nuts_code", text=written)
    if SCIENTIFIC.fullmatch(plain) and "e" in plain.lower():
        return "", "", Said("register.rounded_key", text=plain)
    number = FLOAT.fullmatch(plain)
    if number and len(number[1]) >= 4:
        return number[1], "float", ""
    digits = SEPARATORS.sub("", plain)
    if plain.startswith(("-", ".")) or not are_digits(digits) or re.fullmatch(r"\d+[.,]\d+", plain):
        return "", "", Said("register.no_key", text=plain[:60], lengths=_lengths())
    return digits, "label" if plain != written else "", ""


def without_label(text: str) -> str:
    """A written key without the words that say what it is; other texts stay.

    >>> without_label("Gemeindeschlüssel: 05315000"), without_label("Bad Ems")
    ('05315000', 'Bad Ems')
    """
    label = LABEL.match(text)
    rest = text[label.end() :] if label else text
    behind = LABEL_BEHIND.search(rest)
    return rest[: behind.start()] if behind and behind.end() == len(rest) else rest


def _lengths() -> Said:
    """How many digits the keys of each kind have."""
    return Said("register.lengths_of_keys", kreis=KREIS, gemeinde=GEMEINDE, verband=VERBAND, ars=ARS)


def key_candidates(digits: str) -> tuple[str, ...]:
    """The old keys that these digits can stand for, most direct first: for the search in the successor table."""
    found = [digits] if kind_of(digits) else []
    if len(digits) == ARS:
        found += [ags_of(digits), verband_of(digits)]
    for full in _with_lost_zero(digits):
        found += key_candidates(full)
    return tuple(found)


def _with_lost_zero(digits: str) -> tuple[str, ...]:
    """The longer key that digits can stand for, if any: a municipality's eight may be nine of a Verband."""
    return ("0" + digits,) if len(digits) in (*ZERO_LOST, VERBAND - 1) else ()
