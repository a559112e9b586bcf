"""Options of the test run."""

import pytest
from hypothesis import settings

# The machine that runs the tests may be busy: a slow example is no failure, and the same examples come each time.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="Write the expected output of tests/cases anew.")
