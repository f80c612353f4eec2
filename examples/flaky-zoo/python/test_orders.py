"""Tests that leave something behind in the process, and tests that find it."""
import os

PRICES = {"apple": 3, "pear": 4}
SESSIONS = []
CONFIG = {}
REGISTRY = []


def test_registry_is_empty_at_first():  # victim of a test that comes later
    assert REGISTRY == []


def test_discount_is_applied():  # pollutes
    PRICES["apple"] = 2
    assert PRICES["apple"] == 2


def test_price_sum_is_positive():
    assert sum(PRICES.values()) > 0


def test_opens_a_reader():  # pollutes, together with the writer
    SESSIONS.append("reader")
    assert "reader" in SESSIONS


def test_configuration_is_read():  # sets a state
    CONFIG["answer"] = 42
    assert CONFIG["answer"] == 42


def test_full_price():  # victim
    assert PRICES["apple"] == 3


def test_debug_mode_is_verbose():  # pollutes
    os.environ["ZOO_MODE"] = "debug"
    assert os.environ["ZOO_MODE"] == "debug"


def test_opens_a_writer():  # pollutes, together with the reader
    SESSIONS.append("writer")
    assert "writer" in SESSIONS


def test_default_mode_is_quiet():  # victim
    assert os.environ.get("ZOO_MODE", "quiet") == "quiet"


def test_one_session_at_most():  # victim of two
    assert len(set(SESSIONS)) < 2


def test_answer_is_configured():  # brittle
    assert CONFIG["answer"] == 42


def test_registers_itself():  # pollutes
    REGISTRY.append("zoo")
    assert REGISTRY[-1] == "zoo"


def test_registry_can_grow():  # brittle
    assert len(REGISTRY) > 0
