// Screen: temperature and top-p, and the bars that they change.

LIVE.screens.temperature = (body) => {
  let [text, temperature, topP, logits] = [say("temperature.begin"), 1, 1, null];
  const latest = newest();
  const bars = el("ul", { "aria-label": say("temperature.bars") });
  const sheet = paper({ "aria-live": "polite", "aria-label": say("common.writing") });

  async function update() {
    const answer = await latest(ask("transformer", "expect", text));
    if (!answer) return;
    logits = answer;
    draw();
  }

  /** The letters keep their places, those of temperature 1, so that one sees the bars move. */
  function draw() {
    if (!logits) return;
    const shares = chances(logits, temperature, topP);
    drawBars(bars, withOthers(likeliest(chances(logits, 1, 1), 8).map(({ letter, index }) =>
      ({ letter, share: shares[index], struck: shares[index] === 0 }))));
  }

  async function write() {
    const seed = Math.floor(Math.random() * 1e9);
    const written = await ask("transformer", "write", text || " ", 120, temperature, topP, seed);
    showWritten(sheet, text, written);
  }

  const settings = [
    slider(say("temperature.temperature"), {
      min: 0, max: 2.5, step: 0.1, value: 1, show: (value) => value.toFixed(1),
      changed: (value) => { temperature = value; draw(); },
    }),
    slider(say("temperature.topP"), {
      min: 0.1, max: 1, step: 0.05, value: 1, show: percent,
      changed: (value) => { topP = value; draw(); },
    }),
    el("div", { class: "buttons" }, button(say("temperature.write"), write, { class: "main" })),
    sheet,
  ];
  body.append(
    lineInput(say("temperature.line"), text, 60, (typed) => { text = typed; update(); }),
    el("div", { class: "beside" },
      el("div", {}, ...settings), el("div", {}, el("h2", {}, say("temperature.bars")), bars)),
    ...paragraphs("temperature.after"),
  );
  showWritten(sheet, text, "");
  update();
};
