# Tells TestLooper which tests pytest finds. Their marks become labels.
import json
import os
import sys

import pytest

sys.path[0] = os.getcwd()  # as `python -m pytest` has it


class ListTests:
    def pytest_collection_finish(self, session):
        if session.testsfailed:
            return  # a file can't be read: no list is better than one without its tests
        tests = [
            {
                "test": item.nodeid,
                "labels": sorted({mark.name for mark in item.iter_markers()} - {"parametrize"}),
            }
            for item in session.items
        ]
        with open(os.environ["TEST_LIST"], "w", encoding="utf-8") as out:
            json.dump(tests, out)


sys.exit(pytest.main(["--rootdir=.", "--collect-only", "-q"], plugins=[ListTests()]))
