"""Fast tests first: what takes long is not waited for to hear of what does not."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def no_configuration_of_the_users_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """It could name another gradebook, which a test would then write."""
    os.environ["JUPYTER_CONFIG_DIR"] = str(tmp_path_factory.mktemp("jupyter"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def cost(item: pytest.Item) -> int:
        if item.path.suffix == ".ipynb":  # the lessons, by nbval
            return 3
        return 2 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("slow") else 0

    items.sort(key=cost)
