// Screen: ask it something; and five questions to ask oneself.

LIVE.screens.limits = (body) => {
  let text = say("limits.begin");
  const sheet = paper({ "aria-live": "polite", "aria-label": say("common.writing"), hidden: true });

  async function write() {
    sheet.hidden = false;
    showWritten(sheet, text, say("common.wait"));
    const seed = Math.floor(Math.random() * 1e9);
    showWritten(sheet, text, await ask("transformer", "write", text || " ", 120, 0.8, 0.95, seed));
  }

  body.append(
    lineInput(say("limits.line"), text, 60, (typed) => { text = typed; }),
    el("div", { class: "buttons" }, button(say("limits.ask"), write, { class: "main" })),
    sheet, ...paragraphs("limits.after"),
    el("h2", {}, say("limits.quiz")),
    ...LIVE.texts.limits.questions.map(([question, answer]) =>
      el("details", {}, el("summary", {}, question), el("p", {}, answer))),
    el("p", { class: "close" }, say("limits.close")),
  );
};
