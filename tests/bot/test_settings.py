from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import READERS, Settings, SettingsError, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def problems(environment: dict[str, str], env_file: Path = Path("nothing")) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment, env_file)
    return caught.value.problems


def test_defaults_need_nothing() -> None:
    assert load_settings({}, Path("nothing")) == Settings()


def test_the_environment_wins_over_the_file_unless_empty(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=from-file\nQUEUE_SIZE=7\nOTHER=ignored\n")
    settings = load_settings({"QUEUE_SIZE": "9", "DISCORD_TOKEN": " "}, file)
    assert settings.discord_token == "from-file"
    assert settings.queue_size == 9


def test_the_example_file_names_every_setting_with_its_default() -> None:
    lines = EXAMPLE.read_text().splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(named) == sorted(field.name.upper() for field in fields(Settings))
    assert READERS.keys() == {field.name for field in fields(Settings)}
    assert load_settings({}, EXAMPLE) == Settings()


def test_every_problem_is_told_at_once() -> None:
    told = problems(
        {
            "DISCORD_TOKEN": "two words",
            "POEM_SECONDS": "soon",
            "QUEUE_SIZE": "0",
            "CONCURRENT_POEMS": "0",
            "MEMBER_POEMS": "none",
            "GUILD_POEMS": "-1",
            "WORKER_THREADS": "1.5",
            "WEIGHTS": "int4",
            "DEV_GUILD": "my server",
            "SHARD_IDS": "0;1",
            "SHARD_COUNT": "all",
            "LOG_LEVEL": "loud",
            "PRIVACY_URL": "docs/privacy.md",
            "TERMS_URL": "javascript:alert(1)",
        }
    )
    assert [sentence.split()[0] for sentence in told] == [
        "DISCORD_TOKEN",
        "POEM_SECONDS",
        "QUEUE_SIZE",
        "CONCURRENT_POEMS",
        "MEMBER_POEMS",
        "GUILD_POEMS",
        "WORKER_THREADS",
        "WEIGHTS",
        "DEV_GUILD",
        "SHARD_IDS",
        "SHARD_COUNT",
        "LOG_LEVEL",
        "PRIVACY_URL",
        "TERMS_URL",
    ]
    assert "'soon'" in told[1]
    assert "two words" not in told[0], "a token is never repeated"


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "121"])
def test_seconds_that_are_none(value: str) -> None:
    assert "POEM_SECONDS must be" in problems({"POEM_SECONDS": value})[0]


def test_a_queue_longer_than_discord_waits() -> None:
    assert "15 minutes" in problems({"POEM_SECONDS": "60", "QUEUE_SIZE": "100"})[0]


def test_shards() -> None:
    settings = load_settings({"SHARD_IDS": "3, 0", "SHARD_COUNT": "4"}, Path("nothing"))
    assert (settings.shard_ids, settings.shard_count) == ((0, 3), 4)
    assert "needs SHARD_COUNT" in problems({"SHARD_IDS": "0"})[0]
    assert "from 0 to 3" in problems({"SHARD_IDS": "0,4", "SHARD_COUNT": "4"})[0]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("QUEUE_SIZE=3\nDISCORD_TOKEN='never closed\n")
    (sentence,) = problems({}, file)
    assert "line 2" in sentence
    assert str(file) in sentence


def test_an_empty_line_takes_back_nothing(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=secret\nQUEUE_SIZE=3\nQUEUE_SIZE=4\nDISCORD_TOKEN=\n")
    settings = load_settings({}, file)
    assert (settings.discord_token, settings.queue_size) == ("secret", 4)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("discord_token", "DISCORD_TOKEN"),
        ("DISCORDTOKEN", "DISCORD_TOKEN"),
        ("QUEUE_SIZES", "QUEUE_SIZE"),
        ("CHEKPOINT", "CHECKPOINT"),
        ("export Log_Level", "LOG_LEVEL"),
    ],
)
def test_a_name_that_is_almost_right_is_told(tmp_path: Path, name: str, meant: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"QUEUE_SIZE=3\n{name}=5\n")
    (sentence,) = problems({}, file)
    assert f"line 2: {name.removeprefix('export ')} is no setting" in sentence
    assert f"write {meant}," in sentence


def test_any_other_name_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / ".env"
    file.write_text("COMPOSE_PROJECT_NAME=poet\n")
    assert load_settings({}, file) == Settings()
    assert "line 1: COMPOSE_PROJECT_NAME is no setting of this bot" in caplog.text


def test_a_name_without_a_value_is_a_broken_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN\n")
    assert "this is not NAME=value" in problems({}, file)[0]


def test_quotes_that_a_container_left_around_a_value() -> None:
    settings = load_settings(
        {"DISCORD_TOKEN": '"a.b.c"', "QUEUE_SIZE": "'7'", "LOG_LEVEL": '""', "CHECKPOINT": '"'},
        Path("nothing"),
    )
    assert (settings.discord_token, settings.queue_size) == ("a.b.c", 7)
    assert (settings.log_level, settings.checkpoint) == ("INFO", Path('"'))


def test_a_path_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/emily")
    settings = load_settings({"DATABASE": "~/poems.db", "CHECKPOINT": "~/poet"}, Path("nothing"))
    assert settings.database == Path("/home/emily/poems.db")
    assert settings.checkpoint == Path("/home/emily/poet")
    assert problems({"DATABASE": "~nobody-at-all/x"})[0].startswith("DATABASE begins with a home")


@pytest.mark.parametrize("value", [":memory:", "file::memory:?cache=shared"])
def test_a_database_that_would_not_outlast_the_bot(value: str) -> None:
    assert "must be the path of a file" in problems({"DATABASE": value})[0]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary", None])
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / ".env"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    (sentence,) = problems({}, file)
    assert str(file) in sentence


@pytest.mark.parametrize(
    "url",
    [
        "example.com",
        "ftp://example.com",
        "https://",
        "https://[::1",
        "https://a b.c",
        "x" * 9,
        "https://localhost",
        "https://example.com/" + "x" * 512,
        "https://example.com/\u202e",
    ],
)
def test_an_address_that_nobody_could_open(url: str) -> None:
    (sentence,) = problems({"PRIVACY_URL": url})
    assert sentence.startswith(
        "PRIVACY_URL must be the address of a page, like https://example.com"
    )
    settings = load_settings({"TERMS_URL": "https://example.com/terms#poet"}, Path("nothing"))
    assert settings.terms_url == "https://example.com/terms#poet"
