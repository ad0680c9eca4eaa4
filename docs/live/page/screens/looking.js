// Screen: where each letter of a line looks back, head by head.

LIVE.screens.looking = (body) => {
  let [stage, layer, head, touched] = ["multihead", 0, 3, null];
  let [text, read] = [say("looking.begin"), []];
  const latest = newest();
  const line = el("div", { class: "letters", role: "group", "aria-label": say("looking.letters") });
  const told = el("ul");
  const heading = el("h2", { "aria-live": "polite" });
  const heads = el("div");

  async function update() {
    const answer = await latest(ask(stage, "read", text));
    if (!answer) return;
    read = answer;
    touched = Math.min(touched ?? read.length - 1, read.length - 1);
    drawHeads();
    draw();
  }

  function drawHeads() {
    const looks = read[0].looks;
    [layer, head] = [Math.min(layer, looks.length - 1), Math.min(head, looks[0].length - 1)];
    const labels = looks.flatMap((heads, l) => heads.map((_, h) =>
      [`${l},${h}`, say(looks.length > 1 ? "looking.deepHead" : "looking.head", { layer: l + 1, head: h + 1 })]));
    const select = el("select", {
      onchange: () => { [layer, head] = select.value.split(",").map(Number); draw(); },
    }, ...labels.map(([value, label]) =>
      el("option", { value, selected: value === `${layer},${head}` }, label)));
    heads.replaceChildren(el("label", { class: "line" }, el("span", {}, say("looking.heads")), select));
  }

  function draw() {
    const letters = ["\f", ...text].slice(0, read.length);
    const weights = read[touched].looks[layer][head];
    const focused = [...line.children].indexOf(document.activeElement);
    line.replaceChildren(...letters.map((letter, place) => {
      const weight = weights[place] ?? 0;
      return button(SIGNS[letter] ?? letter, () => { touched = place; draw(); }, {
        "aria-label": `${nameOf(place)}, ${percent(weight)}`,
        "aria-pressed": String(place === touched),
        class: place > touched ? "hidden" : Math.sqrt(weight) > 0.62 ? "strong" : "",
        style: `--weight: ${(100 * Math.sqrt(weight)).toFixed(0)}%`,
      });
    }));
    line.children[focused]?.focus();
    heading.textContent = say("looking.most", { letter: nameOf(touched) });
    const most = [...weights].map((share, place) => ({ place, share }))
      .sort((a, b) => b.share - a.share).slice(0, 4);
    drawBars(told, withOthers(most.map(({ place, share }) => ({ letter: whereIs(place), share }))));
  }

  const nameOf = (place) => (place ? named(text[place - 1]) : say("looking.begins"));
  /** How far from the touched letter another stands. */
  function whereIs(place) {
    if (place === touched) return say("looking.itself");
    return place ? say("looking.back", { letter: nameOf(place), back: touched - place }) : nameOf(0);
  }

  body.append(
    lineInput(say("looking.line"), text, LIVE.facts.context - 1, (typed) => {
      [text, touched] = [typed, null];
      update();
    }),
    choice(say("looking.network"), "network",
      STAGE_NAMES.slice(1).map((name) => [name, say(`networks.${name}.name`)]), stage,
      (name) => { stage = name; update(); }),
    heads, el("h2", {}, say("looking.letters")), line, heading, told,
    el("p", { class: "figures" }, say("looking.signs", { start: SIGNS["\f"], space: SIGNS[" "] })),
    ...paragraphs("looking.after"),
  );
  update();
};
