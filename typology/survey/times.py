"""Times as survey tools write them: ISO with or without zone, German, American, with two-digit years, AM and PM."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

#: Names of zones that tools in Europe write, and their hours east of Greenwich.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wez": 0, "wet": 0, "wesz": 1, "west": 1, "mez": 1, "cet": 1, "mesz": 2, "cest": 2,
    "oez": 2, "eet": 2, "oesz": 3, "eest": 3,
}  # fmt: skip
AFTERNOON = {"am": 0, "vorm": 0, "vormittags": 0, "pm": 12, "nachm": 12, "nachmittags": 12}
TIME = re.compile(
    r"(?:(?P<y>\d{4})(?P<sign>[-/.])(?P<m>\d{1,2})(?P=sign)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<mark>[./-])\s?(?P<b>\d{1,2})(?P=mark)\s?(?P<year>\d{4}|\d{2}))"
    r"(?:(?:t|,?\s*(?:um\s|at\s)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?:uhr)?\s*(?P<half>[ap]\.?\s?m\.?|vorm(?:ittags|\.)?|nachm(?:ittags|\.)?)?"
    r"\s*(?P<zone>[a-z]{1,4})?(?P<offset>\s*[+-]\d{1,2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
CENTURY = 2000  # of a year in two digits


class Undecided(ValueError):
    """Days and months of a column cannot be told apart."""


def moments(texts: Iterable[str]) -> dict[str, dt.datetime]:
    """Text → the moment it means, for those of a column's texts that are times.

    Times with a zone are those of UTC, so that they compare; a column that names zones in some rows only has no
    moments where they are missing. ``06/07/2026`` counts from the month where a column has AM and PM or a day above
    12 in the second place, and from the day where one stands in the first.

    Raises
    ------
    Undecided : the column has such dates and nothing that tells days from months.

    >>> moments(["2026-06-30T10:00:00+02:00", "6/30/26 8:00:01 AM UTC"])["6/30/26 8:00:01 AM UTC"].isoformat()
    '2026-06-30T08:00:01+00:00'
    """
    found = {text: match for text in texts if (match := TIME.fullmatch(" ".join(text.split())))}
    month_first = _month_first(list(found.values()))
    read = {text: moment for text, match in found.items() if (moment := _moment(match, month_first))}
    if any(moment.tzinfo for moment in read.values()):
        return {text: moment.astimezone(dt.UTC) for text, moment in read.items() if moment.tzinfo}
    return read


def are_times(texts: Iterable[str]) -> bool:
    """Whether all texts of a column are times.

    >>> are_times(["30.06.2026, 10:00", "1.7.26"]), are_times(["30.06.2026", "Juni"])
    (True, False)
    """
    wanted = set(texts)
    return bool(wanted) and all(TIME.fullmatch(" ".join(text.split())) for text in wanted)


def _month_first(found: list[re.Match[str]]) -> bool:
    """Whether dates with slashes name the month first."""
    slashed = [match for match in found if match["mark"] == "/"]
    first = any(int(match["a"]) > 12 for match in slashed)
    second = any(int(match["b"]) > 12 or match["half"] for match in slashed)
    if slashed and first == second and any(match["a"] != match["b"] for match in slashed):
        raise Undecided
    return second


def _moment(match: re.Match[str], month_first: bool) -> dt.datetime | None:
    """The moment, None where there is no such day, hour or zone."""
    if match["y"]:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    else:
        first, second = int(match["a"]), int(match["b"])
        month, day = (first, second) if match["mark"] == "/" and month_first else (second, first)
        year = int(match["year"]) + (CENTURY if len(match["year"]) == 2 else 0)
    hour = int(match["hour"] or 0)
    half = re.sub(r"[\s.]", "", match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + AFTERNOON[half]
    zone = (match["zone"] or "").lower()
    if zone and zone not in ZONES:
        return None
    try:
        micro = int((match["part"] or "0").ljust(6, "0")[:6])
        moment = dt.datetime(year, month, day, hour, int(match["minute"] or 0), int(match["second"] or 0), micro)
        return moment.replace(tzinfo=_zone(zone, match["offset"] or "")) if zone or match["offset"] else moment
    except ValueError:
        return None


def _zone(name: str, offset: str) -> dt.timezone:
    """The zone of a name, an offset, or both ("GMT+2")."""
    digits = re.sub(r"[\s:]", "", offset)
    shift = dt.timedelta(hours=ZONES.get(name, 0))
    if digits:
        hours, minutes = int(digits[1:3]), int(digits[3:] or 0)
        shift += dt.timedelta(hours=hours, minutes=minutes) * (-1 if digits[0] == "-" else 1)
    return dt.timezone(shift)
