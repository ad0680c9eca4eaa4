// Screen: the ladder's loss as a slider through its lessons, with what each network wrote then.

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, LOWEST] = [320, 180, 1];

LIVE.screens.learning = (body) => {
  let stage = "transformer";
  let place = 0;
  const latest = newest();
  const heading = el("h2", { "aria-live": "polite" });
  const sheet = paper({ "aria-label": say("common.writing") });
  const range = el("div");
  const chart = el("div", { class: "chart" });
  const sparse = LIVE.ladder.transformer.moments.some(({ text }) => text === null);

  function drawRange() {
    const { moments } = LIVE.ladder[stage];
    place = Math.min(place, moments.length - 1);
    range.replaceChildren(slider(say("learning.slider"), {
      min: 0, max: moments.length - 1, step: 1, value: place,
      show: (value) => String(moments[value].iteration),
      changed: (value) => { place = value; draw(); },
    }));
  }

  async function draw() {
    const { moments } = LIVE.ladder[stage];
    const { iteration, loss, text } = moments[place];
    heading.textContent = say("learning.wrote", { lessons: iteration, loss: loss.toFixed(2) });
    chart.replaceChildren(curves(stage, iteration));
    const between = place > 0 && place < moments.length - 1;
    const unkept = () => (between ? null : iteration ? write(stage) : blindly(200));
    const written = await latest(Promise.resolve(text ?? unkept()).then((kept) => ({ kept })));
    if (!written) return;
    if (written.kept === null) sheet.replaceChildren(say("learning.unkept"));
    else showWritten(sheet, "", written.kept);
  }

  body.append(
    choice(say("learning.network"), "learner",
      STAGE_NAMES.map((name) => [name, say(`networks.${name}.name`)]), stage,
      (name) => { stage = name; drawRange(); draw(); }),
    chart, range, heading, sheet, ...(sparse ? paragraphs("learning.sparse") : []),
    ...paragraphs("learning.after"),
  );
  drawRange();
  draw();
};

const write = (stage) => ask(stage, "write", "", 200, 0.8, 0.95, 1);

/** What a network writes whose numbers are all zero: any letter, as likely as any other. */
function blindly(count) {
  const random = die(1);
  return Array.from({ length: count }, () => VOCABULARY[Math.floor(random() * VOCABULARY.length)]).join("");
}

/** The picture: a curve for each stage, the chosen one in front, and where the slider stands. */
function curves(chosen, iteration) {
  const last = LIVE.ladder[chosen].metrics.iterations;
  const blind = Math.log(VOCABULARY.length);
  const x = (lessons) => 34 + (WIDE - 44) * (Math.log1p(lessons) / Math.log1p(last));
  const y = (loss) => 12 + (HIGH - 40) * ((blind - loss) / (blind - LOWEST));
  const draw = (tag, attributes, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const picture = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": say("learning.curve") });
  for (const loss of [1, 2, 3, 4]) {
    picture.append(draw("line", { class: "grid", x1: 34, x2: WIDE - 10, y1: y(loss), y2: y(loss) }),
      draw("text", { x: 28, y: y(loss) + 4, "text-anchor": "end" }, String(loss)));
  }
  for (const lessons of [0, 1, 10, 100, last]) {
    picture.append(draw("text", { x: x(lessons), y: HIGH - 14, "text-anchor": "middle" }, String(lessons)));
  }
  picture.append(draw("text", { x: WIDE / 2, y: HIGH - 1, "text-anchor": "middle" }, say("learning.lessons")),
    draw("line", { class: "now", x1: x(iteration), x2: x(iteration), y1: 8, y2: HIGH - 26 }));
  for (const stage of [...STAGE_NAMES.filter((name) => name !== chosen), chosen]) {
    const { moments } = LIVE.ladder[stage];
    const css = `${stage} ${stage === chosen ? "chosen" : ""}`;
    const points = moments.map(({ iteration: at, loss }) => `${x(at)},${y(loss)}`).join(" ");
    picture.append(
      draw("polyline", { class: css, points }),
      ...moments.map(({ iteration: at, loss }) =>
        draw("circle", { class: css, cx: x(at), cy: y(loss), r: stage === chosen ? 4 : 2.5 })));
  }
  return picture;
}
