# Runs the tests that TestLooper asks for, or all, and leaves a JUnit report.
import collections
import copy
import os
import sys

import pytest

sys.path[0] = os.getcwd()  # as `python -m pytest` has it

wanted = os.environ.get("TEST_INPUT")
tests = open(wanted, encoding="utf-8").read().strip("\n").split("\n") if wanted else []
times = collections.Counter(tests)


class AsOftenAsNamed:
    # pytest runs a test once however often it is named. A diagnosis names one again, to see
    # whether it leaves something behind that it fails of.
    def pytest_collection_modifyitems(self, items):
        for item in list(items):
            for _ in range(times[item.nodeid] - 1):
                again = copy.copy(item)
                if hasattr(again, "_initrequest"):
                    again._initrequest()
                items.append(again)


sys.exit(
    pytest.main(
        ["--rootdir=.", "--junitxml=" + os.environ["TEST_OUTPUT"], *tests],
        plugins=[AsOftenAsNamed()],
    )
)
