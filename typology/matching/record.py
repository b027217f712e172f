"""What the matching was told and what it reached, as rows that a table can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from typology.matching.wishes import UNMET_COLUMNS


def record_rows(record: Mapping[str, Any]) -> pd.DataFrame:
    """A nested record as rows ``name, value``, both text; lists and empty parts as JSON.

    >>> record_rows({"teams": {"gap": 0.25, "types": ["a", "b"]}}).values.tolist()
    [['teams.gap', '0.25'], ['teams.types', '["a", "b"]']]
    """
    rows: list[tuple[str, str]] = []

    def walk(name: str, value: Any) -> None:
        if isinstance(value, Mapping) and value:
            for part, inner in value.items():
                walk(f"{name}.{part}" if name else str(part), inner)
        else:
            rows.append((name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))

    walk("", record)
    return pd.DataFrame(rows, columns=["name", "value"])


def full_of(record: pd.DataFrame) -> frozenset[str]:
    """Keys of those that agreed to be partners and take no further requests, as the record of matching names them.

    >>> sorted(full_of(record_rows({"peers": {"full": ["2", "1"]}})))
    ['1', '2']
    """
    said = record.loc[record["name"] == "peers.full", "value"] if "name" in record else ()
    return frozenset(key for value in said for key in json.loads(value))


def unmet_wishes(peers: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """Wishes that no list and no team could meet; of a team ``key`` holds all keys, joined by ``+``."""
    of_teams = teams.rename(columns={"keys": "key"}).assign(list="team", partner="")[list(UNMET_COLUMNS)]
    filled = [table for table in (peers, of_teams) if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(UNMET_COLUMNS))


def gap_of(record: pd.DataFrame, search: str) -> float | None:
    """How far a search (``teams``, ``peers.lists.similar``) may lie below the best there is, as a share of it.

    >>> gap_of(record_rows({"teams": {"gap": 0.25}}), "teams")
    0.25
    """
    said = record.set_index("name")["value"] if len(record) else {}
    return float(said[f"{search}.gap"]) if f"{search}.gap" in said else None
