"""Many computations that do not know of one another: joblib decides on which processors they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, TypeVar

Order = TypeVar("Order")
Result = TypeVar("Result")


def spread(task: Callable[[Order], Result], orders: Iterable[Order], *, jobs: int | None = None) -> list[Result]:
    """``task(order)`` for every order; the results in the order of the orders.

    They run one after the other, or as an outer ``joblib.parallel_config`` says: in threads, in processes, on a
    cluster. Task, orders and results go there by value, so none of them may hold an open file or a function within a
    function. Whatever is random must be in the orders: then the results are the same wherever they were computed.

    Parameters
    ----------
    jobs : how many at once, whatever the outer configuration says of it; None leaves it to that.

    Examples
    --------
    >>> spread(abs, [-2, 1, -3])
    [2, 1, 3]
    """
    from joblib import Parallel, delayed

    alone = delayed(_alone)
    with one_thread():  # around all, too: tasks that are threads would lift each other's limit when they end
        # by value, however large: a map of memory would be a file with answers, which a killed run leaves behind
        results: list[Result] = Parallel(n_jobs=jobs, max_nbytes=None)(alone(task, order) for order in orders)
    return results


def at_work(jobs: int | None = None) -> AbstractContextManager[Any]:
    """The block in which :func:`spread` has workers without being told: ``jobs`` of them.

    With None an outer ``joblib.parallel_config`` decides, and where it says nothing of a number it is one per
    processor. Somebody else's task gets no workers of its own: the processors are taken.
    """
    from joblib import parallel_config
    from joblib.parallel import get_active_backend

    backend, told = get_active_backend()
    if jobs is None and (told is not None or backend.nesting_level):
        return nullcontext()
    config: AbstractContextManager[Any] = parallel_config(n_jobs=-1 if jobs is None else jobs)
    return config


def one_thread() -> AbstractContextManager[Any]:
    """A block in which matrix products take one thread: their last digits depend on the number of threads."""
    limited: AbstractContextManager[Any] = _blas().limit(limits=1, user_api="blas")
    return limited


@lru_cache(maxsize=1)
def _blas() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _alone(task: Callable[[Order], Result], order: Order) -> Result:
    with one_thread():
        return task(order)
