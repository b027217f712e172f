"""The largest likelihood near a solution that was found with a prior, for comparison with other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from typology.clustering.engine.climb import BatchFit, class_order, fit_batches
from typology.clustering.engine.model import AnswerModel, ModelForm
from typology.clustering.engine.patterns import MISSING, distinct


def maximum_log_likelihood(model: AnswerModel, codes: np.ndarray, n_categories: Sequence[int]) -> float:
    """Log-likelihood of the answers at the maximum that lies uphill from the model when no prior holds it back.

    Parameters
    ----------
    codes : n_rows × n_goals, -1 = no answer; rows that the model cannot be estimated with are left out.
    n_categories : answers of each goal.

    Examples
    --------
    >>> from typology.clustering.engine.plain_classes import PlainClasses
    >>> shrunk = PlainClasses(np.array([1.0]), (np.array([[0.5, 0.5]]),))
    >>> round(maximum_log_likelihood(shrunk, np.array([[0], [0], [0], [1]]), [2]), 4)  # 3 ln 0.75 + ln 0.25
    -2.2493
    """
    return float(_uphill(model, codes, n_categories).log_likelihoods[0])


def shares_without_prior(model: AnswerModel, codes: np.ndarray, n_categories: Sequence[int]) -> np.ndarray:
    """Class shares (n_classes, the largest first) at that maximum: how far they lie from those of the model is what its
    prior decides.

    >>> from typology.clustering.engine.plain_classes import PlainClasses
    >>> one = PlainClasses(np.array([1.0]), (np.array([[0.5, 0.5]]),))
    >>> shares_without_prior(one, np.array([[0], [0], [0], [1]]), [2]).tolist()
    [1.0]
    """
    state: np.ndarray = _uphill(model, codes, n_categories).states[0]
    return state[:, 0]


def _uphill(model: AnswerModel, codes: np.ndarray, n_categories: Sequence[int]) -> BatchFit:
    sizes, form = tuple(n_categories), model.form
    rows, counts, _ = distinct(codes[form.takes_part(codes != MISSING)].astype(np.int64), sizes)
    state = model.state()  # named types stand in another order than the classes that they were
    return _climbed(form, sizes, *(Kept.of(array) for array in (state[class_order(state)], rows, counts)))


@dataclass(frozen=True)
class Kept:
    """An array that can be asked for again: equal arrays are equal keys."""

    shape: tuple[int, ...]
    kind: str
    content: bytes

    @classmethod
    def of(cls, array: np.ndarray) -> Kept:
        """The array as a key."""
        return cls(array.shape, array.dtype.str, array.tobytes())

    def array(self) -> np.ndarray:
        """The key as an array that nobody can change."""
        return np.frombuffer(self.content, self.kind).reshape(self.shape)


# A study asks for the height and for the shares of the same point, which can be thousands of steps away.
@lru_cache(maxsize=2)
def _climbed(form: ModelForm, sizes: tuple[int, ...], state: Kept, rows: Kept, counts: Kept) -> BatchFit:
    batch = form.rows(rows.array(), sizes).batch(counts.array())
    warm = state.array()
    return fit_batches([batch], len(warm), n_init=0, rng=np.random.default_rng(0), warm=warm)
