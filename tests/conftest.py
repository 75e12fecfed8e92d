"""Fast tests first: what takes long is not waited for to hear of what does not."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def cost(item: pytest.Item) -> int:
        if item.path.suffix == ".ipynb":  # the lessons, by nbval
            return 3
        return 2 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("slow") else 0

    items.sort(key=cost)
