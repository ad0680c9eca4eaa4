// Screen: one line of the poet that ships, and what the rule book struck out before each roll.

const SEEN = 0.005; // what is less would be a bar without length

LIVE.screens.rhyme = (body) => {
  const { first, line, rhymes, rolls } = LIVE.recorded.rhyme;
  let place = 0;
  const sheet = paper({ "aria-label": say("rhyme.sheet") });
  const bars = el("ul", { "aria-label": say("rhyme.bars") });
  const told = el("p", { "aria-live": "polite", class: "large" });
  const left = el("p");
  const lastWord = line.lastIndexOf(" ") + 1;

  const range = slider(say("rhyme.slider"), {
    min: 0, max: rolls.length - 1, step: 1, value: 0, show: (value) => String(value + 1), changed: go,
  });

  function go(to) {
    place = Math.min(to, rolls.length - 1);
    const { left: syllables, struck, expected, rolled } = rolls[place];
    sheet.replaceChildren(`${first}\n${line.slice(0, place)}`,
      el("mark", {}, rolled === "\f" ? "" : rolled));
    left.textContent = say("rhyme.left", { left: syllables });
    told.textContent = say("rhyme.struck", { share: percent(struck) });
    drawBars(bars, withOthers(expected
      .map(([letter, share, allowed]) => ({ letter, share, struck: !allowed, chosen: letter === rolled }))
      .filter(({ share, chosen }) => share >= SEEN || chosen)));
  }

  function move(to) {
    const input = range.querySelector("input");
    input.value = to;
    input.dispatchEvent(new Event("input"));
  }

  body.append(
    sheet, range,
    el("div", { class: "buttons" },
      button(say("rhyme.step"), () => move(place + 1), { class: "main" }),
      button(say("rhyme.end"), () => move(lastWord))),
    told, left, el("h2", {}, say("rhyme.bars")), bars,
    el("p", {}, say("rhyme.words", { words: rhymes.join(", ") })),
  );
  go(0);
};
