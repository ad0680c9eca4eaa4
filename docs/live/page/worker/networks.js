// The four networks, in the words of model/*.py: a class for each stage, the same names for the same
// weights. Python reads a whole text at once; here one character goes through at a time, and a cache
// keeps what later ones need of it, as model/kv_cache.py does. The numbers that come out are equal.
//
// Shapes: T characters so far, C channels, H heads, D = C/H channels of one head, V vocabulary.

// ------------------------------------------------------------ small pieces

/**
 * A matrix times a vector: weight (out, in), x (in) -> (out); `in` a multiple of four. Here nearly all
 * of the time goes, so four sums run side by side: none waits until another has been added up.
 */
function linear({ shape: [rows, columns], data }, x) {
  const result = new Float32Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let a = 0, b = 0, c = 0, d = 0;
    for (let column = 0; column < columns; column += 4, at += 4) {
      a += data[at] * x[column];
      b += data[at + 1] * x[column + 1];
      c += data[at + 2] * x[column + 2];
      d += data[at + 3] * x[column + 3];
    }
    result[row] = a + b + c + d;
  }
  return result;
}

/** Row `index` of a matrix (rows, C): (C). */
function embedding(weight, index) {
  const width = weight.shape[1];
  return weight.data.subarray(index * width, (index + 1) * width);
}

function add(a, b) {
  return a.map((value, i) => value + b[i]);
}

/** The whole of a vector as shares that add up to 1. */
function softmax(scores) {
  const highest = scores.reduce((a, b) => Math.max(a, b));
  const powers = Float64Array.from(scores, (score) => Math.exp(score - highest));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

function concat(vectors) {
  const result = new Float32Array(vectors.reduce((length, vector) => length + vector.length, 0));
  let at = 0;
  for (const vector of vectors) {
    result.set(vector, at);
    at += vector.length;
  }
  return result;
}

/**
 * Attention of one head for the newest character: softmax(q K^T / sqrt(D)) V.
 * query (D), keys and values T times (D) -> { out (D), weights (T) }. The future needs no mask:
 * it is not in the cache yet.
 */
function attention(query, keys, values) {
  const scores = keys.map((key) => {
    let match = 0;
    for (let i = 0; i < query.length; i++) match += query[i] * key[i];
    return match / Math.sqrt(query.length);
  });
  const weights = softmax(scores);
  const out = new Float32Array(values[0].length);
  values.forEach((value, t) => {
    for (let i = 0; i < out.length; i++) out[i] += weights[t] * value[i];
  });
  return { out, weights };
}

/** Keys and values of all characters so far, of each layer and head. */
class KVCache {
  constructor(layers, heads) {
    this.length = 0;
    this.heads = Array.from({ length: layers }, () =>
      Array.from({ length: heads }, () => ({ keys: [], values: [] })),
    );
  }

  /** Adds the newest character's key and value; returns all of this layer and head. */
  extend(layer, head, key, value) {
    const cached = this.heads[layer][head];
    cached.keys.push(key);
    cached.values.push(value);
    return cached;
  }
}

// ------------------------------------------------------------ V1, model/bigram.py

/** Looks back exactly one character: a row of one table. */
class Bigram {
  constructor(weights) {
    this.table = weights["table.weight"]; // (V, V)
  }

  newCache() {
    return new KVCache(0, 0);
  }

  /** The next character's logits (V), and where each head of each layer looked: nowhere. */
  forward(token, cache) {
    cache.length += 1;
    return { logits: Float32Array.from(embedding(this.table, token)), looks: [] };
  }
}

// ------------------------------------------------------------ V2 and V3, model/attention.py

/** One head of self-attention: C -> D. */
class Head {
  constructor(weights, name) {
    this.query = weights[`${name}.query.weight`]; // (D, C)
    this.key = weights[`${name}.key.weight`];
    this.value = weights[`${name}.value.weight`];
  }

  forward(x, cache, index) {
    const { keys, values } = cache.extend(0, index, linear(this.key, x), linear(this.value, x));
    return attention(linear(this.query, x), keys, values);
  }
}

/** Embeddings of character and place -> one layer of attention -> logits. */
class AttentionModel {
  constructor(weights, config) {
    this.characters = weights["characters.weight"]; // (V, C)
    this.places = weights["places.weight"]; // (T, C)
    const several = config.stage === "multihead";
    this.heads = several
      ? Array.from({ length: config.n_head }, (_, h) => new Head(weights, `attention.heads.${h}`))
      : [new Head(weights, "attention")];
    this.projection = several ? weights["attention.projection.weight"] : null; // (C, C)
    this.head = weights["head.weight"]; // (V, C)
    this.bias = weights["head.bias"]; // (V)
  }

  newCache() {
    return new KVCache(1, this.heads.length);
  }

  forward(token, cache) {
    let x = add(embedding(this.characters, token), embedding(this.places, cache.length)); // (C)
    const heads = this.heads.map((head, index) => head.forward(x, cache, index));
    x = concat(heads.map((head) => head.out)); // H times (D) -> (C)
    if (this.projection) x = linear(this.projection, x);
    const logits = add(linear(this.head, x), this.bias.data); // (C) -> (V)
    cache.length += 1;
    return { logits, looks: [heads.map((head) => head.weights)] };
  }
}

// ------------------------------------------------------------ the whole, model/transformer.py

const ROPE_BASE = 10000;
const EPSILON = 1.1920928955078125e-7; // what PyTorch adds before the root: that of a float32

/** x / sqrt(mean(x^2)): the same loudness for all. */
function norm(x) {
  const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  const scale = 1 / Math.sqrt(mean + EPSILON);
  return x.map((value) => value * scale);
}

/** Turns each pair (x_i, x_{i + D/2}) by an angle that grows with the position. */
function rotate(x, position) {
  const half = x.length / 2;
  const result = new Float32Array(x.length);
  for (let i = 0; i < half; i++) {
    const angle = position * ROPE_BASE ** (-(2 * i) / x.length);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    result[i] = x[i] * cos - x[half + i] * sin;
    result[half + i] = x[i] * sin + x[half + i] * cos;
  }
  return result;
}

/** Multi-head attention with rotary positions: C -> C. */
class SelfAttention {
  constructor(weights, name, layer, heads) {
    [this.layer, this.n_head] = [layer, heads];
    this.query = weights[`${name}.query.weight`]; // (C, C)
    this.key = weights[`${name}.key.weight`];
    this.value = weights[`${name}.value.weight`];
    this.projection = weights[`${name}.projection.weight`];
  }

  forward(x, cache) {
    const [query, key, value] = [this.query, this.key, this.value].map((w) => linear(w, x)); // (C)
    const size = x.length / this.n_head; // D
    const heads = Array.from({ length: this.n_head }, (_, h) => {
      const part = (vector) => vector.subarray(h * size, (h + 1) * size); // (C) -> (D)
      const turned = (vector) => rotate(norm(part(vector)), cache.length);
      const { keys, values } = cache.extend(this.layer, h, turned(key), part(value));
      return attention(turned(query), keys, values);
    });
    const out = linear(this.projection, concat(heads.map((head) => head.out))); // (C)
    return { out, looks: heads.map((head) => head.weights) };
  }
}

/** SwiGLU: projection(silu(gate(x)) * up(x)), C -> C. */
class FeedForward {
  constructor(weights, name) {
    this.gate = weights[`${name}.gate.weight`]; // (hidden, C)
    this.up = weights[`${name}.up.weight`];
    this.projection = weights[`${name}.projection.weight`]; // (C, hidden)
  }

  forward(x) {
    const up = linear(this.up, x);
    const hidden = linear(this.gate, x).map((g, i) => (g / (1 + Math.exp(-g))) * up[i]);
    return linear(this.projection, hidden);
  }
}

/** The network that writes: several blocks, each of which only adds to x. */
class Transformer {
  constructor(weights, config) {
    this.n_head = config.n_head;
    this.embed = weights["embed.weight"]; // (V, C)
    this.unembed = weights["unembed.weight"]; // (V, C)
    this.blocks = Array.from({ length: config.n_layer }, (_, layer) => ({
      attention: new SelfAttention(weights, `blocks.${layer}.attention`, layer, config.n_head),
      feed_forward: new FeedForward(weights, `blocks.${layer}.feed_forward`),
    }));
  }

  newCache() {
    return new KVCache(this.blocks.length, this.n_head);
  }

  forward(token, cache) {
    let x = norm(embedding(this.embed, token)); // (C)
    const looks = [];
    for (const block of this.blocks) {
      const heard = block.attention.forward(norm(x), cache);
      x = add(x, heard.out);
      x = add(x, block.feed_forward.forward(norm(x)));
      looks.push(heard.looks);
    }
    cache.length += 1;
    return { logits: linear(this.unembed, norm(x)), looks }; // (C) -> (V)
  }
}

// ------------------------------------------------------------ model/stages.py

const STAGES = {
  bigram: Bigram,
  attention: AttentionModel,
  multihead: AttentionModel,
  transformer: Transformer,
};
