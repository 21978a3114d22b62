"""Who has a script open: counted by script and person, and told to all who are there."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.web.live.others import MOST_NAMED, others_view
from app.web.live.presence import Place, Presence, Present

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANN, REX = UUID(int=1), UUID(int=2)


def place() -> Place:
    return uuid4(), uuid4()


def person(user: UUID, minutes: int = 0) -> Present:
    return Present(user, "Ann" if user == ANN else "Rex", NOON + timedelta(minutes=minutes))


def nothing() -> None:
    return


def test_both_are_told_when_a_second_person_comes() -> None:
    presence, here, told = Presence(), place(), list[str]()
    ann = presence.join(here, person(ANN), lambda: told.append("ann"))
    rex = presence.join(here, person(REX, 2), lambda: told.append("rex"))
    assert told == ["ann", "ann", "rex"]
    assert presence.others(ann) == (person(REX, 2),)
    assert presence.others(rex) == (person(ANN),)


def test_whoever_stays_is_told_when_somebody_leaves() -> None:
    presence, here, told = Presence(), place(), list[str]()
    ann = presence.join(here, person(ANN), lambda: told.append("ann"))
    presence.leave(presence.join(here, person(REX), nothing))
    assert (told, presence.others(ann)) == (["ann"] * 3, ())


def test_two_pages_of_one_person_are_one_since_the_first() -> None:
    presence, here = Presence(), place()
    presence.join(here, person(ANN, 1), nothing)
    presence.join(here, person(ANN, 5), nothing)
    rex = presence.join(here, person(REX), nothing)
    assert presence.others(rex) == (person(ANN, 1),)


def test_another_script_and_another_tenant_are_elsewhere() -> None:
    presence, (tenant, script) = Presence(), place()
    ann = presence.join((tenant, script), person(ANN), nothing)
    presence.join((tenant, uuid4()), person(REX), nothing)
    presence.join((uuid4(), script), person(REX), nothing)
    assert presence.others(ann) == ()


def test_a_viewers_own_other_page_is_theirs() -> None:
    [other] = others_view((person(ANN, 90),), ANN).named
    assert (other.is_self, other.clock) == (True, "13:30 UTC")


def test_of_many_people_some_are_only_counted() -> None:
    crowd = tuple(Present(uuid4(), f"p{number}", NOON) for number in range(MOST_NAMED + 3))
    shown = others_view(crowd, ANN)
    assert (len(shown.named), shown.more) == (MOST_NAMED, 3)
