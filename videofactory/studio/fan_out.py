"""Doing the same for many scenes at once over a bounded pool of threads, and raising all their errors together."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from videofactory.domain.errors import FactoryError, Lasting, NeedsPerson, Passing, Refused, StillRunning, TooDear

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


def for_each(items: Iterable[tuple[str, ItemT]], work: Callable[[ItemT], ResultT], *, workers: int) -> dict[str, ResultT]:
    """The result for each named item, in the items' order. Every item is tried, whatever becomes of the others.

    Raises one error that names all that failed: lasting if any is, else one that waits for a person, else a passing one, else too
    dear, else refused. What is no `FactoryError` is a defect and is raised as it is.
    """
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        futures = {name: pool.submit(work, item) for name, item in items}
    errors = {name: error for name, future in futures.items() if (error := _error(future)) is not None}
    if errors:
        raise gathered(errors)
    return {name: future.result() for name, future in futures.items()}


def gathered(errors: dict[str, FactoryError]) -> FactoryError:
    """One error that says all of these."""
    if len(errors) == 1:
        return next(iter(errors.values()))
    text = "\n".join(f"{name}: {error}" for name, error in errors.items())
    if all(isinstance(error, StillRunning) for error in errors.values()):
        return StillRunning(f"{len(errors)} of the scenes are not finished yet:\n{text}")
    for kind in (Lasting, NeedsPerson, Passing, TooDear, Refused):
        if any(isinstance(error, kind) for error in errors.values()):
            return kind(f"{len(errors)} of the scenes failed:\n{text}")
    return FactoryError(text)


def _error(future: "Future[ResultT]") -> FactoryError | None:
    error = future.exception()
    if error is not None and not isinstance(error, FactoryError):
        raise error
    return error
