"""A batch: rows that are written together, join, fork and leave between steps, each with its own
sampling parameters.

A step of many rows costs little more than one of one row, for the weights are read once. Rows may
share a prefix (`model.fast.prefix`), whose keys and values are then read once for all of them, and
cache only what they add to it. Nothing here loops over rows where the arithmetic is; once a step
the sampled tokens are copied to Python, where each row takes its own.

Shapes: B rows being written, R slots, S numbers of a constraint's state, V vocabulary.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor

from model.fast.batched_kv_cache import BatchedKVCache
from model.fast.cuda_graph import uses_cuda_graph
from model.fast.forward import Decoding, RaggedDecoding, StaticDecoding, prefill
from model.fast.packed import PackedWeights
from model.fast.prefix import Prefix
from model.fast.repetition import Repetition
from model.fast.sampler import SamplingParams, sample_rows
from model.fast.threads import Threads


class Constraint(Protocol):
    """Says which characters may follow, for many rows at once; a row's state is (S,) integers."""

    def allowed(self, state: Tensor) -> Tensor:
        """Returns which characters may follow `state`: (B, S) int64 -> (B, V) bool."""

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """Returns the states after each row's token: `state` (B, S), `tokens` (B,) -> (B, S)."""


@dataclass(eq=False)
class Row:
    """Holds a sequence being written, then finished. Made by `Batch.join` and `Batch.fork`."""

    params: SamplingParams
    prompt: int
    """Characters of its own prompt, which are in its slot but not in `tokens`."""
    tokens: list[int] = field(default_factory=list)
    """What it wrote, forced tokens too, the stop token last."""
    logprobs: list[float] = field(default_factory=list)
    """Log-probability of each token, in nats, by the network's own distribution: no temperature,
    no filters."""
    state: tuple[int, ...] = ()
    """The constraint's state after `tokens`, once the row has ended."""
    reason: str = ""
    """Why it ended: stop, length (max_chars), full (no more room in the context or its slot),
    stuck (nothing was allowed), deadline or cancelled. Empty while it is written."""

    @property
    def cached(self) -> int:
        """Characters whose keys and values are in its slot: all but the last."""
        return self.prompt + max(0, len(self.tokens) - 1)


class Batch:
    """Writes up to `rows` rows of up to `chars` characters, all after one prefix if there is one.

    Rows being written are in the first slots; a finished row's slot keeps its keys and values until
    another row needs it. Memory: a `BatchedKVCache`, rows * (12 chars + 5 V + 24) bytes of
    parameters and logits, on a GPU what `StaticDecoding` has, and 16 * rows * block_size bytes more
    once a row may not repeat itself.
    """

    def __init__(
        self, packed: PackedWeights, rows: int, chars: int, threads: Threads | None = None
    ) -> None:
        device, vocab = packed.device, packed.config.vocab_size
        self.packed = packed
        self.cache = BatchedKVCache(packed, rows, chars)
        self.chars = chars
        self.rows: list[Row] = []
        """The rows being written, in the order of their slots."""
        self._slot_owner: list[Row | None] = [None] * rows  # finished rows too
        self._pending = False  # whether the last token of each row has yet to be decoded
        self._tokens = torch.zeros(rows, dtype=torch.long, device=device)  # each row's last
        self._logits = torch.zeros(rows, vocab, device=device)
        self._uniform = torch.zeros(rows, chars, device=device)
        self._forced = torch.full((rows, chars), -1, device=device)  # -1: not forced
        self._params = torch.ones(rows, 4, device=device)
        self._allowed = torch.ones(rows, vocab, dtype=torch.bool, device=device)
        self._decoding: Decoding
        if uses_cuda_graph(device):
            self._decoding = StaticDecoding(packed, self.cache, self._tokens, self._logits)
        else:
            self._decoding = RaggedDecoding(
                packed, self.cache, self._tokens, self._logits, threads or Threads(1)
            )
        self.begin(None, None)

    def begin(self, prefix: Prefix | None, constraint: Constraint | None) -> None:
        """Forgets all rows; those that join next continue `prefix` under `constraint`."""
        self.prefix, self.constraint = prefix, constraint
        self.prefix_tokens = list(prefix.tokens) if prefix else []
        self._decoding.set_prefix(prefix.keys_values if prefix else None)
        self.rows = []
        self._slot_owner = [None] * len(self._slot_owner)
        self._pending = False
        self._state: Tensor | None = None  # (R, S)
        self._repetition: Repetition | None = None

    @torch.inference_mode()
    def join(self, params: SamplingParams, prompt: Sequence[int] = ()) -> Row:
        """Begins a row that continues the prefix, or `prompt`, which is prefilled at once.

        Raises ValueError when the batch is full, when the prompt is missing, or given beside a
        prefix, and when no character would fit.
        """
        slot, prompt = len(self.rows), list(prompt)
        if slot == len(self._slot_owner):
            raise ValueError(f"All {slot} rows are taken: step until one has ended.")
        if bool(prompt) == bool(self.prefix):
            raise ValueError("A row continues its own prompt or the batch's prefix: give one.")
        row = Row(params, len(prompt))
        if self._room(row) < 1:
            raise ValueError(
                f"{len(self.prefix_tokens) + len(prompt)} characters leave no room to write: "
                f"the context is {self.packed.config.block_size}, a row {self.chars}."
            )
        self._decode_pending()  # so that either all rows have logits or none
        self._write_settings(row, slot)
        self._track_repetition(row, slot, self.prefix_tokens + prompt)
        self.rows.append(row)
        self._slot_owner[slot] = row
        if self.prefix:
            self._logits[slot] = self.prefix.logits
        else:
            self._logits[slot] = prefill(self.packed, self.cache, slot, 0, prompt)
        return row

    @torch.inference_mode()
    def fork(
        self, origins: Sequence[tuple[Row, int]], params: Sequence[SamplingParams]
    ) -> list[Row]:
        """Begins a row for each (origin, count), with the first `count` tokens of `origin`, as if
        it had sampled them itself: their keys and values are copied, not computed.

        An origin is any row of the prefix whose slot is still its own; it stays so. A constraint's
        state is the origin's, whatever the parameters say. Raises ValueError when there is no room
        for all of them, when rows that joined have not made a step, and when an origin is gone or
        too short.
        """
        if not self.prefix or (self.rows and not self._pending):
            raise ValueError("Only rows of a prefix are forked, and when all have made a step.")
        if not params:
            return []
        first, end = len(self.rows), len(self.rows) + len(params)
        rows = []
        for (origin, count), own in zip(origins, params, strict=True):
            row = Row(replace(own, state=origin.params.state), prompt=0)
            row.tokens, row.logprobs = origin.tokens[:count], origin.logprobs[:count]
            if not 1 <= count <= len(origin.tokens):
                raise ValueError(f"A row of {len(origin.tokens)} tokens has no first {count}.")
            if count >= min(own.max_chars, self._room(row)):
                raise ValueError(f"{count} characters leave no room to write another.")
            rows.append(row)
        self._free_slots(first, end, {self.slot_of(origin) for origin, _ in origins})
        slots = [self.slot_of(origin) for origin, _ in origins]
        self.cache.copy(slots, list(range(first, end)), max(row.cached for row in rows))
        for slot, row in enumerate(rows, start=first):
            self._write_settings(row, slot)
            self._slot_owner[slot] = row
            self._track_repetition(row, slot, self.prefix_tokens + row.tokens)
        self.rows += rows
        self._tokens[first:end] = torch.tensor([row.tokens[-1] for row in rows])
        if self._state is not None and self.constraint:
            self._state[first:end] = self._states_after(origins, self.constraint)
        self._pending = True
        return rows

    def adopt(self, prefix: Prefix, row: Row, chars: int | None = None) -> None:
        """Adds the first `chars` tokens of a row (all by default) to the prefix that it continues.

        Their keys and values are copied, not computed. Raises ValueError when the prefix reads
        otherwise than when the row was begun, or the row's slot was given to another.
        """
        slot = self.slot_of(row)
        if prefix is not self.prefix or prefix.tokens != self.prefix_tokens:
            raise ValueError("The row continues another text: adopt rows of the last branch only.")
        tokens = row.tokens[:chars]
        cached = min(row.cached, len(tokens))
        prefix.append(tokens, self.cache.keys_values[:, :, slot, :, :cached])

    @torch.inference_mode()
    def step(self) -> list[tuple[Row, int]]:
        """Writes one character for every row; returns (row, token) of those that wrote one.

        Rows that ended are out of `rows`, their `reason` set. Raises ValueError when the prefix
        changed since `begin`.
        """
        if self.prefix and self.prefix.tokens != self.prefix_tokens:
            raise ValueError("The prefix changed under its rows: begin them again from it.")
        self._end_late_rows()
        self._decode_pending()
        count = len(self.rows)
        if not count:
            return []

        logits = self._logits[:count]  # (B, V)
        written = [len(row.tokens) for row in self.rows]
        position = torch.tensor(written, device=logits.device)[:, None]  # (B, 1)
        allowed = self._allowed[:count]  # (B, V)
        if self._state is not None and self.constraint:
            allowed = allowed & self.constraint.allowed(self._state[:count])
        if self._repetition:
            allowed = allowed & self._repetition.allowed(count, logits.shape[1])
        uniform = self._uniform[:count].gather(1, position)[:, 0]  # (B,)
        sampled = sample_rows(logits, allowed, self._params[:count], uniform)
        forced = self._forced[:count].gather(1, position)[:, 0]
        tokens = torch.where(forced < 0, sampled, forced)  # (B,), -1 for stuck
        chosen = self._tokens[:count] = tokens.clamp(min=0)
        logprobs = logits.log_softmax(dim=1).gather(1, chosen[:, None])[:, 0]
        if self._state is not None and self.constraint:
            state = self._state[:count]
            state.copy_(
                torch.where(tokens[:, None] < 0, state, self.constraint.advance(state, chosen))
            )
        if self._repetition:
            self._repetition.advance(slice(count), chosen)
        self._pending = True

        # The one synchronisation of a step.
        numbers = torch.stack((tokens.double(), logprobs.double())).tolist()
        wrote = []
        for row, token, logprob in zip(self.rows, map(int, numbers[0]), numbers[1], strict=True):
            if token < 0:
                row.reason = "stuck"
                continue
            row.tokens.append(token)
            row.logprobs.append(logprob)
            wrote.append((row, token))
            if token in row.params.stop_tokens:
                row.reason = "stop"
            elif len(row.tokens) == row.params.max_chars:
                row.reason = "length"
            elif self._room(row) == len(row.tokens):
                row.reason = "full"
        self._compact_finished()
        return wrote

    @torch.inference_mode()
    def leave(self, row: Row) -> None:
        """Ends a row now, as cancelled; one that has ended stays as it is."""
        if row in self.rows:
            row.reason = "cancelled"
            self._compact_finished()

    def slot_of(self, row: Row) -> int:
        """Returns the slot of the keys and values of `row`.

        Raises ValueError when it is another's by now.
        """
        if row not in self._slot_owner:
            raise ValueError("The row's slot was given to another: adopt it before branching on.")
        return self._slot_owner.index(row)

    @property
    def bytes(self) -> int:
        """Bytes allocated, assuming every page has been written."""
        tables = sum(table.nbytes for table in self._tables)
        return self.cache.bytes + self._decoding.bytes + tables

    @property
    def _tables(self) -> list[Tensor]:
        """All tensors that hold something of each row beside its keys and values, by its slot."""
        tables = [self._logits, self._tokens, self._uniform, self._forced]
        tables += [self._params, self._allowed]
        if self._state is not None:
            tables.append(self._state)
        return tables + (self._repetition.tables if self._repetition else [])

    def _room(self, row: Row) -> int:
        """Characters that the row can hold besides its prompt."""
        context = self.packed.config.block_size - len(self.prefix_tokens)
        return min(context, self.chars) - row.prompt

    def _write_settings(self, row: Row, slot: int) -> None:
        """Copies the row's parameters into the tables."""
        params, device = row.params, self.packed.device
        uniforms = params.uniforms()[: self.chars]
        self._uniform[slot, : len(uniforms)] = uniforms.to(device)
        forced = torch.tensor(params.forced[: self.chars], dtype=torch.long)
        self._forced[slot] = -1
        self._forced[slot, : len(forced)] = forced.to(device)
        self._params[slot] = torch.tensor(params.packed(), device=device)
        self._allowed[slot] = True
        self._allowed[slot, list(params.forbidden)] = False
        if self.constraint:
            state = torch.tensor(params.state, dtype=torch.long, device=device)
            if self._state is None:
                self._state = state.repeat(len(self._slot_owner), 1)  # (S,) -> (R, S)
            self._state[slot] = state

    def _track_repetition(self, row: Row, slot: int, text: list[int]) -> None:
        """Keeps the row that begins as `text` from repeating itself, if it may not."""
        if row.params.no_repeat_ngram and self._repetition is None:
            self._repetition = Repetition(
                len(self._slot_owner), self.packed.config.block_size, self.packed.device
            )
            for other, started in enumerate(self.rows):
                self._repetition.join(other, self.prefix_tokens + started.tokens, 0)
        if self._repetition:
            self._repetition.join(slot, text, row.params.no_repeat_ngram)

    def _free_slots(self, first: int, end: int, kept: set[int]) -> None:
        """Moves the finished rows in slots `first` to `end` behind them: those in the slots `kept`
        in any case, the others as far as there is room."""
        inside = [slot for slot in range(first, end) if self._slot_owner[slot]]
        inside.sort(key=lambda slot: slot not in kept)
        behind = range(end, len(self._slot_owner))
        empty = [slot for slot in behind if not self._slot_owner[slot]]
        full = [slot for slot in behind if self._slot_owner[slot] and slot not in kept]
        must = sum(slot in kept for slot in inside)
        if end > len(self._slot_owner) or must > len(empty) + len(full):
            raise ValueError(
                f"{end - first} new rows and what they begin with need more than the "
                f"{len(self._slot_owner)} rows there are."
            )
        moves = list(zip(inside, empty + full[: max(0, must - len(empty))], strict=False))
        if moves:
            longest = max(row.cached for slot, _ in moves if (row := self._slot_owner[slot]))
            self.cache.copy([source for source, _ in moves], [to for _, to in moves], longest)
        for source, to in moves:
            self._slot_owner[to], self._slot_owner[source] = self._slot_owner[source], None

    def _states_after(self, origins: Sequence[tuple[Row, int]], constraint: Constraint) -> Tensor:
        """The constraint's states after the first tokens of rows, (B, S)."""
        device = self.packed.device
        state = torch.tensor([origin.params.state for origin, _ in origins], device=device)
        for position in range(max(count for _, count in origins)):
            tokens = [row.tokens[position] if position < count else -1 for row, count in origins]
            token = torch.tensor(tokens, device=device)
            state = torch.where(
                token[:, None] < 0, state, constraint.advance(state, token.clamp(min=0))
            )
        return state

    def _end_late_rows(self) -> None:
        now = time.monotonic()
        for row in self.rows:
            if row.params.cancelled is not None and row.params.cancelled():
                row.reason = "cancelled"
            elif now >= row.params.deadline:
                row.reason = "deadline"
        self._compact_finished()

    def _compact_finished(self) -> None:
        """Moves rows that ended behind those still written; both keep their keys and values."""
        ended = {slot for slot, row in enumerate(self.rows) if row.reason}
        if not ended:
            return
        if self._state is not None:
            states = self._state.tolist()
            for slot in ended:
                self.rows[slot].state = tuple(states[slot])
        count = len(self.rows) - len(ended)
        gaps = [slot for slot in range(count) if slot in ended]
        moved = [slot for slot in range(count, len(self.rows)) if slot not in ended]
        if gaps:
            longest = max(row.prompt + len(row.tokens) for row in self.rows)
            self.cache.swap(gaps, moved, longest)
            for table in self._tables:
                table[gaps] = table[moved]
            owner = self._slot_owner
            for gap, move in zip(gaps, moved, strict=True):
                owner[gap], owner[move] = owner[move], owner[gap]
                self.rows[gap] = self.rows[move]
        del self.rows[count:]

    def _decode_pending(self) -> None:
        """Runs the last token of all rows through the network, if it has not seen it yet."""
        if self._pending and self.rows:
            lengths = [row.cached if row else 0 for row in self._slot_owner]
            self._decoding.step(len(self.rows), lengths)
            self._pending = False
