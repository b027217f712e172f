"""The digits of official keys, each border by hand."""

from __future__ import annotations

import pytest

from typology.register.official_keys import (
    ags_of,
    as_city,
    is_real,
    kind_of,
    kreis_of,
    land_of,
    shortened,
    split,
    verband_of,
    with_zero,
)


@pytest.mark.parametrize(
    ("key", "kind", "land", "kreis"),
    [
        ("01051", "kreis", "01", "01051"),
        ("01051044", "gemeinde", "01", "01051"),
        ("010515163", "verband", "01", "01051"),
        ("90101003", "gemeinde", "90", "90101"),
        ("0105", "", "", ""),
        ("010510", "", "", ""),
        ("0105104", "", "", ""),
        ("010515163044", "", "", ""),
        ("koeln", "", "", ""),
        ("zeile_12", "", "", ""),
        ("²³¹²³", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_kind_land_and_kreis(key: str, kind: str, land: str, kreis: str) -> None:
    assert (kind_of(key), land_of(key), kreis_of(key)) == (kind, land, kreis)


@pytest.mark.parametrize(
    ("key", "real"),
    [("01001", True), ("16077", True), ("00001", False), ("17001", False), ("16077001", True), ("17077001", False),
     ("160770001", True), ("160770001002", True), ("99010001", False), ("16", False), ("abcde", False)],
)  # fmt: skip
def test_the_sixteen_laender_are_real(key: str, real: bool) -> None:
    assert is_real(key) is real


def test_twelve_digits_shorten_to_the_keys_they_can_mean() -> None:
    assert (ags_of("010515163044"), verband_of("010515163044")) == ("01051044", "010515163")
    assert shortened("010515163044") == ("01051044",)
    assert shortened("010515163000") == ("01051000", "010515163")
    assert shortened("010510000000") == ("01051000", "010510000", "01051")
    assert shortened("010510000001") == ("01051001",)
    assert as_city("05315") == "05315000"


@pytest.mark.parametrize(
    ("digits", "full"),
    [("1051", "01051"), ("1051044", "01051044"), ("10515163044", "010515163044"), ("10515163", "10515163"),
     ("01051", "01051"), ("105", "105"), ("", ""), ("Köln", "Köln"), ("bad ems", "bad ems")],
)  # fmt: skip
def test_a_lost_zero_is_put_back_where_one_key_is_meant(digits: str, full: str) -> None:
    assert with_zero(digits) == full


def test_a_lost_zero_is_put_back_where_the_length_is_known() -> None:
    assert with_zero("10515163", 9) == "010515163"
    assert with_zero("01051044", 8) == "01051044"
    assert with_zero("051044", 8) == "051044"


@pytest.mark.parametrize(
    ("key", "parts"),
    [("01", "01||||"), ("010", "01|0|||"), ("01051", "01|0|51||"), ("01051044", "01|0|51||044"),
     ("010515163", "01|0|51|5163|"), ("010515163044", "01|0|51|5163|044")],
)  # fmt: skip
def test_parts_of_a_key(key: str, parts: str) -> None:
    assert "|".join(split(key)[part] for part in ("land", "rb", "kreis", "vb", "gem")) == parts
