"""Who is within reach of whom: the one rule by which every partner is accepted, with the limits that a study may set.

A partner is of the same kind (and never oneself, one's own Verband or Kreis). Beyond that it is either near and of
comparable size, or it has something to say on a need that the seeker declared: then it may live further away or
differ more, but beyond ``far_km`` only who is alike in size is accepted. Lists of partners, partners of steps,
cooperation groups, courses and teams all ask this rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from typology.matching import numbers
from typology.matching.wishes import Limits

ROUNDING = 1e-9  # exactly three times the inhabitants is still three times


@dataclass(frozen=True)
class Reach:
    """The limits that hold: kilometres as the crow flies, and how many times larger one may be than the other."""

    near_km: float
    need_km: float
    size_ratio: float
    need_size_ratio: float
    far_km: float
    far_size_ratio: float
    group_km: float
    course_km: float
    online_km: float

    @classmethod
    def of(cls, limits: Limits | None = None) -> Reach:
        """The limits of a study; what it leaves out keeps its default.

        >>> Reach.of(Limits(near_km=50)).near_km, Reach.of().near_km
        (50.0, 100.0)
        """
        set_ = {} if limits is None else limits.model_dump(exclude_none=True)
        return cls(**{name: float(set_.get(name, getattr(numbers, name.upper()))) for name in cls.__dataclass_fields__})

    @classmethod
    def of_record(cls, record: pd.DataFrame) -> Reach:
        """The limits that a study's record of matching names; the defaults where it names none."""
        if record.empty:
            return cls.of()
        said = record.set_index("name")["value"]
        names = {name: f"peers.limits.{name}" for name in cls.__dataclass_fields__}
        return cls.of(Limits(**{name: float(said[row]) for name, row in names.items() if row in said.index}))

    @property
    def narrows(self) -> bool:
        """Whether there is a distance beyond which a partner must be more alike in size."""
        return self.far_km < self.need_km and self.far_size_ratio < self.need_size_ratio

    @property
    def largest_ratio(self) -> float:
        """No partner of a list differs more in size."""
        return max(self.size_ratio, self.need_size_ratio)

    def accepts(self, km: np.ndarray, log_ratio: np.ndarray, same_land: np.ndarray, need: np.ndarray) -> np.ndarray:
        """Whether each pair of one kind is within reach.

        Parameters
        ----------
        km : distance, NaN where a place is unknown; then the same Land counts as near.
        log_ratio : logarithm of one population over the other, NaN where one is unknown; then size decides nothing.
        same_land : whether both lie in one Land, or a Land is unknown.
        need : whether the partner has something to say on a declared need of the seeker.

        >>> near, far = np.array([100.0, 100.1]), np.array([150.0, 200.1])
        >>> even, same = np.zeros(2), np.ones(2, dtype=bool)
        >>> Reach.of().accepts(near, even, same, need=~same).tolist()
        [True, False]
        >>> Reach.of().accepts(far, even, same, need=same).tolist()
        [True, False]
        >>> Reach.of().accepts(far, np.log([2.0, 1.0]), same, need=same).tolist()
        [True, False]
        >>> Reach.of().accepts(np.array([150.0, 196.0]), np.log([5.0, 2.1]), same, need=same).tolist()
        [True, False]
        """
        gap = np.abs(log_ratio)

        def within(limit: float, ratio: float) -> np.ndarray:
            close = np.where(np.isnan(km), same_land, km <= limit)
            return np.asarray(close & ~(gap > np.log(ratio) + ROUNDING))

        stretched = within(self.far_km, self.need_size_ratio) | within(self.need_km, self.far_size_ratio)
        helped = need & stretched & within(self.need_km, self.need_size_ratio)
        return np.asarray(within(self.near_km, self.size_ratio) | helped)
