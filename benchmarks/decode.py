"""Throughput of the decoder against two baselines and the machine's ceilings, in one run.

    python benchmarks/decode.py

Baselines: (a) nanoGPT's way, the whole window recomputed for each character, on the same weights;
(b) `generate` of Hugging Face's transformers with its KV cache, on a GPT-2 of the same size
(`pip install -e .[benchmark]`; skipped otherwise). LLAMA2C_RUNQ="binary weights" adds llama2.c.
Speed depends on shapes alone, so the networks of 5, 14 and 25 M parameters are untrained; only bits
per character are measured on the poet that ships. All run on one thread and are timed in CPU time,
which a busy machine disturbs least; only llama2.c and the machine's rates are in wall-clock time.
"""

import argparse
import json
import lzma
import math
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.footprint import process, process_of
from benchmarks.report import bar, finish, machine
from model.checkpoint import Checkpoint, load_checkpoint
from model.config import ModelConfig
from model.fast.decoder import Decoder, Row, SamplingParams
from model.transformer import Transformer
from train.corpus.poem import Poem
from train.dataset import encode
from train.verse.split import split
from verse.request.plain_text import tidy

POET = Path("checkpoints/poet")
ROWS = (1, 8, 16, 32, 64, 128)
"""Batch sizes of candidates."""
SHAPES: dict[str, dict[str, int]] = {
    "5 M": {"n_layer": 6, "n_head": 4, "n_embd": 256, "block_size": 768},
    "14 M": {"n_layer": 8, "n_head": 6, "n_embd": 384, "block_size": 2048},
    "25 M": {"n_layer": 8, "n_head": 8, "n_embd": 512, "block_size": 768},
}
LENGTHS = (64, 128, 256, 512, 1024, 2048)
"""Characters of one stream at which its time is taken."""
MARK = 1
"""Any token to begin with."""


def main() -> None:
    parser = argparse.ArgumentParser("python benchmarks/decode.py", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/poems.jsonl.xz"),
                        help="the poet's corpus, for bits per character")  # fmt: skip
    options = parser.parse_args()
    torch.set_num_threads(1)
    facts = machine() | {"load": [round(load, 1) for load in os.getloadavg()]}
    poet = load_checkpoint(POET)
    assert isinstance(poet.model, Transformer)
    small, medium = untrained("5 M"), untrained("14 M")
    weights = matrix_weights(medium)
    ceiling = arithmetic_rate() / weights
    reading = reading_rate(4 * weights)
    print(f"Machine: {facts}")
    print(f"Ceilings at {weights / 1e6:.1f} M weights: {ceiling:,.0f} characters/s by arithmetic; "
          f"one row {reading / (4 * weights):,.0f} by reading them in float32 "
          f"({reading / 1e9:.0f} GB/s), {reading / weights:,.0f} in int8.\n")  # fmt: skip

    figures: dict[str, Any] = {"weights": weights, "reading_gbytes": reading / 1e9}
    bars = []
    auto = Decoder(medium, "auto", max_rows=1, max_chars=512)
    figures["auto"] = auto.reason
    print(f"14 M, one stream, 500 characters. Weights: {auto.reason}")
    exact = Decoder(medium, max_rows=32, max_chars=512)
    speeds = {
        "float32": one_stream(exact),
        "int8": one_stream(Decoder(medium, "int8", max_rows=1, max_chars=512)),
    }
    one = speeds["auto"] = one_stream(auto)
    speeds["whole_window"] = whole_window(medium)
    bars.append(bar("one stream against whole-window generate", one / speeds["whole_window"], 50))
    gpt2 = transformers_gpt2()
    if gpt2:
        speeds["transformers"] = gpt2
        bars.append(bar("one stream against transformers' generate", one / gpt2, 4))
    runq = llama2c()
    if runq:
        speeds["llama2c_int8"] = runq
        bars.append(bar("one stream against llama2.c in int8", one / runq, 1))
    for name, speed in speeds.items():
        print(f"  {name:13} {speed:8,.0f} characters/s")
    figures["one_stream"] = speeds

    # The ceiling again on both sides: a shared machine's rate changes within a run.
    around = [arithmetic_rate()]
    streams = many_streams(exact, 32)
    around.append(arithmetic_rate())
    ceiling = max(around) / weights
    figures["streams_32"] = {"chars_per_second": streams, "multiply_adds_per_second": around}
    print(f"14 M, 32 streams of 20 to 60 + 200 characters: {streams:,.0f} characters/s")
    bars.append(bar("32 streams against one, both float32", streams / speeds["float32"], 6))
    bars.append(bar("32 streams in float32 against one in the fastest weights", streams / one, 6))
    bars.append(bar("32 streams, share of the matrix ceiling", streams / ceiling, 0.4))

    figures["candidates"] = candidates(small)
    full = figures["candidates"]["float32"][128]["step_ms"] * 45 / 1000
    bars.append(bar("128 candidates of 45 characters, 5 M, CPU s", full, 1.5, at_least=False))
    first = first_character(small)
    figures["first_character_ms"] = first
    bars.append(bar("first character, CPU ms", first, 50, at_least=False))

    figures["bits_per_char"] = rounding(poet, options.corpus)
    if figures["bits_per_char"]:
        worst = max(abs(loss) for loss in figures["bits_per_char"]["change"].values())
        bars.append(
            bar("rounded weights' change in bits per character", worst, 0.005, at_least=False)
        )

    figures["growth"] = growth = cumulative(exact)
    print("14 M, one stream, CPU s for the first 64 ... 2048 characters: "
          + ", ".join(f"{seconds:.2f}" for seconds in growth))  # fmt: skip
    bars.append(bar("2048 characters against 1024, CPU s (2 is linear)",
                    growth[-1] / growth[-2], 2.6, at_least=False))  # fmt: skip

    figures["processes"] = {
        "5 M": process_of(untrained("5 M", poet.tokenizer.vocab_size), poet),
        "25 M": process_of(untrained("25 M", poet.tokenizer.vocab_size), poet),
        "the poet": process(POET),
    }
    for (name, worker), limit in zip(figures["processes"].items(), (350, 600, 600), strict=True):
        print(f"{name} in a process of its own: {worker}")
        bars.append(bar(f"resident memory with {name}, MB", worker["mbytes"], limit, False))
        bars.append(bar(f"loading {name}, CPU s", worker["load_seconds"], 1.5, False))
    finish("decode", facts, figures, bars)


def best(what: Callable[[], object], rounds: int = 3) -> float:
    """Returns the minimum CPU seconds of `rounds` calls of `what`."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        what()
        times.append(time.process_time() - start)
    return min(times)


def untrained(size: str, vocab_size: int = 100) -> Transformer:
    """Makes a network with random weights and one of SHAPES."""
    torch.manual_seed(0)
    model = Transformer(ModelConfig("transformer", vocab_size, **SHAPES[size]))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.02)
    return model.train(False)


def matrix_weights(model: Transformer) -> int:
    """Counts the weights of the matrices, each of which costs one multiply-add per character."""
    return model.parameter_count() - model.embed.weight.numel()


def arithmetic_rate(size: int = 1024) -> float:
    """Returns the multiply-adds per CPU second of a square float32 matrix product of `size`.

    `report.matrix_rate` is in wall-clock time, by which a busy machine's ceiling is too low.
    """
    a = torch.randn(size, size)
    return size**3 / best(lambda: a @ a, rounds=10)


def reading_rate(size: int) -> float:
    """Returns the bytes per CPU second that vector-matrix products over `size` bytes read."""
    matrices = [torch.randn(512, 2048) for _ in range(size // (4 * 512 * 2048))]
    x = torch.randn(1, 512)
    read = sum(matrix.nbytes for matrix in matrices)
    return read / best(lambda: [x @ matrix for matrix in matrices], rounds=10)


def one_stream(decoder: Decoder, chars: int = 500) -> float:
    """Returns the characters per CPU second of one row of `chars` characters."""

    def write() -> None:
        row = decoder.branch(decoder.prefix([MARK]), [SamplingParams(1, chars)])[0]
        assert len(row.tokens) == chars

    return chars / best(write)


@torch.inference_mode()
def whole_window(model: Transformer, chars: int = 500) -> float:
    """Returns the characters per CPU second of nanoGPT's way, recomputing the window.

    Integrates the cost at some lengths between 1 and `chars` by the trapezoidal rule.
    """
    lengths = [1, 50, 100, 200, 300, 400, chars]

    def step(length: int) -> float:
        window = torch.randint(100, (1, length))

        def draw() -> None:
            logits = model(window)[:, -1]
            torch.cat((window, torch.multinomial(logits.softmax(-1), 1)), dim=1)

        return best(draw, rounds=4)

    seconds = [step(length) for length in lengths]
    total = sum(
        (lengths[at + 1] - lengths[at]) * (seconds[at] + seconds[at + 1]) / 2
        for at in range(len(lengths) - 1)
    )
    return chars / total


def transformers_gpt2(chars: int = 500) -> float | None:
    """Returns the characters per CPU second of `transformers`; None if it isn't installed."""
    try:
        from transformers import GPT2Config, GPT2LMHeadModel
    except ImportError:
        print("  transformers is not installed: baseline (b) is left out.")
        return None
    config = GPT2Config(
        vocab_size=100, n_positions=2048, n_embd=384, n_layer=8, n_head=6,
        bos_token_id=None, eos_token_id=None, pad_token_id=99,
    )  # fmt: skip
    model = GPT2LMHeadModel(config).train(False)
    prompt = torch.full((1, 1), MARK)

    def write() -> None:
        text = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), do_sample=True, use_cache=True,
            top_k=0, min_new_tokens=chars, max_new_tokens=chars,
        )  # fmt: skip
        assert text.shape[1] == chars + 1

    return chars / best(write, rounds=2)


def llama2c() -> float | None:
    """Returns the tokens per second that llama2.c's int8 program reports; None without
    LLAMA2C_RUNQ."""
    command = os.environ.get("LLAMA2C_RUNQ", "").split()
    if not command:
        print("  LLAMA2C_RUNQ is not set: llama2.c is left out.")
        return None
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [*command, "-n", "256", "-t", "1.0"], env=environment, capture_output=True, text=True
    )
    found = re.search(r"tok/s: ([\d.]+)", ended.stdout + ended.stderr)
    return float(found[1]) if found else None


def many_streams(decoder: Decoder, count: int, chars: int = 200) -> float:
    """Returns the characters per CPU second of `count` rows with prompts of their own, prefill
    included."""
    rng = random.Random(0)
    prompts = [[rng.randrange(100) for _ in range(rng.randint(20, 60))] for _ in range(count)]

    def write() -> None:
        batch = decoder.batch(count, 60 + chars)
        for seed, prompt in enumerate(prompts):
            batch.join(SamplingParams(seed, chars), prompt)
        while batch.rows:
            batch.step()

    return count * chars / best(write, rounds=2)


def candidates(model: Transformer, chars: int = 45) -> dict[str, Any]:
    """Times a step of ROWS candidates that continue a prefix of 400 characters.

    Returns, by kind of weights and number of rows, step_ms and chars_per_second.
    """
    print(
        "5 M, candidates of 45 characters continuing a prefix of 400, CPU ms a step (characters/s):"
    )
    table: dict[str, Any] = {}
    for kind in ("float32", "int8"):
        decoder = Decoder(model, kind, max_rows=max(ROWS), max_chars=chars)
        prefix = decoder.prefix(random.Random(0).choices(range(100), k=400))
        table[kind] = {}
        for rows in ROWS:
            params = [SamplingParams(seed, chars, 0.8) for seed in range(rows)]

            def write(params: list[SamplingParams] = params) -> list[Row]:
                return decoder.branch(prefix, params)  # noqa: B023

            step = best(write, rounds=2) / chars
            table[kind][rows] = {"step_ms": 1000 * step, "chars_per_second": rows / step}
        print(f"  {kind:8} " + "  ".join(
            f"{rows}: {row['step_ms']:.2f} ({row['chars_per_second']:,.0f})"
            for rows, row in table[kind].items()
        ))  # fmt: skip
    return table


def first_character(model: Transformer) -> float:
    """Returns the CPU milliseconds of prefilling 40 characters and one step of 32 candidates."""
    decoder = Decoder(model)
    tokens = random.Random(0).choices(range(100), k=40)
    return 1000 * best(
        lambda: decoder.branch(decoder.prefix(tokens), [SamplingParams(i, 1) for i in range(32)]),
        rounds=5,
    )


def rounding(poet: Checkpoint, corpus: Path, poems: int = 16) -> dict[str, Any]:
    """Measures bits per character of `poems` held-out poems with each kind of weights.

    Returns {} where there is no file `corpus`.
    """
    assert isinstance(poet.model, Transformer)
    if not corpus.exists():
        print(f"{corpus} is not here: bits per character are left out.")
        return {}
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in islice(lines, 12_000))
        texts = [Poem(tidy(record["text"])) for record in records if record["lyric"]]
    held = split(texts, poet.provenance["recipe"]["val_fraction"])[1][:poems]
    room = poet.model.config.block_size - 1
    clean = poet.tokenizer.clean
    encoded = [encode(clean(poem.text), poet.tokenizer).tolist()[1 : room + 1] for poem in held]
    bits: dict[str, float] = {}
    spread: dict[str, float] = {}  # by character, as the means may be equal by chance
    exact = torch.tensor(())
    for kind in ("float32", "int8", "bfloat16"):
        decoder = Decoder(poet.model, kind, max_rows=len(encoded), max_chars=room)
        prefix = decoder.prefix([poet.tokenizer.stoi["\f"]])
        params = [SamplingParams(0, len(tokens), forced=tuple(tokens)) for tokens in encoded]
        rows = decoder.branch(prefix, params)
        scores = torch.tensor([score for row in rows for score in row.logprobs]).double()
        scores /= -math.log(2)
        exact = exact if len(exact) else scores
        bits[kind] = scores.mean().item()
        spread[kind] = (scores - exact).std().item()
    change = {kind: bits[kind] / bits["float32"] - 1 for kind in ("int8", "bfloat16")}
    print(f"The poet, bits per character of {len(held)} poems held back: {bits}, "
          f"of single characters off by (sd): {spread}")  # fmt: skip
    return {"bits": bits, "change": change, "spread": spread, "chars": len(scores)}


def cumulative(decoder: Decoder) -> list[float]:
    """Returns the CPU seconds that one row takes for each of LENGTHS."""
    batch = decoder.batch(1)
    row = batch.join(SamplingParams(1, 10_000), [MARK])
    start, seconds = time.process_time(), []
    while batch.rows:
        batch.step()
        if len(row.tokens) + row.prompt in LENGTHS:
            seconds.append(time.process_time() - start)
    return seconds


if __name__ == "__main__":
    main()
