"""Turns between lanes."""

from app.sandbox.fairness import Turns


def turns(free: int = 2, per_lane: int = 1, waiting: int = 3, in_all: int = 10) -> Turns[str, int]:
    return Turns(free, per_lane, waiting, in_all)


def test_a_lane_takes_no_more_than_its_share() -> None:
    room = turns()
    assert [room.take("a"), room.take("a"), room.take("b")] == [True, False, True]


def test_nobody_takes_a_turn_that_is_not_there() -> None:
    room = turns(free=1)
    assert [room.take("a"), room.take("b")] == [True, False]


def test_free_turns_go_round_the_lanes_and_not_down_one_queue() -> None:
    room = turns(free=1, per_lane=1)
    room.take("a")
    for ticket in (1, 2, 3):
        room.wait("a", ticket)
    room.wait("b", 10)
    order = []
    lane = "a"
    for _ in range(4):
        (ticket,) = room.give_back(lane)
        order.append(ticket)
        lane = "b" if ticket == 10 else "a"
    assert order == [1, 10, 2, 3]


def test_a_lane_is_awaited_while_one_of_its_tickets_waits() -> None:
    room = turns(free=1)
    room.take("a")
    seen = [room.is_awaited("a")]
    room.wait("a", 1)
    seen.append(room.is_awaited("a"))
    room.give_back("a")
    assert [*seen, room.is_awaited("a")] == [False, True, False]


def test_a_lane_at_its_cap_is_passed_over() -> None:
    room = turns(free=3, per_lane=2)
    assert [room.take("a"), room.take("a"), room.take("b")] == [True, True, True]
    room.wait("a", 1)
    room.wait("c", 2)
    assert room.give_back("b") == [2]


def test_a_full_queue_refuses_and_changes_nothing() -> None:
    room = turns(waiting=1)
    assert [room.wait("a", 1), room.wait("a", 2), room.waiting] == [True, False, 1]


def test_a_full_waiting_room_refuses_every_lane() -> None:
    room = turns(in_all=1)
    assert [room.wait("a", 1), room.wait("b", 2)] == [True, False]


def test_who_withdraws_is_not_called() -> None:
    room = turns(free=1)
    room.take("a")
    room.wait("b", 1)
    room.wait("b", 2)
    room.withdraw("b", 1)
    assert room.give_back("a") == [2]


def test_newcomers_do_not_overtake_their_own_lane() -> None:
    room = turns(free=1)
    room.take("a")
    room.wait("b", 1)
    room.give_back("a")
    room.wait("b", 2)
    assert room.take("b") is False


def test_all_turns_come_back() -> None:
    room = turns(free=2, per_lane=2)
    room.take("a")
    room.wait("a", 1)
    room.take("b")
    room.give_back("b")
    room.give_back("a")
    room.give_back("a")
    assert (room.running, room.waiting) == (0, 0)
