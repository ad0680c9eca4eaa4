"""/brain: pictures of the real thing, drawn by another process."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from simcord import InteractionResult

from bot.brain import studio as drawing
from bot.brain.artist import LINE_CHARS, draw, first_line, places
from bot.brain.cog import MEMBER_LOOKS
from bot.i18n.texts import ENGLISH
from bot.rate_limit import Limiter
from bot.store import GuildSettings
from model.checkpoint import load_checkpoint, save_checkpoint
from model.config import STAGES
from tests.bot.conftest import MakeWorld
from tests.bot.world import World, a_writer, both

PNG = b"\x89PNG\r\n\x1a\n"


def names(result: InteractionResult) -> list[str]:
    assert result.response is not None
    return [attachment.filename for attachment in result.response.attachments]


@pytest.fixture
def poet_with_ancestors(endless_checkpoint: Path, tmp_path: Path) -> Path:
    """A folder of a poet with a loss curve, beside a ladder. All the same network, for speed."""
    poet = load_checkpoint(endless_checkpoint)
    for name in ("poet", *(f"ladder/{stage}" for stage in STAGES)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        save_checkpoint(replace(poet, folder=tmp_path / name))
    (tmp_path / "poet" / "loss.png").write_bytes(PNG)
    return tmp_path / "poet"


@pytest.mark.asyncio(loop_scope="session")
async def test_all_there_is(make_world: MakeWorld, poet_with_ancestors: Path) -> None:
    async with a_writer(poet_with_ancestors) as writer:
        world = await make_world(writer)
        await world.keep_poem("the sea\nis wide")
        result = await world.alice.slash(world.channel, "brain")
    assert names(result) == ["attention.png", "next.png", "stages.png", "loss.png"]
    assert result.response is not None
    for attachment in result.response.attachments:
        assert (await attachment.read()).startswith(PNG)
    paragraphs = [
        ENGLISH.brain_attention, ENGLISH.brain_next, ENGLISH.brain_ladder, ENGLISH.brain_loss
    ]  # fmt: skip
    assert result.response.content == "\n".join(paragraphs)
    assert result.response.ephemeral
    assert world.rows("SELECT count(*) FROM poems") == [(1,)], "nothing is kept of it"


def test_the_ancestors_that_ship_continue_anything(tiny_checkpoint: Path, tmp_path: Path) -> None:
    stages = [load_checkpoint(drawing.SHIPPED_LADDER / stage) for stage in STAGES]
    assert [stage.model.config.stage for stage in stages] == list(STAGES)
    losses = [stage.metrics["val_loss"] for stage in stages]
    assert losses == sorted(losses, reverse=True), "each better than the one before"
    draw("Zoë & the 7 seas ~", tiny_checkpoint, drawing.SHIPPED_LADDER, tmp_path)
    assert (tmp_path / "stages.png").read_bytes().startswith(PNG)


async def test_the_ancestors_beside_a_poet_come_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used = []

    async def artist(order: dict[str, str]) -> None:
        used.append(order["ladder"])

    monkeypatch.setattr(drawing, "_run_artist", artist)
    await drawing.Studio().draw("the sea", tmp_path / "poet")
    (tmp_path / "ladder").mkdir()
    await drawing.Studio().draw("the sea", tmp_path / "poet")
    assert used == [str(drawing.SHIPPED_LADDER), str(tmp_path / "ladder")]


@pytest.mark.asyncio(loop_scope="session")
async def test_what_is_missing_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def draws_nothing(order: dict[str, str]) -> None:
        assert order["text"] == "the *sea*"

    monkeypatch.setattr(drawing, "_run_artist", draws_nothing)
    result = await world.alice.slash(world.channel, "brain", text="the *sea*")
    assert names(result) == []
    assert result.response is not None
    assert result.response.content == "\n".join([ENGLISH.brain_no_ladder, ENGLISH.brain_no_loss])


@pytest.mark.asyncio(loop_scope="session")
async def test_it_shows_the_network_that_writes_now(
    make_world: MakeWorld, endless_checkpoint: Path, poet_with_ancestors: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    drawn = []

    async def artist(order: dict[str, str]) -> None:
        drawn.append(order["checkpoint"])

    monkeypatch.setattr(drawing, "_run_artist", artist)
    async with a_writer(endless_checkpoint) as writer:
        world = await make_world(writer)
        await writer.switch(poet_with_ancestors)
        result = await world.alice.slash(world.channel, "brain", text="the sea")
    assert drawn == [str(poet_with_ancestors)]
    assert names(result) == ["loss.png"], "which lies beside that network alone"


@pytest.mark.asyncio(loop_scope="session")
async def test_who_looks_too_often_is_asked_to_wait(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def draws_nothing(order: dict[str, str]) -> None:
        pass

    monkeypatch.setattr(drawing, "_run_artist", draws_nothing)
    world = await make_world(member_poems=1)
    await world.store.change_guild_settings(
        world.alice.guild.id, lambda _: GuildSettings(cooldown=3600)
    )
    for _ in range(MEMBER_LOOKS):
        assert not names(await world.alice.slash(world.channel, "brain"))
    assert world.messages() == []
    assert (await world.poem()).content, "looks have limits of their own, and no pause after them"
    too_many = ENGLISH.too_many.partition("{")[0]
    looked_again = await world.alice.slash(world.channel, "brain")
    assert world.refusal(looked_again).startswith(too_many)
    assert not names(await world.bob.slash(world.channel, "brain"))


@pytest.mark.asyncio(loop_scope="session")
async def test_who_looks_while_the_bot_stops_is_told(
    make_world: MakeWorld, endless_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def slow(order: dict[str, str]) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    monkeypatch.setattr(drawing, "_run_artist", slow)
    async with a_writer(endless_checkpoint) as writer:
        world = await make_world(writer)

        async def stop() -> None:
            await begun.wait()
            await world.bot.drain()
            assert ended.is_set()

        result = await both(world.alice.slash(world.channel, "brain", text="the sea"), stop())
        assert world.refusal(result) == ENGLISH.shutting_down


@pytest.mark.asyncio(loop_scope="session")
async def test_one_looks_at_a_time_and_who_is_refused_has_lost_nothing(
    make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def draws_nothing(order: dict[str, str]) -> None:
        pass

    monkeypatch.setattr(drawing, "_run_artist", draws_nothing)
    world = await make_world()
    monkeypatch.setattr(
        world.bot.cogs["BrainCog"], "limiter", Limiter(member_poems=1, guild_poems=9)
    )
    studio = world.bot.cogs["BrainCog"].studio  # type: ignore[attr-defined]
    with studio.turn():
        for _ in range(2):
            looked = await world.bob.slash(world.channel, "brain", text="the sea")
            assert world.refusal(looked) == ENGLISH.brain_busy
    looked = await world.bob.slash(world.channel, "brain", text="the sea")
    assert looked.response is not None
    assert looked.response.content == "\n".join([ENGLISH.brain_no_ladder, ENGLISH.brain_no_loss])


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("import sys; sys.exit(3)", "brain_no_pictures"),
        ("import os; os.abort()", "brain_lost"),
        ("import time; time.sleep(60)", "brain_lost"),
    ],
)
async def test_an_artist_that_fails(
    monkeypatch: pytest.MonkeyPatch, program: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "bot" / "brain").mkdir(parents=True)
    for package in ("bot", "bot/brain"):
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "bot" / "brain" / "artist.py").write_text(program)
    monkeypatch.setattr(drawing, "path_with_this_package", lambda: str(tmp_path))
    monkeypatch.setattr(drawing, "SECONDS", 1.0)
    monkeypatch.chdir(tmp_path)
    studio = drawing.Studio()
    for _ in range(2):  # it is free again after the first
        with pytest.raises(drawing.DrawingError) as error, studio.turn():
            await studio.draw("the sea", tmp_path)
        assert error.value.text == sentence


@pytest.mark.asyncio(loop_scope="session")
async def test_no_pictures_is_one_private_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(order: dict[str, str]) -> None:
        raise drawing.DrawingError("brain_lost")

    monkeypatch.setattr(drawing, "_run_artist", fails)
    result = await world.alice.slash(world.channel, "brain", text="the sea")
    assert world.refusal(result) == ENGLISH.brain_lost


async def test_the_bots_process_never_loads_torch_or_matplotlib() -> None:
    program = (
        "import bot.__main__, sys; print([m for m in ('torch', 'matplotlib') if m in sys.modules])"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "[]\n", done.stderr


def test_lines_that_can_be_read() -> None:
    assert first_line("the sea\nis wide") == "the sea"
    assert first_line(" ") == "The"
    assert first_line("x" * 99) == "x" * LINE_CHARS
    assert len(first_line("word " * 20)) <= LINE_CHARS
    assert not first_line("word " * 20).endswith(" ")


def test_places_grow_to_the_whole_line() -> None:
    assert places("the sea at night") == [
        "t",
        "the ",
        "the sea ",
        "the sea at n",
        "the sea at night",
    ]
    assert places("ab") == ["a", "ab"]
