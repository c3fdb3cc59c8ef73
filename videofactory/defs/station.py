"""What all assets of the factory share: partition, owners, retry policy, IO manager; each asset file says only its own."""

from collections.abc import Callable
from typing import Any

from dagster import AssetsDefinition, asset

from videofactory.defs.failures import RETRY
from videofactory.defs.partitions import projects

OWNERS = ["team:videofactory"]


def station(
    *, group: str, kinds: set[str], code_version: str, tags: dict[str, str] | None = None, pool: str | None = None
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """An asset of the factory: one value for each project. The function's docstring is its description.

    `pool` is the Dagster pool it takes a slot of: how many of its kind run at once is set in dagster.yaml or the UI.
    """
    return asset(
        partitions_def=projects,
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        code_version=code_version,
        retry_policy=RETRY,
        io_manager_key="values",
        pool=pool,
        tags={"videofactory/group": group, **(tags or {})},
    )
