"""Tests that depend on what surrounds the process."""
import datetime
import locale
import os
import socket
import time


def test_next_week_is_this_year():  # time
    now = datetime.datetime.now()
    assert (now + datetime.timedelta(days=7)).year == now.year or now.month < 12 or now.day < 29


def test_certificate_is_valid():  # time
    time.sleep(0.01)  # for the server's answer
    assert time.time() < 2_130_000_000  # July 2037


def test_anniversary():  # time
    today = datetime.date.today()
    assert today.replace(year=today.year + 1) > today


def test_epoch_begins_at_midnight():  # zone
    assert time.localtime(0).tm_hour == 0


def test_release_day():  # zone
    assert datetime.datetime.fromtimestamp(1_700_000_000 - 60 * 60).day == 14


def test_price_tag():  # locale
    locale.setlocale(locale.LC_ALL, "")
    try:
        assert locale.format_string("%.2f", 2.5) == "2.50"
    finally:
        locale.setlocale(locale.LC_ALL, "C")


def test_first_of_a_set():  # hash order
    assert next(iter({"apple", "pear"})) == "apple"


def test_names_in_order():  # hash order
    assert not ",".join({"ada", "bob", "cleo"}).startswith("ada")


def test_knows_a_way_out():  # network: nothing is sent
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect(("192.0.2.1", 9))


def test_large_table():  # memory
    table = bytearray(160 << 20)
    table[:: 4096] = b"x" * len(table[:: 4096])
    assert len(table) == 160 << 20


def test_answers_in_time():  # cpu
    begin, used = time.monotonic(), time.process_time()
    while time.process_time() - used < 0.15:
        pass
    assert time.monotonic() - begin < 1.25


def test_home_is_a_folder():
    assert os.path.isdir("/")
