// Leads through the screens: the address's #name is the screen that is open.

const ORDER = [
  "whole", "guess", "loss", "bigram", "looking", "stages", "temperature", "learning", "rhyme",
  "limits",
];
let leave = () => {};

function open(first) {
  const name = ORDER.includes(location.hash.slice(1)) ? location.hash.slice(1) : ORDER[0];
  const place = ORDER.indexOf(name);
  const title = el("h1", { tabindex: -1 }, say(`${name}.title`));
  const body = el("div", { class: "body" });
  leave();
  document.getElementById("screen").replaceChildren(title, ...paragraphs(`${name}.text`), body);
  leave = LIVE.screens[name](body) ?? (() => {});
  document.title = `${say(`${name}.title`)} - ${say("common.page")}`;
  drawSteps(place);
  drawTurn(place);
  scrollTo(0, 0);
  if (!first) title.focus({ preventScroll: true });
}

function drawSteps(place) {
  const steps = ORDER.map((name, number) =>
    el("li", {},
      el("a", {
        href: `#${name}`, "aria-current": number === place ? "step" : null,
        "aria-label": `${number + 1}: ${say(`${name}.title`)}`, title: say(`${name}.title`),
      }, String(number + 1))));
  const nav = document.getElementById("steps");
  nav.setAttribute("aria-label", say("common.steps"));
  nav.replaceChildren(el("ol", {}, ...steps));
}

function drawTurn(place) {
  const link = (number, text, css) =>
    el("a", { href: `#${ORDER[number]}`, class: css }, text);
  const links = [];
  if (place > 0) links.push(link(place - 1, say("common.back"), "back"));
  if (place < ORDER.length - 1) {
    links.push(link(place + 1, `${say("common.next")}: ${say(`${ORDER[place + 1]}.title`)}`, "next"));
  }
  document.getElementById("turn").replaceChildren(...links);
}

addEventListener("hashchange", () => open(false));
open(true);
