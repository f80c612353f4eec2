"""Tests that leave files or hold a port, tests that race, and tests that draw."""
import os
import random
import socket
import threading
import time


def test_takes_the_lock():  # leaked file
    os.close(os.open("/tmp/zoo.lock", os.O_CREAT | os.O_EXCL))


def test_writes_its_report():  # leaked file
    with open("/tmp/zoo-report.txt", "a") as report:
        report.write("one line\n")
    assert open("/tmp/zoo-report.txt").read() == "one line\n"


def test_serves_on_its_port():  # beside itself
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 45123))
        server.listen()
        time.sleep(0.5)


def test_scratch_file():  # beside itself
    with open("/tmp/zoo-scratch", "w") as scratch:
        scratch.write(str(os.getpid()))
    time.sleep(0.4)
    assert open("/tmp/zoo-scratch").read() == str(os.getpid())
    os.remove("/tmp/zoo-scratch")


def test_sample_is_small():  # seed
    assert random.random() < 0.6


def test_shuffle_moves_the_first():  # seed
    cards = list(range(4))
    random.shuffle(cards)
    assert cards[0] != 0


def test_worker_is_done():  # race
    done = []
    worker = threading.Thread(target=lambda: (time.sleep(0.001), done.append(1)))
    worker.start()
    time.sleep(0.00105)
    assert done
    worker.join()


def test_entropy():  # chance that nothing reaches
    assert os.urandom(1)[0] >= 80


def test_sum():
    assert sum(range(10)) == 45


def test_sorted():
    assert sorted([3, 1, 2]) == [1, 2, 3]


def test_temporary_file(tmp_path):
    (tmp_path / "note").write_text("hello")
    assert (tmp_path / "note").read_text() == "hello"


def test_thread_is_joined():
    seen = []
    worker = threading.Thread(target=lambda: seen.append(1))
    worker.start()
    worker.join()
    assert seen == [1]
