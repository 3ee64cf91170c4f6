"""No window holds more letters than the limit, whoever asks when, and hardly any room is lost."""

import json
import random
from bisect import bisect_right
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailing.sending.fairness import fair_share
from mailing.sending.lines import LONGEST_LINE, DomainMeter
from mailing.sending.metering import CREDIT, FRESH, HOUR, MINUTE, Meter, Rates, interval

START = 1_800_000_000.0


class Clock:
    """A meter that processes share by way of what is kept of it, and the letters that leave."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self.now = START
        self.kept: dict[str, Any] = {}
        self.left: list[float] = []

    def read(self) -> Any:
        return Meter.read(self.rates, self.kept, self.now)

    def keep(self, metered: Any) -> None:
        self.kept = json.loads(json.dumps(metered.state()))

    def claim(self, most: int) -> int:
        metered = self.read()
        number = min(most, int(metered.room()))
        metered.take(number)
        self.keep(metered)
        return number

    def hand_over(self, claimed_at: float) -> None:
        """Let a letter leave, counted anew if it was claimed long ago."""
        if self.now - claimed_at > FRESH:
            metered = self.read()
            if not metered.may_move(claimed_at):
                return
            metered.move(claimed_at)
            self.keep(metered)
        self.left.append(self.now)

    def put_back(self, claimed_at: float) -> None:
        metered = self.read()
        metered.put_back(claimed_at)
        self.keep(metered)


def fullest(moments: list[float], seconds: int) -> int:
    """Return how many there are in the window that has most."""
    moments = sorted(moments)
    return max((bisect_right(moments, at) - bisect_right(moments, at - seconds)) for at in moments)


#: Seconds until the next step, what happens in it, and to how many letters.
STEPS = st.tuples(
    st.sampled_from([0.0, 0.01, 0.3, 0.9, 2.5, 20.0]),
    st.sampled_from(["claim", "claim", "send", "send", "put back", "kill"]),
    st.integers(1, 40),
)


@given(
    per_minute=st.integers(1, 60),
    per_hour=st.sampled_from([0, 3, 90, 400]),
    steps=st.lists(STEPS, min_size=20, max_size=120),
)
@settings(max_examples=150)
def test_no_window_ever_holds_more_than_the_limit(
    per_minute: int, per_hour: int, steps: list[tuple[float, str, int]]
) -> None:
    clock = Clock(Rates(per_minute, per_hour))
    in_hand: list[float] = []
    for seconds, what, number in steps:
        clock.now += seconds
        if what == "claim":
            in_hand += [clock.now] * clock.claim(number)
        elif what == "kill":
            in_hand.clear()
        for claimed_at in in_hand[:number] if what in {"send", "put back"} else []:
            in_hand.remove(claimed_at)
            (clock.hand_over if what == "send" else clock.put_back)(claimed_at)

    if clock.left:
        assert fullest(clock.left, MINUTE) <= per_minute
        assert not per_hour or fullest(clock.left, HOUR) <= per_hour


@pytest.mark.parametrize("limit", [1, 7, 20, 100, 600, 6000])
def test_what_may_leave_does_leave_though_senders_come_late(limit: int) -> None:
    late = random.Random(limit)
    clock = Clock(Rates(per_minute=limit))
    while clock.now < START + 20 * MINUTE:
        clock.left += [clock.now] * clock.claim(limit)
        clock.now = clock.read().ready_at() + late.uniform(0, 1.5)

    assert 0.95 * limit * 20 <= len(clock.left) <= limit * 20 + 1
    assert fullest(clock.left, MINUTE) <= limit


def test_letters_leave_evenly_from_the_first_second() -> None:
    clock = Clock(Rates(per_minute=600))
    assert clock.claim(600) == int(CREDIT / interval(600, MINUTE)) + 1
    assert clock.claim(600) == 0
    clock.now += 1
    assert clock.claim(600) in {9, 10}


def test_the_narrower_of_two_limits_sets_the_pace() -> None:
    assert Rates(600, 3600).per_second == pytest.approx(1, rel=0.01)
    assert Rates(30, 3600).per_second == pytest.approx(0.5, rel=0.03)
    assert Rates().per_second == float("inf")


def test_what_was_taken_back_may_leave_again() -> None:
    clock = Clock(Rates(per_minute=100))
    number = clock.claim(100)
    assert clock.claim(100) == 0
    for _ in range(number):
        clock.put_back(START)
    assert clock.claim(100) == number


def test_a_clock_that_was_set_back_lets_nothing_more_leave_and_holds_nothing_up_for_long() -> None:
    clock = Clock(Rates(per_minute=100))
    while clock.now < START + 90:
        clock.claim(100)
        clock.now += 1
    clock.now -= 5 * HOUR
    clock.claim(100)
    assert clock.claim(100) == 0
    clock.now += 62
    assert clock.claim(100) > 0


def test_owners_share_and_what_one_cannot_use_is_for_the_others() -> None:
    endless = float("inf")
    assert fair_share(12, [endless, endless, endless]) == 4
    assert fair_share(12, [endless, 2, endless]) == 5
    assert fair_share(12, [1, 2, endless]) == 9
    assert fair_share(12, [endless]) == 12


def test_a_share_is_a_pace() -> None:
    share = Meter.read_share(5, {}, START)
    share.take(share.room())
    assert share.ready_at() == pytest.approx(START + 0.2)


def test_letters_for_a_full_domain_are_called_up_one_after_the_other() -> None:
    gmail = DomainMeter.read(Rates(per_minute=60), {}, START)
    place = gmail.enter(owner=1)
    while place.has_room():
        place.take()
    slots = [place.slot() for _ in range(5000)]

    gaps = [after - before for before, after in pairwise(slots[:100])]
    assert gaps == pytest.approx([0.91] * 99, abs=0.01)
    assert START < min(slots) <= START + 1
    assert max(slots) <= START + 2 * LONGEST_LINE


def test_owners_who_wait_for_the_same_domain_share_it() -> None:
    kept: dict[str, Any] = {}
    had = {1: 0, 2: 0}
    for second in range(60):
        gmail = DomainMeter.read(Rates(per_minute=60), kept, START + second)
        for owner in had:  # the first one always comes first
            place = gmail.enter(owner)
            while place.has_room():
                place.take()
                had[owner] += 1
        kept = json.loads(json.dumps(gmail.state()))

    assert had[1] == pytest.approx(30, abs=3)
    assert had[2] == pytest.approx(30, abs=3)
