"""Rows that are written together: they join and leave between steps, each with its own settings.

A step of all rows costs little more than one of one row, for the weights are read once. Rows may
share a trunk (`model.fast.prefix`), whose keys and values are then read once for all of them, and
hold only what they add to it. Nothing here loops over rows where the arithmetic is; once a step the
drawn characters come to Python, where each row notes its own.

Shapes: B rows being written, R slots, H heads, D channels of a head, L the longest row, T the
trunk, V vocabulary.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import torch
from torch import Tensor

from model.fast.cuda_graph import Recording, pays
from model.fast.kv_slots import Slots
from model.fast.packed import Attend, PackedWeights
from model.fast.prefix import Trunk, read_text
from model.fast.repetition import Repetition
from model.fast.sampler import Draw, pick
from model.fast.threads import Threads


class Constraint(Protocol):
    """Which characters may follow, for many rows at once; a row's state is (S,) whole numbers."""

    def allowed(self, state: Tensor) -> Tensor:
        """(B, S) int64 -> (B, V) bool."""

    def advance(self, state: Tensor, tokens: Tensor) -> Tensor:
        """(B, S), (B,) -> (B, S): the states after each row's token."""


class Row:
    """A text being written, then finished. Made by `Batch.join`."""

    def __init__(self, batch: "Batch", draw: Draw, prompt: int) -> None:
        self.batch = batch
        self.draw = draw
        self.prompt = prompt
        """Characters of its own prefix, which are in its slot but not in `tokens`."""
        self.tokens: list[int] = []
        """What it wrote: forced ones too, the stop last."""
        self.logprobs: list[float] = []
        """Of each token, in nats, by the network's own distribution: no temperature, no limits."""
        self.state: tuple[int, ...] = draw.state
        """The constraint's state after `tokens`, once the row has ended."""
        self.reason = ""
        """Why it ended: stop, length (max_chars), full (no more room in the context or its slot),
        stuck (nothing was allowed), deadline or cancelled. Empty while it is written."""

    @property
    def held(self) -> int:
        """Characters whose keys and values its slot surely holds: all but the last."""
        return self.prompt + max(0, len(self.tokens) - 1)


class Batch:
    """Up to `rows` rows of up to `chars` characters each, all off `trunk` if there is one.

    Rows being written are in the first slots; a finished row's slot keeps its keys and values
    until another row needs it. Memory: that of `Slots`, and rows * (12 chars + 5 V + 32) + 8
    bytes for settings and scores; 16 * rows * block_size more once a row may not repeat itself.
    """

    def __init__(
        self, packed: PackedWeights, rows: int, chars: int, threads: Threads | None = None
    ) -> None:
        device, vocab = packed.device, packed.config.vocab_size
        self.packed = packed
        self.threads = threads or Threads(1)
        self.slots = Slots(packed, rows, chars)
        self.chars = chars
        self.rows: list[Row] = []
        """The rows being written, in the order of their slots."""
        self._resting: list[Row | None] = [None] * rows  # who is in each slot, also when finished
        self._unread = False  # whether the network has yet to see the last token of each row
        self._tokens = torch.zeros(rows, dtype=torch.long, device=device)
        self._logits = torch.zeros(rows, vocab, device=device)
        self._uniform = torch.zeros(rows, chars, device=device)
        self._forced = torch.full((rows, chars), -1, device=device)
        self._knobs = torch.ones(rows, 4, device=device)
        self._free = torch.ones(rows, vocab, dtype=torch.bool, device=device)
        self._length = torch.zeros(rows, dtype=torch.long, device=device)
        self._base = torch.zeros((), dtype=torch.long, device=device)
        self.trunk: Trunk | None = None
        self._recorded: Recording | None = None
        self.begin(None, None)

    def begin(self, trunk: Trunk | None, constraint: Constraint | None) -> None:
        """Forgets all rows; those that join next continue `trunk` under `constraint`."""
        if trunk is not self.trunk:
            self._recorded = None  # it reads the other's memory
        self.trunk, self.constraint = trunk, constraint
        self.base = list(trunk.tokens) if trunk else []
        self.rows = []
        self._resting = [None] * len(self._resting)
        self._unread = False
        self._state: Tensor | None = None
        self._repetition: Repetition | None = None

    @torch.inference_mode()
    def join(self, draw: Draw, prompt: Sequence[int] = ()) -> Row:
        """A new row: continues the trunk, or `prompt`, which is read at once.

        Raises ValueError when the batch is full, when the prompt is missing, or given beside a
        trunk, and when no character would fit.
        """
        slot, prompt = len(self.rows), list(prompt)
        if slot == len(self._resting):
            raise ValueError(f"All {slot} rows are taken: step until one has ended.")
        if bool(prompt) == bool(self.trunk):
            raise ValueError("A row continues its own prompt or the batch's trunk: give one.")
        row = Row(self, draw, len(prompt))
        if self._room(row) < 1:
            raise ValueError(
                f"{len(self.base) + len(prompt)} characters leave no room to write: "
                f"the context is {self.packed.config.block_size}, a row {self.chars}."
            )
        self._read_last_tokens()  # so that either all rows have logits or none
        self._note(row, slot)
        self._watch(row, slot, self.base + prompt)
        self.rows.append(row)
        self._resting[slot] = row
        if self.trunk:
            self._logits[slot] = self.trunk.logits
        else:
            self._logits[slot] = read_text(self.packed, self.slots, slot, 0, prompt)
        return row

    @torch.inference_mode()
    def fork(self, origins: Sequence[tuple[Row, int]], draws: Sequence[Draw]) -> list[Row]:
        """New rows off the trunk, each beginning with so many tokens of another, its origin, as if
        it had drawn them itself: their keys and values are copied, not computed.

        An origin is any row whose memory is still held; it stays held. A constraint's state is the
        origin's, whatever the draw says. Raises ValueError when there is no room for all of them,
        when rows that joined have not made a step, and when an origin is gone or too short.
        """
        if not self.trunk or (self.rows and not self._unread):
            raise ValueError("Only rows off a trunk are forked, and when all have made a step.")
        if not draws:
            return []
        first, end = len(self.rows), len(self.rows) + len(draws)
        rows = []
        for (origin, count), draw in zip(origins, draws, strict=True):
            row = Row(self, replace(draw, state=origin.draw.state), prompt=0)
            row.tokens, row.logprobs = origin.tokens[:count], origin.logprobs[:count]
            if not 1 <= count <= len(origin.tokens):
                raise ValueError(f"A row of {len(origin.tokens)} tokens has no first {count}.")
            if count >= min(draw.max_chars, self._room(row)):
                raise ValueError(f"{count} characters leave no room to write another.")
            rows.append(row)
        self._make_way(first, end, {self.slot_of(origin) for origin, _ in origins})
        slots = [self.slot_of(origin) for origin, _ in origins]
        self.slots.copy(slots, list(range(first, end)), max(row.held for row in rows))
        for slot, row in enumerate(rows, start=first):
            self._note(row, slot)
            self._resting[slot] = row
            self._watch(row, slot, self.base + row.tokens)
        self.rows += rows
        self._tokens[first:end] = torch.tensor([row.tokens[-1] for row in rows])
        if self._state is not None and self.constraint:
            self._state[first:end] = self._after(origins, self.constraint)
        self._unread = True
        return rows

    @torch.inference_mode()
    def step(self) -> list[tuple[Row, int]]:
        """Writes one character for every row; returns (row, token) of those that wrote one.

        Rows that ended are out of `rows`, their `reason` set. Raises ValueError when the trunk
        changed since `begin`.
        """
        if self.trunk and self.trunk.tokens != self.base:
            raise ValueError("The trunk changed under its rows: begin them again from it.")
        self._end_late_rows()
        self._read_last_tokens()
        count = len(self.rows)
        if not count:
            return []

        logits = self._logits[:count]
        written = [len(row.tokens) for row in self.rows]
        place = torch.tensor(written, device=logits.device)[:, None]  # (B, 1)
        allowed = self._free[:count]
        if self._state is not None and self.constraint:
            allowed = allowed & self.constraint.allowed(self._state[:count])
        if self._repetition:
            allowed = allowed & self._repetition.allowed(count, logits.shape[1])
        drawn = pick(
            logits, allowed, self._knobs[:count], self._uniform[:count].gather(1, place)[:, 0]
        )
        forced = self._forced[:count].gather(1, place)[:, 0]
        tokens = torch.where(forced < 0, drawn, forced)  # (B,), -1 for stuck
        chosen = self._tokens[:count] = tokens.clamp(min=0)
        logprobs = logits.log_softmax(dim=1).gather(1, chosen[:, None])[:, 0]
        if self._state is not None and self.constraint:
            state = self._state[:count]
            state.copy_(
                torch.where(tokens[:, None] < 0, state, self.constraint.advance(state, chosen))
            )
        if self._repetition:
            self._repetition.advance(slice(count), chosen)
        self._unread = True

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
            if token in row.draw.stops:
                row.reason = "stop"
            elif len(row.tokens) == row.draw.max_chars:
                row.reason = "length"
            elif self._room(row) == len(row.tokens):
                row.reason = "full"
        self._let_go()
        return wrote

    @torch.inference_mode()
    def leave(self, row: Row) -> None:
        """Ends a row now, as cancelled; one that has ended stays as it is."""
        if row in self.rows:
            row.reason = "cancelled"
            self._let_go()

    def slot_of(self, row: Row) -> int:
        """Where a row's keys and values are. Raises ValueError when they are no longer held."""
        if row not in self._resting:
            raise ValueError("The row's memory was given to another: adopt it before branching on.")
        return self._resting.index(row)

    @property
    def bytes(self) -> int:
        """Memory of its storage, all of it touched."""
        places = self._length.nbytes + self._base.nbytes
        return self.slots.bytes + places + sum(table.nbytes for table in self._tables)

    @property
    def _tables(self) -> list[Tensor]:
        """All that belongs to a row beside its keys and values, by its slot."""
        tables = [self._logits, self._tokens, self._uniform, self._forced, self._knobs, self._free]
        if self._state is not None:
            tables.append(self._state)
        return tables + (self._repetition.tables if self._repetition else [])

    def _room(self, row: Row) -> int:
        """Characters that the row can hold besides its prompt."""
        context = self.packed.config.block_size - len(self.base)
        return min(context, self.chars) - row.prompt

    def _note(self, row: Row, slot: int) -> None:
        """Puts the row's settings into the tables."""
        draw, device = row.draw, self.packed.device
        uniforms = draw.uniforms()[: self.chars]
        self._uniform[slot, : len(uniforms)] = uniforms.to(device)
        forced = torch.tensor(draw.forced[: self.chars], dtype=torch.long)
        self._forced[slot] = -1
        self._forced[slot, : len(forced)] = forced.to(device)
        self._knobs[slot] = torch.tensor(draw.knobs(), device=device)
        self._free[slot] = True
        self._free[slot, list(draw.forbidden)] = False
        if self.constraint:
            state = torch.tensor(draw.state, dtype=torch.long, device=device)
            if self._state is None:
                self._state = state.repeat(len(self._resting), 1)  # (R, S)
            self._state[slot] = state

    def _make_way(self, first: int, end: int, kept: set[int]) -> None:
        """Moves what slots `first` to `end` hold behind them: `kept` in any case, and what else
        there is room for."""
        inside = [slot for slot in range(first, end) if self._resting[slot]]
        inside.sort(key=lambda slot: slot not in kept)
        behind = range(end, len(self._resting))
        empty = [slot for slot in behind if not self._resting[slot]]
        full = [slot for slot in behind if self._resting[slot] and slot not in kept]
        must = sum(slot in kept for slot in inside)
        if end > len(self._resting) or must > len(empty) + len(full):
            raise ValueError(
                f"{end - first} new rows and what they begin with need more than the "
                f"{len(self._resting)} rows there are."
            )
        pairs = list(zip(inside, empty + full[: max(0, must - len(empty))], strict=False))
        if pairs:
            longest = max(row.held for slot, _ in pairs if (row := self._resting[slot]))
            self.slots.copy([one for one, _ in pairs], [other for _, other in pairs], longest)
        for one, other in pairs:
            self._resting[other], self._resting[one] = self._resting[one], None

    def _after(self, origins: Sequence[tuple[Row, int]], constraint: Constraint) -> Tensor:
        """The constraint's states after the first tokens of rows, (B, S)."""
        device = self.packed.device
        state = torch.tensor([origin.draw.state for origin, _ in origins], device=device)
        for place in range(max(count for _, count in origins)):
            tokens = [row.tokens[place] if place < count else -1 for row, count in origins]
            token = torch.tensor(tokens, device=device)
            state = torch.where(
                token[:, None] < 0, state, constraint.advance(state, token.clamp(min=0))
            )
        return state

    def _watch(self, row: Row, slot: int, text: list[int]) -> None:
        """Keeps the row that begins as `text` from repeating itself, if it may not."""
        if row.draw.no_repeat and self._repetition is None:
            self._repetition = Repetition(
                len(self._resting), self.packed.config.block_size, self.packed.device
            )
            for other, started in enumerate(self.rows):
                self._repetition.join(other, self.base + started.tokens, 0)
        if self._repetition:
            self._repetition.join(slot, text, row.draw.no_repeat)

    def _end_late_rows(self) -> None:
        now = time.monotonic()
        for row in self.rows:
            if row.draw.cancelled is not None and row.draw.cancelled():
                row.reason = "cancelled"
            elif now >= row.draw.deadline:
                row.reason = "deadline"
        self._let_go()

    def _let_go(self) -> None:
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
            self.slots.swap(gaps, moved, longest)
            for table in self._tables:
                table[gaps] = table[moved]
            for gap, move in zip(gaps, moved, strict=True):
                self._resting[gap], self._resting[move] = self._resting[move], self._resting[gap]
                self.rows[gap] = self.rows[move]
        del self.rows[count:]

    def _read_last_tokens(self) -> None:
        """One step of the network over the last token of all rows, where it is unread."""
        if not self._unread or not self.rows:
            return
        if pays(self.packed.device):
            self._replay()
        else:
            self._read_ragged()
        self._unread = False

    def _read_ragged(self) -> None:
        """Computes as little as the rows need, in shapes that change from step to step."""
        packed, trunk, count = self.packed, self.trunk, len(self.rows)
        held = [row.held for row in self.rows]
        longest = max(held) + 1
        where: tuple[slice | Tensor, int | Tensor]
        unseen = None
        if min(held) == longest - 1:  # all equally long, as candidates of one line are
            where = slice(count), longest - 1
            turns = packed.turns[len(self.base) + longest - 1][None]  # (1, 3, 1, D/2)
        else:
            length = torch.tensor(held, device=packed.device)  # (B,)
            where = torch.arange(count, device=packed.device), length
            turns = packed.turns[len(self.base) + length]  # (B, 3, 1, D/2)
            unseen = torch.arange(longest, device=packed.device) > length[:, None]  # (B, L)
        near = self.slots.first(count, longest)
        attend = self._attention(count, near, where, unseen, trunk.held() if trunk else None)
        with self.threads.step(count):
            self._logits[:count] = packed.logits(self._tokens[:count], turns, attend)

    def _replay(self) -> None:
        """Computes all there could be, in shapes that never change, so that a GPU is told once.

        A slot whose row has ended is written to beyond what it holds, which nobody reads.
        """
        held = [row.held if row else 0 for row in self._resting]
        self._length.copy_(torch.tensor(held))
        self._base.fill_(len(self.base))
        if self._recorded is None:
            self._recorded = Recording(self._read_all, self.packed.device)
        self._recorded.play()

    def _read_all(self) -> None:
        """The network for all slots, each after `_length` characters behind `_base` of a trunk."""
        packed, trunk, count = self.packed, self.trunk, len(self._resting)
        where = torch.arange(count, device=packed.device), self._length
        unseen = torch.arange(self.chars, device=packed.device) > self._length[:, None]  # (R, L)
        # A slot at rest may hold more than fits behind this trunk: its turn doesn't matter.
        place = (self._base + self._length).clamp(max=packed.config.block_size - 1)
        attend = self._attention(
            count,
            self.slots.first(count, self.chars),
            where,
            unseen,
            trunk.room_and_held() if trunk else None,
            torch.arange(packed.config.block_size, device=packed.device) >= self._base,  # (T,)
        )
        self._logits.copy_(packed.logits(self._tokens, packed.turns[place], attend))

    def _attention(
        self,
        count: int,
        near: Tensor,
        where: tuple[slice | Tensor, int | Tensor],
        unseen: Tensor | None,
        far: Tensor | None,
        beyond: Tensor | None = None,
    ) -> Attend:
        """Each of `count` rows looks back at itself, `near` (2, n_layer, B * H, L, D), and at the
        trunk, `far` (2, n_layer, H, T, D); not at what is `unseen` (B, L) or `beyond` (T,).

        where: the slots and places for the new keys and values.
        """
        heads, size = self.packed.config.n_head, self.packed.head_size
        places = self.slots.places()
        keys, values = map(Tensor.unbind, near)  # by layer (B * H, L, D)
        if far is not None:
            far_keys, far_values = map(Tensor.unbind, far)  # by layer (H, T, D)
        if unseen is not None:
            unseen = unseen.repeat_interleave(heads, 0)[:, None]  # (B * H, 1, L)

        def attend(layer: int, query: Tensor, new: Tensor) -> Tensor:
            places[layer][where] = new
            mine = torch.bmm(query.view(-1, 1, size), keys[layer].transpose(1, 2)).exp_()
            if unseen is not None:
                mine.masked_fill_(unseen, 0)
            heard = torch.bmm(mine, values[layer]).view(count, heads, size)
            mass = mine.sum(2).view(count, heads, 1)
            if far is not None:
                shared = torch.bmm(query.transpose(0, 1), far_keys[layer].transpose(1, 2)).exp_()
                if beyond is not None:
                    shared.masked_fill_(beyond, 0)
                heard.add_(torch.bmm(shared, far_values[layer]).transpose(0, 1))  # (H, B, D)
                mass.add_(shared.sum(2, keepdim=True).transpose(0, 1))
            return heard.div_(mass).view(count, -1)  # (B, C)

        return attend
