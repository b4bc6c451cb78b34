"""How tests are spread over processes: those in VS Code go to one of them, so that one workbench at a time is driven.

And what is told of the garbage collector: nothing, so that what rings while it is at work is not lost.
"""

import gc

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("untimed", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("untimed")

collect_ignore = ["data"]
"""Sample projects have tests of their own."""


class OneWorkbench(LoadScopeScheduling):
    """Each test for itself, but all tests in VS Code together, and first."""

    def _split_scope(self, nodeid: str) -> str:
        """Return what a test goes together with; told by its file, for marks do not reach the names of tests in every pytest."""
        return "vscode" if "/editors/test_vscode_" in nodeid else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Return who hands out the tests."""
    return OneWorkbench(config, log)


def pytest_runtest_setup() -> None:
    """Let nobody listen to the garbage collector: Python drops what a signal raises there, and warns of it."""
    gc.callbacks[:] = [one for one in gc.callbacks if one.__module__ != "hypothesis.internal.conjecture.junkdrawer"]
