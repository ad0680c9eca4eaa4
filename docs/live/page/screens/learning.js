// Screen: the ladder's loss as a slider through its lessons, with what each network wrote.

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, LOWEST, RIGHT] = [320, 180, 1, 78]; // to the right stand the names

LIVE.screens.learning = (body) => {
  let stage = "transformer";
  let place = 0;
  const latest = newest();
  const heading = el("h2", { "aria-live": "polite" });
  const sheets = el("div");
  const range = el("div");
  const chart = el("div", { class: "chart" });
  const kept = LIVE.ladder.transformer.moments.every(({ text }) => text !== null);

  function drawRange() {
    const { moments } = LIVE.ladder[stage];
    place = Math.min(place, moments.length - 1);
    range.replaceChildren(slider(say("learning.slider"), {
      min: 0, max: moments.length - 1, step: 1, value: place,
      show: (value) => String(moments[value].iteration),
      changed: (value) => { place = value; drawPlace(); },
    }));
  }

  function drawPlace() {
    const { iteration, loss, text } = LIVE.ladder[stage].moments[place];
    heading.textContent = say("learning.reached", { lessons: iteration, loss: loss.toFixed(2) });
    chart.replaceChildren(curves(stage, iteration));
    if (kept) sheets.replaceChildren(...titled(say("learning.then"), text));
  }

  /** Where nothing was kept on the way: what it writes before the first lesson and after the last. */
  async function drawEnds() {
    const show = (last) => sheets.replaceChildren(
      ...titled(say("learning.last"), last), ...titled(say("learning.first"), blindly(WRITTEN_HERE)));
    show(say("common.wait"));
    const last = await latest(ask(stage, "write", "", WRITTEN_HERE, 0.8, 0.95, 1));
    if (last) show(last);
  }

  function draw() {
    drawRange();
    drawPlace();
    if (!kept) drawEnds();
  }

  body.append(
    choice(say("learning.network"), "learner",
      STAGE_NAMES.map((name) => [name, say(`networks.${name}.name`)]), stage,
      (name) => { stage = name; draw(); }),
    range, heading, chart, ...(kept ? [] : paragraphs("learning.sparse")), sheets,
    ...paragraphs("learning.after"),
  );
  draw();
};

const WRITTEN_HERE = 160;

function titled(title, text) {
  const sheet = paper({ "aria-label": title });
  showWritten(sheet, "", text);
  return [el("h2", {}, title), sheet];
}

/** What a network writes whose numbers are all zero: any letter, as likely as any other. */
function blindly(count) {
  const random = die(1);
  return Array.from({ length: count }, () => VOCABULARY[Math.floor(random() * VOCABULARY.length)]).join("");
}

/** The picture: a curve for each stage, the chosen one in front, and where the slider stands. */
function curves(chosen, iteration) {
  const last = LIVE.ladder[chosen].metrics.iterations;
  const blind = Math.log(VOCABULARY.length);
  const x = (lessons) => 24 + (WIDE - RIGHT - 24) * (Math.log1p(lessons) / Math.log1p(last));
  const y = (loss) => 12 + (HIGH - 40) * ((blind - loss) / (blind - LOWEST));
  const draw = (tag, attributes, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const picture = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": say("learning.curve") });
  for (const loss of [1, 2, 3, 4]) {
    picture.append(draw("line", { class: "grid", x1: 24, x2: WIDE - RIGHT, y1: y(loss), y2: y(loss) }),
      draw("text", { x: 18, y: y(loss) + 4, "text-anchor": "end" }, String(loss)));
  }
  for (const lessons of [0, 1, 10, 100, last]) {
    picture.append(draw("text", { x: x(lessons), y: HIGH - 14, "text-anchor": "middle" }, String(lessons)));
  }
  picture.append(draw("text", { x: 24, y: HIGH - 3 }, say("learning.lessons")),
    draw("text", { x: WIDE - RIGHT, y: 10, "text-anchor": "end" }, say("learning.nats")),
    draw("line", { class: "now", x1: x(iteration), x2: x(iteration), y1: 8, y2: HIGH - 26 }));
  let free = HIGH;
  for (const stage of [...STAGE_NAMES].reverse()) { // the lowest curve first; no name on another
    free = Math.min(y(LIVE.ladder[stage].metrics.val_loss) + 4, free - 11);
    const css = `name ${stage} ${stage === chosen ? "chosen" : ""}`;
    picture.append(draw("text", { class: css, x: WIDE - RIGHT + 7, y: free }, say(`networks.${stage}.name`)));
  }
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
