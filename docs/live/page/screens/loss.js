// Screen: what a surprise costs, the loss of one's own game, and those of the four networks.

LIVE.screens.loss = (body) => {
  const cost = el("p", { class: "large", "aria-live": "polite" });
  const bar = el("div", { class: "cost", "aria-hidden": "true" }, el("i"));
  const blind = Math.log(VOCABULARY.length);
  const show = (hundredths) => {
    const nats = surprise(hundredths / 100);
    cost.textContent = say("loss.costs", { surprise: nats.toFixed(1) });
    bar.firstChild.style.width = `${Math.min(100, (100 * nats) / blind)}%`;
  };
  body.append(
    slider(say("loss.slider"), {
      min: 2, max: 100, step: 1, value: 25, show: (value) => percent(value / 100), changed: show,
    }),
    cost, bar, el("h2", {}, say("loss.game")), game(), el("h2", {}, say("loss.networks")), networks(),
    el("p", {}, say("loss.meet")),
  );
  show(25);
};

/** The rounds played, and their average: a loss. */
function game() {
  if (!LIVE.played.length) {
    return el("p", {}, say("loss.none"), " ", el("a", { href: "#guess" }, say("loss.play")), ".");
  }
  const nats = (chance) => surprise(chance).toFixed(1);
  const mean = (who) =>
    LIVE.played.reduce((sum, one) => sum + surprise(one[who]), 0) / LIVE.played.length;
  const row = (cell, first, ...cells) =>
    el("tr", {}, el(cell, { scope: "row" }, ...[first].flat()), ...cells.map((text) => el("td", {}, text)));
  return el("table", {},
    el("thead", {}, el("tr", {}, ...LIVE.texts.loss.columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...LIVE.played.map((one) =>
      row("th", [one.line, el("mark", {}, SIGNS[one.truth] ?? one.truth)],
        nats(one.yours), nats(one.its)))),
    el("tfoot", {}, row("th", say("loss.average"), mean("yours").toFixed(1), mean("its").toFixed(1))));
}

/** The losses of all four networks, as bars that begin at the blind guess. */
function networks() {
  const blind = { name: say("loss.blind"), loss: Math.log(VOCABULARY.length), choices: LIVE.facts.vocab_size };
  const stages = STAGE_NAMES.map((stage) => ({
    name: say(`networks.${stage}.name`),
    loss: LIVE.ladder[stage].metrics.val_loss,
    choices: LIVE.facts[`${stage}_choices`],
  }));
  return el("ul", { class: "losses" }, ...[blind, ...stages].map(({ name, loss, choices }) =>
    el("li", {},
      el("b", {}, name),
      el("span", { class: "cost", "aria-hidden": "true" },
        el("i", { style: `width: ${(100 * loss) / blind.loss}%` })),
      el("em", {}, `${loss.toFixed(2)} ${say("common.nats")}`),
      el("small", {}, say("loss.choices", { choices })))));
}
