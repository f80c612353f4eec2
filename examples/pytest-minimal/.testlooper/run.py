# Runs the tests that TestLooper asks for, or all, and leaves a JUnit report.
import os
import sys

import pytest

sys.path[0] = os.getcwd()  # as `python -m pytest` has it

wanted = os.environ.get("TEST_INPUT")
tests = open(wanted).read().splitlines() if wanted else []
sys.exit(pytest.main(["--junitxml=" + os.environ["TEST_OUTPUT"], *tests]))
