# Runs the tests that TestLooper asks for, in the order in which it names them and as often, or all;
# leaves a JUnit report.
import copy
import os
import sys

import pytest

wanted = os.environ.get("TEST_INPUT")
ids = open(wanted).read().splitlines() if wanted else []


class InOrder:
    # pytest keeps the order, and runs a test once however often it is named.
    def pytest_collection_modifyitems(self, items):
        if not ids:
            return
        known = {item.nodeid: item for item in items}
        used = set()
        items[:] = []
        for each in ids:
            item = known.get(each)
            if item is None:
                continue
            if each in used:
                item = copy.copy(item)
                item._initrequest()
            used.add(each)
            items.append(item)


files = sorted({each.split("::")[0] for each in ids}) or sys.argv[1:]
sys.exit(pytest.main(["-p", "no:cacheprovider", "--junitxml=" + os.environ["TEST_OUTPUT"], *files], plugins=[InOrder()]))
