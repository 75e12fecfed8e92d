"""Dask: workers on other machines, or processes of this one where none can be forked."""

from __future__ import annotations

import contextlib
import logging
import uuid
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import dask
from distributed import Client, LocalCluster, WorkerPlugin, get_worker

from .course import StaffroomError
from .pool import attempt

PATIENCE = "20s"  # for a scheduler that does not answer


@contextlib.contextmanager
def connect(count: int, address: str | None) -> Iterator[Client]:
    """The client of the scheduler at `address`; without one, of `count` new processes on this machine."""
    # Dask warns of what is meant here (tasks of many seconds, a worker that ends); errors are told by us.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
    # On a busy machine its own processes answer late; a scheduler that does not is a wrong address.
    patience = PATIENCE if address else "300s"
    dask.config.set({"distributed.admin.tick.limit": "1h", "distributed.comm.timeouts.connect": patience})
    with contextlib.ExitStack() as stack:
        try:
            where: Any = address
            if address is None:
                # Encrypted, with certificates: whoever reaches a scheduler's port can run code as its user.
                how = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
                where = stack.enter_context(LocalCluster(**how, security=True))
            client = stack.enter_context(Client(where))
        except OSError as error:
            raise StaffroomError(f"{where}: no Dask scheduler answers ({error}); check --scheduler") from None
        try:
            yield client
        finally:
            if address is None:
                with contextlib.suppress(TimeoutError):  # Dask cannot close a worker that is being replaced
                    client.wait_for_workers(count, 10)


class Shared(WorkerPlugin):
    """A value that comes to each worker once, to those that are started later too."""

    def __init__(self, value: Any) -> None:
        self.value = value


@contextlib.contextmanager
def sharing(client: Client, function: Callable, value: Any) -> Iterator[Callable[[tuple], Any]]:
    """What a worker has to call with an item for function(value, key, …)."""
    name = f"staffroom-{uuid.uuid4().hex}"
    client.register_plugin(Shared(value), name=name)
    try:
        yield partial(_attempt, name, function)
    finally:
        if client.status == "running":
            client.unregister_worker_plugin(name)


def _attempt(name: str, function: Callable, item: tuple) -> Any:
    return attempt(function, get_worker().plugins[name].value, item)
