// From logits to the next character, as model/sampling.py and model/generate.py do. The page draws
// its bars with the same functions by which the worker rolls.

/** The chances (V) from which the die is loaded: by temperature, and without the tail of top-p. */
function chances(logits, temperature, topP) {
  if (temperature < 1e-6) {
    const best = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
    return Float64Array.from(logits, (_, i) => (i === best ? 1 : 0));
  }
  const all = softmax(Float64Array.from(logits, (logit) => logit / temperature));
  if (topP >= 1) return all;
  const order = [...all.keys()].sort((a, b) => all[b] - all[a]);
  const kept = new Float64Array(all.length);
  let before = 0;
  for (const index of order) {
    if (before >= topP) break; // the one that crosses top-p is kept
    kept[index] = all[index];
    before += all[index];
  }
  return kept.map((chance) => chance / before);
}

/** A die that rolls the same numbers for the same seed (mulberry32), from 0 to 1. */
function die(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The number of the character that `random`, a die, rolls. */
function roll(shares, random) {
  let left = random();
  for (let index = 0; index < shares.length; index++) {
    left -= shares[index];
    if (left < 0) return index;
  }
  return shares.indexOf(Math.max(...shares)); // rounding left a crumb of the die
}

/**
 * Yields one token after the other, for ever. Past the context the network goes on from the last
 * half of it, computed anew, as in Python.
 */
function* generate(model, blockSize, prompt, random, temperature, topP) {
  let [window, cache, pending] = [[...prompt], model.newCache(), prompt];
  while (true) {
    if (window.length > blockSize) {
      window = window.slice(-Math.max(1, Math.floor(blockSize / 2)));
      [cache, pending] = [model.newCache(), window];
    }
    let logits;
    for (const token of pending) logits = model.forward(token, cache).logits;
    const token = roll(chances(logits, temperature, topP), random);
    yield token;
    window.push(token);
    pending = [token];
  }
}
