// The page's side of the worker: every question is a promise of its answer.

const worker = new Worker(URL.createObjectURL(new Blob([LIVE.worker], { type: "text/javascript" })));
const waiting = new Map();
const loaded = {};

worker.onmessage = ({ data: { id, result, error } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error) reject(new Error(error));
  else resolve(result);
};

worker.onerror = () => {
  document.getElementById("steps").after(el("p", { class: "verdict", role: "alert" }, say("common.broken")));
};

function call(name, ...args) {
  return new Promise((resolve, reject) => {
    const id = waiting.size ? Math.max(...waiting.keys()) + 1 : 0;
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, call: name, args });
  });
}

/** Asks `stage` something, once its weights are there: ask("bigram", "read", text). */
async function ask(stage, name, ...args) {
  if (!LIVE.weights[stage]) await pageLoaded; // the scripts with the smaller networks come last
  loaded[stage] ??= call("load", stage, LIVE.ladder[stage].config, LIVE.weights[stage]);
  await loaded[stage];
  return call(name, stage, ...args);
}

const pageLoaded = new Promise((resolve) => addEventListener("load", resolve, { once: true }));

/** Only the newest of several answers counts: returns null for one that came too late. */
function newest() {
  let turn = 0;
  return async (promise) => {
    const mine = ++turn;
    const answer = await promise;
    return mine === turn ? answer : null;
  };
}

// The first screen needs this network: it is built while the rest of the page is read.
ask("transformer", "expect", "");
