# Runs the tests that TestLooper asks for, or all, and leaves a JUnit report.
import os
import sys

import pytest

sys.path[0] = os.getcwd()  # as `python -m pytest` has it

wanted = os.environ.get("TEST_INPUT")
tests = open(wanted, encoding="utf-8").read().strip("\n").split("\n") if wanted else []
sys.exit(pytest.main(["--rootdir=.", "--junitxml=" + os.environ["TEST_OUTPUT"], *tests]))
