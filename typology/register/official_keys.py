"""What the digits of an official key say: the parts of the Regionalschlüssel, and the shorter keys made of them.

Twelve digits name a municipality with its Verband (Regionalschlüssel, ARS): two for the Land, one for the
Regierungsbezirk, two for the Kreis, four for the Verband, three for the municipality. Five of them are the key of a
Kreis, nine the key of a Verband; without the four of the Verband eight are left, the key of a municipality (AGS).
"""

from __future__ import annotations

#: The parts of the twelve digits in their order, and how many digits each has.
PARTS = {"land": 2, "rb": 1, "kreis": 2, "vb": 4, "gem": 3}
KREIS, GEMEINDE, VERBAND, ARS = 5, 8, 9, 12
KINDS_BY_LENGTH = {KREIS: "kreis", GEMEINDE: "gemeinde", VERBAND: "verband"}
LEVELS = (2, 3, KREIS, GEMEINDE, VERBAND, ARS)  # digits of a Land, a Regierungsbezirk and all below
#: Digits that are a key once a lost leading zero is put back.
ZERO_LOST = (KREIS - 1, GEMEINDE - 1, ARS - 1)
#: Digits as files hold them: a key of a Kreis whole, the longer ones also without their zero.
LIKE_A_KEY = r"\d{5}|\d{7,9}|\d{11,12}"
LAENDER = tuple(f"{number:02d}" for number in range(1, 17))


def are_digits(text: str) -> bool:
    """Whether a text is nothing but digits from 0 to 9.

    >>> are_digits("01001000"), are_digits("²"), are_digits("")
    (True, False, False)
    """
    return text.isascii() and text.isdigit()


def kind_of(key: str) -> str:
    """``kreis``, ``gemeinde`` or ``verband`` by the number of digits, "" for a key that is not official.

    A kreisfreie Stadt has the key of a municipality; only the register tells it apart.

    >>> kind_of("01051"), kind_of("01051044"), kind_of("010515163"), kind_of("koeln")
    ('kreis', 'gemeinde', 'verband', '')
    """
    return KINDS_BY_LENGTH.get(len(key), "") if are_digits(key) else ""


def land_of(key: str) -> str:
    """The two digits of the Land, "" for a key that is not official.

    >>> land_of("01051044"), land_of("90101"), land_of("abc")
    ('01', '90', '')
    """
    return key[: PARTS["land"]] if kind_of(key) else ""


def kreis_of(key: str) -> str:
    """The key of the Kreis, "" for a key that is not official.

    >>> kreis_of("01051044"), kreis_of("010515163"), kreis_of("zeile_12")
    ('01051', '01051', '')
    """
    return key[:KREIS] if kind_of(key) else ""


def is_real(key: str) -> bool:
    """Whether a key, short or of twelve digits, lies in one of the sixteen Länder; practice data use 81 to 99.

    >>> is_real("01051044"), is_real("010515163044"), is_real("90101003"), is_real("16"), is_real("17001")
    (True, True, False, False, False)
    """
    return are_digits(key) and len(key) in (*KINDS_BY_LENGTH, ARS) and key[: PARTS["land"]] in LAENDER


def ags_of(ars: str) -> str:
    """The eight digits of the municipality that twelve digits name.

    >>> ags_of("010515163044")
    '01051044'
    """
    return ars[:KREIS] + ars[VERBAND:]


def verband_of(ars: str) -> str:
    """The nine digits of the Verband that twelve digits name.

    >>> verband_of("010515163044")
    '010515163'
    """
    return ars[:VERBAND]


def shortened(ars: str) -> tuple[str, ...]:
    """The keys that twelve digits can stand for: the municipality, and the Verband or Kreis where zeros follow.

    >>> shortened("010515163000"), shortened("010510000000")
    (('01051000', '010515163'), ('01051000', '010510000', '01051'))
    """
    keys = [ags_of(ars)]
    if not ars[VERBAND:].strip("0"):
        keys.append(verband_of(ars))
    if not ars[KREIS:].strip("0"):
        keys.append(ars[:KREIS])
    return tuple(keys)


def as_city(kreis: str) -> str:
    """The key of the municipality that a kreisfreie Stadt with this Kreis key has.

    >>> as_city("05315")
    '05315000'
    """
    return kreis + "0" * PARTS["gem"]


def with_zero(digits: str, length: int | None = None) -> str:
    """The digits with the leading zero that a spreadsheet took away, or as they are; other texts stay.

    Without ``length`` any key may be meant that is one digit longer; eight digits are a key as they are.

    >>> with_zero("1051044"), with_zero("1051"), with_zero("01051044"), with_zero("10515163", length=9)
    ('01051044', '01051', '01051044', '010515163')
    """
    lost = len(digits) in ZERO_LOST if length is None else len(digits) == length - 1
    return "0" + digits if lost and are_digits(digits) else digits


def split(key: str) -> dict[str, str]:
    """The ``PARTS`` of a key whose length is one of ``LEVELS``; a part that it does not hold is "".

    >>> split("010515163044")
    {'land': '01', 'rb': '0', 'kreis': '51', 'vb': '5163', 'gem': '044'}
    >>> split("01051044")["gem"], split("01051")["gem"]
    ('044', '')
    """
    digits = dict.fromkeys(PARTS, "")
    names = [name for name in PARTS if name != "vb" or len(key) != GEMEINDE]
    for name in names:
        digits[name], key = key[: PARTS[name]], key[PARTS[name] :]
    return digits
