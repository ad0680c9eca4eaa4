// Screen: the four networks write on the same words, at the same speed.

const WRITTEN = 160;

LIVE.screens.stages = (body) => {
  let text = say("stages.begin");
  let stop = () => {};
  const latest = newest();
  const sheets = STAGE_NAMES.map((stage) =>
    paper({ "aria-label": `${say("common.writing")}: ${say(`networks.${stage}.name`)}` }));

  async function write() {
    stop();
    const seed = Math.floor(Math.random() * 1e9);
    const all = await latest(Promise.all(
      STAGE_NAMES.map((stage) => ask(stage, "write", text || " ", WRITTEN, 0.8, 0.95, seed))));
    if (!all) return;
    body.setAttribute("aria-busy", "true");
    stop = typing(WRITTEN, (shown) => {
      sheets.forEach((sheet, n) => showWritten(sheet, text, all[n].slice(0, shown)));
      if (shown === WRITTEN) body.removeAttribute("aria-busy");
    });
  }

  body.append(
    lineInput(say("stages.line"), text, 60, (typed) => { text = typed; }),
    el("div", { class: "buttons" }, button(say("stages.write"), write, { class: "main" })),
    el("div", { class: "cards" }, ...STAGE_NAMES.map((stage, n) => {
      const { metrics } = LIVE.ladder[stage];
      return el("section", { class: `card ${stage}` },
        el("h2", {}, say(`networks.${stage}.name`), " ", el("small", {}, say(`networks.${stage}.term`))),
        el("p", {}, say(`networks.${stage}.idea`)),
        el("p", { class: "figures" }, say("stages.loss", {
          loss: metrics.val_loss.toFixed(2), parameters: LIVE.facts[`${stage}_parameters`],
        })),
        sheets[n]);
    })),
    ...paragraphs("stages.after"),
  );
  sheets.forEach((sheet) => showWritten(sheet, text, ""));
  return () => stop();
};
