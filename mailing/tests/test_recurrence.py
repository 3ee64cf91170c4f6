from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailing.recurrence import (
    ClockChange,
    Period,
    between,
    clock_change,
    first_after,
    last_until,
    occurrence,
    upcoming,
)

ZONES = sorted(available_timezones() - {"localtime"})
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
SECOND = timedelta(seconds=1)
COUNTS = {Period.DAILY: 5 * 366, Period.WEEKLY: 5 * 53, Period.MONTHLY: 5 * 12, Period.ONCE: 1}

zones = st.sampled_from(ZONES).map(ZoneInfo)
periods = st.sampled_from(list(Period))
starts = st.datetimes(datetime(2009, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


def all_of(start: datetime, period: str, zone: ZoneInfo) -> list[datetime]:
    """Return the occurrences of five years, one by one."""
    moments = (occurrence(start, period, zone, n) for n in range(COUNTS[Period(period)]))
    return [moment for moment in moments if moment]


def walls(moments: list[datetime], zone: ZoneInfo) -> list[str]:
    return [f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in moments]


def at(zone: ZoneInfo, *when: int, fold: int = 0) -> datetime:
    year, month, day, hour, minute = (*when, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=zone, fold=fold)


def certain(start: datetime, period: str, zone: ZoneInfo, n: int) -> datetime:
    """Return an occurrence that there must be."""
    moment = occurrence(start, period, zone, n)
    assert moment is not None
    return moment


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    there_and_back = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there_and_back.replace(tzinfo=None) == wall.replace(fold=0)


# --- Properties, over every zone ----------------------------------------------------------------


@given(starts, periods, zones)
def test_occurrences_come_one_after_another_and_keep_their_time(
    start: datetime, period: str, zone: ZoneInfo
) -> None:
    moments = all_of(start, period, zone)
    first = start.astimezone(zone)
    assert moments[0] == start
    assert all(moment.tzinfo is UTC for moment in moments)
    assert all(earlier < later for earlier, later in pairwise(moments))
    for moment in moments:
        local = moment.astimezone(zone)
        wanted = local.replace(tzinfo=None, fold=0).replace(
            hour=first.hour, minute=first.minute, second=first.second
        )
        kept = local.time() == first.time()
        assert kept or clock_change(moment, start, zone)
        assert kept or not exists(wanted, zone) or not exists(wanted - timedelta(days=1), zone)


@given(starts, periods, zones, st.data())
def test_the_shortcuts_agree_with_counting(
    start: datetime, period: str, zone: ZoneInfo, data: st.DataObject
) -> None:
    moments = all_of(start, period, zone)
    around = st.sampled_from(moments).flatmap(
        lambda moment: (
            st.timedeltas(-timedelta(days=3), timedelta(days=3)).map(moment.__add__)
            | st.sampled_from([moment, moment - SECOND, moment + SECOND])
        )
    )
    moment = data.draw(around)
    following = moments[bisect_right(moments, moment) :]
    previous = moments[: bisect_right(moments, moment)]
    assert last_until(start, period, zone, moment) == (previous[-1] if previous else None)
    if following or period == Period.ONCE:
        assert first_after(start, period, zone, moment) == (following[0] if following else None)
    assert upcoming(start, period, zone, moment, 5)[: len(following)] == following[:5]


def clock_changes(zone: ZoneInfo, first: datetime) -> list[int]:
    """Return the numbers of the days, in five years from `first`, on which the offset changes."""
    days = [first + timedelta(days=n) for n in range(COUNTS[Period.DAILY])]
    offsets = [day.replace(tzinfo=zone).utcoffset() for day in days]
    return [n for n, (before, after) in enumerate(pairwise(offsets)) if before != after]


@pytest.mark.parametrize("hour", [0, 2])
def test_every_zone_keeps_a_time_at_which_clocks_change(hour: int) -> None:
    first = datetime(2022, 1, 15, hour, 30)
    for zone in map(ZoneInfo, ZONES):
        start = first.replace(tzinfo=zone).astimezone(UTC)
        for change in clock_changes(zone, first):
            moments = [certain(start, "daily", zone, change + n) for n in range(-1, 4)]
            days = [moment.astimezone(zone).date() for moment in moments]
            assert all(earlier < later for earlier, later in pairwise(moments)), zone.key
            assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@given(st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)), zones)
def test_months_keep_the_day_as_far_as_they_have_it(wall: datetime, zone: ZoneInfo) -> None:
    start = wall.replace(day=31 if wall.month % 2 else 28, month=1, hour=12, tzinfo=zone)
    start = start.astimezone(UTC).astimezone(zone)
    for n in range(60):
        local = certain(start, Period.MONTHLY, zone, n).astimezone(zone)
        assert (local.year, local.month) == (start.year + n // 12, n % 12 + 1)
        assert local.day == min(start.day, monthrange(local.year, local.month)[1])


# --- Cases --------------------------------------------------------------------------------------


def test_the_31st_returns_after_shorter_months() -> None:
    start = at(BERLIN, 2023, 10, 31, 9)
    assert walls(upcoming(start, "monthly", BERLIN, start - SECOND, 6), BERLIN) == [
        "2023-10-31 09:00",
        "2023-11-30 09:00",
        "2023-12-31 09:00",
        "2024-01-31 09:00",
        "2024-02-29 09:00",
        "2024-03-31 09:00",
    ]


def test_a_skipped_time_comes_later_by_the_gap() -> None:
    start = at(BERLIN, 2024, 3, 30, 2, 30)
    moments = upcoming(start, "daily", BERLIN, start - SECOND, 3)
    assert walls(moments, BERLIN) == ["2024-03-30 02:30", "2024-03-31 03:30", "2024-04-01 02:30"]
    changes = [clock_change(moment, start, BERLIN) for moment in moments]
    assert changes == [None, ClockChange.SKIPPED, None]


def test_a_repeated_time_comes_once_the_first_time() -> None:
    start = at(BERLIN, 2024, 10, 26, 2, 30)
    moments = upcoming(start, "daily", BERLIN, start - SECOND, 3)
    assert walls(moments, BERLIN) == ["2024-10-26 02:30", "2024-10-27 02:30", "2024-10-28 02:30"]
    assert moments[1] == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    changes = [clock_change(moment, start, BERLIN) for moment in moments]
    assert changes == [None, ClockChange.REPEATED, None]


def test_a_start_at_the_second_of_two_equal_times_is_kept() -> None:
    start = at(BERLIN, 2024, 10, 27, 2, 30, fold=1).astimezone(UTC)
    assert occurrence(start, "daily", BERLIN, 0) == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert occurrence(start, "daily", BERLIN, 1) == datetime(2024, 10, 28, 1, 30, tzinfo=UTC)
    assert first_after(start, "daily", BERLIN, start - SECOND) == start
    assert last_until(start, "daily", BERLIN, start - SECOND) is None


def test_a_day_that_a_zone_skips_is_left_out_of_a_daily_mailing() -> None:
    start = at(APIA, 2011, 12, 28, 10)
    assert walls(upcoming(start, "daily", APIA, start - SECOND, 4), APIA) == [
        "2011-12-28 10:00",
        "2011-12-29 10:00",
        "2011-12-31 10:00",
        "2012-01-01 10:00",
    ]
    assert occurrence(start, "daily", APIA, 2) is None
    assert last_until(start, "daily", APIA, at(APIA, 2011, 12, 31, 9)) == at(APIA, 2011, 12, 29, 10)


@pytest.mark.parametrize(
    ("period", "first"), [("weekly", (2011, 12, 23)), ("monthly", (2011, 11, 30))]
)
def test_a_week_or_month_that_falls_on_a_skipped_day_comes_a_day_later(
    period: str, first: tuple[int, int, int]
) -> None:
    start = at(APIA, *first, 10)
    shifted = occurrence(start, period, APIA, 1)
    assert shifted == at(APIA, 2011, 12, 31, 10)
    assert certain(start, period, APIA, 2).astimezone(APIA).day in {6, 30}


def test_the_zone_decides_on_the_calendar_day() -> None:
    start = datetime(2024, 1, 31, 23, 30, tzinfo=UTC)  # 1 February in Berlin
    assert walls(upcoming(start, "monthly", BERLIN, start, 2), BERLIN) == [
        "2024-03-01 00:30",
        "2024-04-01 00:30",
    ]


def test_once_is_once() -> None:
    start = at(BERLIN, 2024, 1, 1)
    assert first_after(start, "once", BERLIN, start - SECOND) == start
    assert first_after(start, "once", BERLIN, start) is None
    assert last_until(start, "once", BERLIN, start) == start
    assert last_until(start, "once", BERLIN, start - SECOND) is None
    assert last_until(start, "once", BERLIN, at(BERLIN, 2050, 1, 1)) == start
    assert upcoming(start, "once", BERLIN, start - SECOND, 10) == [start]


def test_before_the_first_and_beyond_the_calendar() -> None:
    start = at(BERLIN, 2024, 1, 31)
    assert first_after(start, "monthly", BERLIN, at(BERLIN, 1990, 1, 1)) == start
    assert last_until(start, "monthly", BERLIN, at(BERLIN, 1990, 1, 1)) is None
    assert occurrence(start, "daily", BERLIN, -1) is None
    assert occurrence(start, "monthly", BERLIN, 200_000) is None
    assert occurrence(start, "daily", BERLIN, 10**12) is None
    assert first_after(start, "monthly", BERLIN, at(BERLIN, 9999, 12, 31, 12)) is None


def test_moments_without_a_zone_are_refused() -> None:
    naive, aware = datetime(2024, 1, 1), at(BERLIN, 2024, 1, 1)
    for call in (
        lambda: occurrence(naive, "daily", BERLIN, 1),
        lambda: first_after(naive, "daily", BERLIN, aware),
        lambda: first_after(aware, "daily", BERLIN, naive),
        lambda: last_until(aware, "daily", BERLIN, naive),
        lambda: upcoming(aware, "daily", BERLIN, naive, 3),
        lambda: clock_change(naive, aware, BERLIN),
    ):
        with pytest.raises(ValueError, match="time zone"):
            call()


def test_centuries_take_no_longer_than_days() -> None:
    start, far = at(BERLIN, 1970, 1, 1, 9), at(BERLIN, 2970, 1, 1, 8)
    begun = perf_counter()
    for period in Period:
        for _ in range(200):
            assert first_after(start, period, BERLIN, start - SECOND) == start
            assert last_until(start, period, BERLIN, far)
    assert perf_counter() - begun < 2
    assert bisect_left(upcoming(start, "daily", BERLIN, far, 3), far) == 0


@pytest.mark.parametrize("period", ["once", "daily", "weekly", "monthly"])
@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Pacific/Apia"])
def test_a_stretch_of_time_holds_what_comes_one_after_the_other(period: str, name: str) -> None:
    """Also over the clock changes of a year, and the day that Apia left out."""
    zone = ZoneInfo(name)
    start = datetime(2011, 1, 31, 1, 30, tzinfo=UTC)
    for after in (start - timedelta(days=9), start, datetime(2011, 12, 20, tzinfo=UTC)):
        before = after + timedelta(days=400)
        one_by_one = upcoming(start, period, zone, after, 500)
        expected = [moment for moment in one_by_one if moment < before]
        assert list(between(start, period, zone, after, before)) == expected


def test_a_stretch_of_time_at_the_end_of_the_calendar_ends() -> None:
    start = datetime(9998, 12, 31, 12, tzinfo=UTC)
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert len(list(between(start, "monthly", ZoneInfo("UTC"), start, last))) == 12
