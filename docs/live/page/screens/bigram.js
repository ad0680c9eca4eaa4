// Screen: the bigram's table, to touch.

const LETTERS = [..." abcdefghijklmnopqrstuvwxyz,.\n"];

LIVE.screens.bigram = (body) => {
  let last = "q";
  const rows = new Map();
  const bars = el("ul");
  const heading = el("h2");
  const keys = el("div", { class: "keys", role: "group", "aria-label": say("bigram.letter") },
    ...LETTERS.map((letter) =>
      button(SIGNS[letter] ?? letter, () => touch(letter), { "aria-label": named(letter), "data-key": letter })));
  const table = el("canvas", { role: "img", "aria-label": say("bigram.table"), class: "table" });
  const sheet = paper({ "aria-live": "polite", "aria-label": say("common.writing"), hidden: true });

  function touch(letter) {
    last = letter;
    for (const key of keys.children) key.setAttribute("aria-pressed", key.dataset.key === last);
    heading.textContent = say("bigram.bars", { letter: named(last) });
    bars.setAttribute("aria-label", heading.textContent);
    if (!rows.size) return;
    drawBars(bars, withOthers(likeliest(rows.get(last), 6)));
    drawTable(table, rows, last);
  }

  async function write() {
    const seed = Math.floor(Math.random() * 1e9);
    const written = await ask("bigram", "write", last, 120, 1, 1, seed);
    sheet.hidden = false;
    showWritten(sheet, last, written);
  }

  table.addEventListener("click", (event) => {
    const box = table.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * (LETTERS.length + 1)) - 1;
    if (LETTERS[row]) touch(LETTERS[row]);
  });

  body.append(
    keys,
    el("p", { class: "figures" }, say("bigram.signs", { space: SIGNS[" "], end: SIGNS["\n"] })),
    el("div", { class: "beside" },
      el("div", {}, heading, bars,
        el("div", { class: "buttons" }, button(say("bigram.write"), write, { class: "main" })), sheet),
      el("div", {}, el("h2", {}, say("bigram.table")), table)),
    ...paragraphs("bigram.after"),
  );
  touch(last);
  Promise.all(LETTERS.map((letter) => ask("bigram", "expect", letter))).then((all) => {
    all.forEach((logits, place) => rows.set(LETTERS[place], chances(logits, 1, 1)));
    touch(last);
  });
};

/** Paints the table, its letters around it; the row of `last` is framed. */
function drawTable(canvas, rows, last) {
  const cells = LETTERS.length + 1;
  const cell = 22;
  canvas.width = canvas.height = cells * cell;
  const paint = canvas.getContext("2d");
  const { color } = getComputedStyle(canvas);
  paint.font = `bold ${0.95 * cell}px monospace`;
  [paint.textAlign, paint.textBaseline, paint.fillStyle, paint.strokeStyle] =
    ["center", "middle", color, color];
  const accent = getComputedStyle(canvas).getPropertyValue("--accent");
  LETTERS.forEach((letter, place) => {
    const at = (place + 1.5) * cell;
    paint.fillText(SIGNS[letter] ?? letter, at, 0.5 * cell);
    paint.fillText(SIGNS[letter] ?? letter, 0.5 * cell, at);
    const shares = rows.get(letter);
    LETTERS.forEach((next, column) => {
      paint.globalAlpha = Math.sqrt(shares[VOCABULARY.indexOf(next)]);
      paint.fillStyle = accent;
      paint.fillRect((column + 1) * cell, (place + 1) * cell, cell - 1, cell - 1);
      [paint.globalAlpha, paint.fillStyle] = [1, color];
    });
  });
  paint.lineWidth = 3;
  const row = (LETTERS.indexOf(last) + 1) * cell;
  paint.strokeRect(cell - 1, row - 1, (cells - 1) * cell, cell + 1);
}
