// What several screens are made of: elements, bars of chances, sliders, letters by name.

const VOCABULARY = [...LIVE.ladder.transformer.config.vocabulary];
const STAGE_NAMES = ["bigram", "attention", "multihead", "transformer"];
/** Signs for letters that can't be seen. */
const SIGNS = { " ": "␣", "\n": "↵", "\f": "¶" };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** A text of texts.json, {figures} filled in from facts.js and `values`. */
function say(path, values = {}) {
  const text = path.split(".").reduce((texts, key) => texts[key], LIVE.texts);
  return fill(text, values);
}

function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? LIVE.facts[name]);
}

/** An element: el("button", { class: "big", onclick }, "text", child). */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function button(text, onclick, attributes = {}) {
  return el("button", { type: "button", ...attributes, onclick }, text);
}

/** Paragraphs of a text: each of an array of strings. */
function paragraphs(path, values) {
  const texts = path.split(".").reduce((found, key) => found[key], LIVE.texts);
  return [texts].flat().map((text) => el("p", {}, fill(text, values)));
}

/** A letter as people call it. */
function named(letter) {
  return LIVE.texts.letters[letter] ?? letter;
}

function percent(share) {
  if (share > 0 && share < 0.01) return "<\u00a01\u00a0%";
  return `${Math.round(share * 100)}\u00a0%`;
}

function surprise(chance) {
  return -Math.log(chance);
}

/**
 * Bars of chances, a row for each letter: rows are { letter, share, struck, chosen, rest }. Rows that
 * stay move to their new length; a screen reader hears letter and share.
 */
function drawBars(list, rows) {
  list.classList.add("bars");
  list.setAttribute("role", "list");
  while (list.children.length > rows.length) list.lastChild.remove();
  rows.forEach(({ letter, share, struck, chosen, rest }, place) => {
    const row = list.children[place] ?? list.appendChild(
      el("li", {}, el("b"), el("span", { class: "track", "aria-hidden": "true" }, el("i")), el("em")),
    );
    row.className = [struck && "struck", chosen && "chosen", rest && "rest"].filter(Boolean).join(" ");
    const [name, track, number] = row.children;
    name.textContent = named(letter);
    track.firstChild.style.width = `${100 * share}%`;
    const told = struck && !share ? [] : [percent(share)];
    number.textContent = [...told, ...(struck ? [say("common.struck")] : [])].join(", ");
  });
}

/** The likeliest letters of some chances: [{ letter, share, index }], likeliest first. */
function likeliest(shares, count) {
  return [...shares]
    .map((share, index) => ({ letter: VOCABULARY[index], share, index }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count);
}

/** Rows with one more, for what they leave of the whole. */
function withOthers(rows) {
  const share = 1 - rows.reduce((sum, row) => sum + row.share, 0);
  return share < 0.005 ? rows : [...rows, { letter: say("common.others"), share, rest: true }];
}

/** A labelled slider; `show` writes its value, `changed` is told of it. */
function slider(label, { min, max, step, value, show, changed }) {
  const output = el("output", {}, show(value));
  const input = el("input", {
    type: "range", min, max, step, value, "aria-label": label, "aria-valuetext": show(value),
    oninput: () => {
      output.textContent = show(Number(input.value));
      input.setAttribute("aria-valuetext", show(Number(input.value)));
      changed(Number(input.value));
    },
  });
  return el("label", { class: "slider" }, el("span", {}, label, " ", output), input);
}

/** A line to type into. `changed` is told of it, without what no network here knows. */
function lineInput(label, value, longest, changed) {
  const input = el("input", {
    type: "text", value, maxlength: longest, autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", oninput: () => changed(known(input.value)),
  });
  return el("label", { class: "line" }, el("span", {}, label), input);
}

function known(text) {
  return [...text].filter((letter) => letter !== "\f" && VOCABULARY.includes(letter)).join("");
}

/** Choices of which one is taken, as radio buttons: choices are [value, label]. */
function choice(legend, name, choices, taken, changed) {
  return el(
    "fieldset", { class: "choice" }, el("legend", {}, legend),
    ...choices.map(([value, label]) =>
      el("label", {},
        el("input", {
          type: "radio", name, value, checked: value === taken, onchange: () => changed(value),
        }),
        el("span", {}, label))),
  );
}

/** Where text appears that a network writes: screen readers hear it when it is done. */
function paper(attributes = {}) {
  return el("pre", { class: "paper", ...attributes });
}

/** Shows what came, marked, behind what was given. */
function showWritten(sheet, given, written) {
  sheet.replaceChildren(given, el("mark", {}, written.replaceAll("\f", "\n\n")));
}

/**
 * Lets texts appear letter by letter, all at the same speed; at once for those who want no motion.
 * show(n) shows the first n letters. Returns a function that ends it.
 */
function typing(length, show, perSecond = 20) {
  if (calm.matches) {
    show(length);
    return () => {};
  }
  const began = performance.now();
  let going = true;
  const step = () => {
    if (!going) return;
    const shown = Math.min(length, Math.floor(((performance.now() - began) / 1000) * perSecond));
    show(shown);
    if (shown < length) requestAnimationFrame(step);
  };
  step();
  return () => { going = false; };
}
