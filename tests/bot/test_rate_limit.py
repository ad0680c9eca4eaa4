"""How often poems may be asked for, by a clock that the test holds."""

from bot.rate_limit import LONGEST_COOLDOWN, Limiter


def test_a_member_has_so_many_poems_in_any_minute() -> None:
    limiter = Limiter(member_poems=2, guild_poems=100)
    for now in (0.0, 20.0):
        assert limiter.seconds_to_wait("alice", 1, now) == 0
        limiter.count("alice", 1, now)
    assert limiter.seconds_to_wait("alice", 1, 30.0) == 30
    assert limiter.seconds_to_wait("alice", 2, 30.0) == 30, "wherever they are"
    assert limiter.seconds_to_wait("bob", 1, 30.0) == 0
    assert limiter.seconds_to_wait("alice", 1, 60.0) == 0
    limiter.count("alice", 1, 60.0)
    assert limiter.seconds_to_wait("alice", 1, 60.0) == 20, "the one at 20 still counts"


def test_a_server_has_so_many_poems_in_any_minute() -> None:
    limiter = Limiter(member_poems=100, guild_poems=3)
    for number in range(3):
        limiter.count(f"member {number}", 1, 10.0)
    assert limiter.seconds_to_wait("somebody else", 1, 15.0) == 55
    assert limiter.seconds_to_wait("somebody else", 2, 15.0) == 0
    assert limiter.seconds_to_wait("somebody else", None, 15.0) == 0


def test_a_cooldown_is_one_members_in_one_server() -> None:
    limiter = Limiter(member_poems=100, guild_poems=100)
    limiter.count("alice", 1, 0.0)
    assert limiter.seconds_to_wait("alice", 1, 10.0, cooldown=300) == 290
    assert limiter.seconds_to_wait("alice", 2, 10.0, cooldown=300) == 0
    assert limiter.seconds_to_wait("bob", 1, 10.0, cooldown=300) == 0
    assert limiter.seconds_to_wait("alice", 1, 300.0, cooldown=300) == 0


def test_nobody_is_remembered_for_ever() -> None:
    limiter = Limiter(member_poems=2, guild_poems=2)
    for number in range(1000):
        limiter.count(f"member {number}", number, float(number))
    assert len(limiter) < 1000 + 2 * 130
    limiter.count("alice", None, 1000 + LONGEST_COOLDOWN)
    assert len(limiter) == 2
