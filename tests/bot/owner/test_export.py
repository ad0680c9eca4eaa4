"""The poems that were voted on as a corpus file."""

import json
import resource
from pathlib import Path

import pytest

from bot.owner.export import ExportError, export
from tests.bot.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_only_poems_with_votes_and_nothing_of_the_members(
    world: World, tmp_path: Path
) -> None:
    loved, _unrated, hated = [await world.poem(f"My secret {word}") for word in ("a", "b", "c")]
    await world.alice.react(loved, "👍")
    await world.press(world.bob, loved, "up")
    await world.press(world.bob, hated, "down")

    file = tmp_path / "rated.jsonl"
    assert await export(world.store, file) == 2
    content = file.read_text()
    lines = [json.loads(line) for line in content.splitlines()]
    assert [(line["up"], line["down"]) for line in lines] == [(2, 0), (0, 1)]
    for line, poem in zip(lines, (loved, hated), strict=True):
        assert line.keys() == {"author", "title", "text", "form", "up", "down", "checkpoint"}
        ((text,),) = world.rows("SELECT text FROM poems WHERE message_id = ?", poem.id)
        assert line["text"]
        assert text.endswith(line["text"])
        assert line["checkpoint"] == "endless"
    assert "secret" not in content
    for (secret,) in world.rows("SELECT asker FROM poems UNION SELECT message_id FROM poems"):
        assert str(secret) not in content

    assert await export(world.store, file) == 2, "an earlier export is replaced"


async def test_other_files_are_left_alone(world: World, tmp_path: Path) -> None:
    for number, content in enumerate(["my diary\n", '{"text": "a poem"}\n', "[1]\n"]):
        file = tmp_path / f"{number}.txt"
        file.write_text(content)
        with pytest.raises(ExportError, match="no earlier export"):
            await export(world.store, file)
        assert file.read_text() == content


async def test_a_folder_that_is_not_there(world: World, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "rated.jsonl"
    with pytest.raises(ExportError, match="in a folder that exists") as caught:
        await export(world.store, file)
    assert str(file) in str(caught.value)


async def test_a_full_disk_leaves_nothing_unfinished(world: World, tmp_path: Path) -> None:
    """The system refuses to write a single character."""
    await world.press(world.bob, await world.poem(), "up")
    folder = tmp_path / "exports"
    folder.mkdir()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        with pytest.raises(ExportError, match="where there is room"):
            await export(world.store, folder / "rated.jsonl")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(folder.iterdir()) == []


async def test_themes_stay_here(world: World, tmp_path: Path) -> None:
    text = "the sea\nO Marigold, the night\nand so it goes\nmarigolds\nthe end\nof it"
    for number, settings in enumerate([{"theme": "Marigold"}, {"acrostic": "TO", "form": "free"}]):
        poem_id = await world.keep_poem(text, prompt="the sea", settings=settings)
        await world.store.press(poem_id, number, 1)
    file = tmp_path / "rated.jsonl"
    assert await export(world.store, file) == 1
    assert json.loads(file.read_text())["text"] == "and so it goes\nthe end\nof it"
