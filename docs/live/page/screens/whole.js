// Screen: guess, roll, write down, ask again.

LIVE.screens.whole = (body) => {
  const begin = say("whole.begin");
  let written = "";
  const latest = newest();
  const sheet = paper({ "aria-label": say("whole.sheet"), "aria-live": "polite" });
  const bars = el("ul", { "aria-label": say("whole.bars") });
  let shares = null;

  async function update() {
    showWritten(sheet, begin, written);
    shares = null;
    const logits = await latest(ask("transformer", "expect", begin + written));
    if (!logits) return;
    shares = chances(logits, 1, 1);
    drawBars(bars, withOthers(likeliest(shares, 8)));
  }

  async function rollOnce() {
    if (!shares) return;
    written += VOCABULARY[roll(shares, Math.random)];
    await update();
  }

  async function rollLine() {
    const settings = [0.8, 0.95, Math.floor(Math.random() * 1e9)];
    const line = await ask("transformer", "write", begin + written, 60, ...settings);
    const end = line.search(/[\n\f]/);
    written += end < 0 ? line : line.slice(0, end + 1);
    await update();
  }

  body.append(
    sheet,
    el("div", { class: "buttons" }, button(say("whole.roll"), rollOnce, { class: "main" })),
    el("h2", {}, say("whole.bars")), bars,
    el("div", { class: "buttons" },
      button(say("whole.many"), rollLine),
      button(say("whole.again"), () => { written = ""; update(); })),
    ...paragraphs("whole.after"),
  );
  update();
};
