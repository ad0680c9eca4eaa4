// Screen: Shannon's game. The rounds that were played are kept in LIVE.played, for the next screen.

LIVE.played = [];
const SURE = { hunch: 1 / 4, likely: 1 / 2, sure: 9 / 10 };
const KEYS = [..."abcdefghijklmnopqrstuvwxyz ,."];

LIVE.screens.guess = (body) => {
  const { rounds } = LIVE.recorded;
  let sure = "likely";
  let answered = true;
  const box = el("div");
  body.append(box);

  function drawRound() {
    if (LIVE.played.length === rounds.length) LIVE.played.length = 0;
    const number = LIVE.played.length;
    const { line, given } = rounds[number];
    const asked = ask("transformer", "expect", line.slice(0, given));
    answered = false;
    const result = el("div", { "aria-live": "polite" });
    const levels = choice(say("guess.sure"), "sure", Object.keys(SURE).map((level) =>
      [level, `${say(`guess.levels.${level}`)} (${percent(SURE[level])})`]), sure,
      (level) => { sure = level; });
    const keys = el("div", { class: "keys", role: "group", "aria-label": say("guess.letter") },
      ...KEYS.map((letter) =>
        button(letter === " " ? named(letter) : letter, () => answer(letter), { "data-key": letter })));
    box.replaceChildren(
      el("p", { class: "count" }, say("guess.line", { number: number + 1, count: rounds.length })),
      paper({}), levels, keys, result,
    );
    box.querySelector("pre").append(
      line.slice(0, given), el("span", { class: "blank", role: "img", "aria-label": say("guess.blank") }));

    async function answer(letter) {
      if (answered) return;
      answered = true;
      const shares = chances(await asked, 1, 1);
      const truth = line[given];
      const rest = (1 - SURE[sure]) / (VOCABULARY.length - 1);
      const yours = letter === truth ? SURE[sure] : rest;
      const its = shares[VOCABULARY.indexOf(truth)];
      LIVE.played.push({ line: line.slice(0, given), truth, yours, its });
      showWritten(box.querySelector("pre"), line.slice(0, given), truth);
      levels.remove();
      keys.remove();
      result.replaceChildren(...verdict({ line, truth, chosen: letter, given: SURE[sure], yours, its }));
      const bars = el("ul", { "aria-label": say("guess.bars") });
      const rows = likeliest(shares, 6);
      if (!rows.some((row) => row.letter === truth)) rows.push({ letter: truth, share: its });
      drawBars(bars, withOthers(rows.map((row) => ({ ...row, chosen: row.letter === truth }))));
      const last = LIVE.played.length === rounds.length;
      const next = button(say(last ? "guess.again" : "guess.next"), drawRound, { class: "main" });
      result.append(next, el("h2", {}, say("guess.bars")), bars);
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    }
    box.answer = answer;
  }

  function typed(event) {
    const letter = event.key.toLowerCase();
    const elsewhere = event.target.closest("button, input, a") && letter === " ";
    if (event.ctrlKey || event.metaKey || event.altKey || elsewhere || !KEYS.includes(letter)) return;
    event.preventDefault();
    box.answer(letter);
  }

  document.addEventListener("keydown", typed);
  drawRound();
  return () => document.removeEventListener("keydown", typed);
};

/** The sentences about one round that was played. */
function verdict({ line, truth, chosen, given, yours, its }) {
  const told = (chance) => ({
    chance: percent(chance), surprise: surprise(chance).toFixed(1), letter: named(truth),
    chosen: named(chosen), given: percent(given),
  });
  const winner = Math.abs(surprise(yours) - surprise(its)) < 0.05 ? "even" : yours > its ? "won" : "lost";
  const average = (who) =>
    (LIVE.played.reduce((sum, one) => sum + surprise(one[who]), 0) / LIVE.played.length).toFixed(1);
  const values = { yours: average("yours"), its: average("its"), count: LIVE.played.length };
  return [
    el("p", {}, say("guess.truth", { letter: named(truth), line })),
    el("p", {}, say(`guess.${chosen === truth ? "right" : "wrong"}`, told(yours)), " ", say("guess.network", told(its))),
    el("p", { class: "verdict" }, say(`guess.${winner}`)),
    el("p", { class: "figures" }, say("guess.score", values)),
  ];
}
