import random

import pytest

from calculator import divide, mean


@pytest.mark.parametrize("a, b, expected", [(6, 3, 2), (1, 4, 0.25)])
def test_divide(a, b, expected):
    assert divide(a, b) == expected


class TestMean:
    def test_of_one(self):
        assert mean([3]) == 3

    def test_of_none_is_an_error(self):
        with pytest.raises(ZeroDivisionError):
            mean([])


@pytest.mark.slow
def test_mean_of_dice():
    # Flaky: the mean of 100 dice is farther than 0.3 from 3.5 one time in twelve.
    throws = [random.randint(1, 6) for _ in range(100)]
    assert abs(mean(throws) - 3.5) < 0.3
