"""Seed texts, acrostics and themes for benchmarks, as members type them; none is from a poem."""

SEEDS = (
    "the sea at night",
    "my cat",
    "rain",
    "two trains",
    "after the party",
    "Lisbon",
    "I miss you",
    "the last bus home",
    "snow on the",
    "grandmother's kitchen",
    "coffee",
    "happy birthday Sam",
    "why do pigeons",
    "the old bridge",
    "once more",
    "a dragon who",
    "under the streetlight",
    "my brother said",
    "silence",
    "the lighthouse",
    "dear Anna",
    "when autumn comes",
    "lost keys",
    "O Monday",
    "behind the hill",
    "she laughed",
    "the garden gate",
    "Norway in June",
    "never again",
    "three o'clock",
    "a penguin in",
    "the moon forgot",
    "we were young",
    "homework",
    "golden wheat",
    "an empty chair",
    "quiet, quiet",
    "the king of cheese",
    "far from here",
    "you and I",
    "Every morning I water the plants and think about the people who left",
    "If nobody comes to my party tonight I will eat all of the cake alone",
    "We drove for seven hours through the rain and no one said a word",
    "The wifi is down and the whole house has begun to talk to each other again",
    "There is a small town by the river where my grandfather mended clocks",
    "Grey morning, empty square,\na single dog walks by",
    "My love is like a printer jam:\nit happens when",
    "The ship went out, the ship came in,\nand nobody was waiting",
    "I asked the mirror who I was\nand",
    "Good night, little brother,\nthe stars are all on",
)
"""Fifty seed texts: forty shorter than a line, five of a line or more, five of two lines."""

# Templates of further seed texts, and the words that fill them.
SHAPES = (
    "{}", "the {} again", "my {}", "where is the {}", "O {},", "I saw the {}", "one {} at midnight",
    "{} and rain", "when the {}", "no more {}",
)  # fmt: skip
THINGS = (
    "train", "kitchen", "river", "letter", "kite", "winter", "clock", "piano", "harbour", "orchard",
    "umbrella", "mirror", "candle", "sparrow", "bicycle", "teacher", "engine", "garden", "ghost",
    "island", "tower", "village", "shadow", "fire", "window", "violin", "horse", "mountain",
    "station", "dream", "sailor", "moon", "market", "robot", "castle", "desert", "bakery",
    "lantern", "forest", "pirate", "queen", "library", "storm", "apple", "bridge",
)  # fmt: skip

NAMES = {
    name[0]: name
    for name in (
        "Ada", "Bruno", "Clara", "Daniel", "Edith", "Felix", "Greta", "Henry", "Iris", "Jonas",
        "Kate", "Lena", "Maria", "Nora", "Oscar", "Pearl", "Quentin", "Rosalind", "Simon",
        "Thomas", "Ursula", "Victor", "Wanda", "Xavier", "Yusuf", "Zoe",
    )
}  # fmt: skip
"""An acrostic for each first letter of a seed text, which must agree with it."""

THEMES = (
    "night",
    "the sea",
    "snow",
    "silver",
    "my dog",
    "love",
    "war",
    "summer rain",
    "mountains",
    "death",
    "a train",
    "flowers",
    "autumn leaves",
    "the moon",
    "friendship",
    "winter",
    "bread",
    "dreams",
    "coffee",
    "my grandmother's garden",
)
"""Twenty themes."""


def seed_texts(count: int) -> list[str]:
    """Returns the first `count` of 500 distinct seed texts: SEEDS, then SHAPES filled with THINGS.

    Raises ValueError for more than there are.
    """
    seeds = [*SEEDS, *(shape.format(thing) for thing in THINGS for shape in SHAPES)]
    if count > len(seeds):
        raise ValueError(f"There are {len(seeds)} seeds, not {count}: ask for fewer poems.")
    return seeds[:count]
