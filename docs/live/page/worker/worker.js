// What the page asks of the networks, in a thread of their own: {id, call, args} -> {id, result}.

const networks = {};
const POEM_END = "\f";

/** 16-bit numbers as 32-bit ones: their bits, moved to the new places, are a 2^112th of the value. */
function fromFloat16(numbers) {
  const bits = new Uint32Array(numbers.length);
  for (let i = 0; i < bits.length; i++) {
    bits[i] = ((numbers[i] & 0x8000) << 16) | ((numbers[i] & 0x7fff) << 13);
  }
  const result = new Float32Array(bits.buffer);
  for (let i = 0; i < result.length; i++) result[i] *= 2 ** 112;
  return result;
}

/** The weights of a .safetensors file, by name: a JSON header, and numbers behind it. */
function readSafetensors(bytes) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const weights = {};
  for (const [name, { dtype, shape, data_offsets: ends }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (dtype !== "F16") throw new Error(`${name} is ${dtype}: the ladder is kept at 16 bits`);
    const numbers = new Uint16Array(bytes.buffer.slice(8 + length + ends[0], 8 + length + ends[1]));
    weights[name] = { shape, data: fromFloat16(numbers) };
  }
  return weights;
}

function fromBase64(file) {
  const characters = atob(file);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** The numbers of `text`, as a poem begins: what the vocabulary lacks is left out. */
function encode({ itos }, text) {
  return [...(POEM_END + text)].map((letter) => itos.indexOf(letter)).filter((token) => token >= 0);
}

const calls = {
  /** Builds a network from the file of its weights, in base64. */
  load(stage, config, file) {
    const weights = readSafetensors(fromBase64(file));
    networks[stage] = {
      model: new STAGES[stage](weights, config.model),
      itos: [...config.vocabulary],
      blockSize: config.model.block_size,
    };
  },

  /** Reads a text: for each of its characters the logits of the next, and where the heads look. */
  read(stage, text) {
    const network = networks[stage];
    const cache = network.model.newCache();
    const tokens = encode(network, text).slice(-network.blockSize);
    return tokens.map((token) => network.model.forward(token, cache));
  },

  /** Only what is expected after a text, of any length: logits (V). */
  expect(stage, text) {
    const network = networks[stage];
    let tokens = encode(network, text);
    if (tokens.length > network.blockSize) tokens = tokens.slice(-network.blockSize / 2);
    const cache = network.model.newCache();
    return tokens.map((token) => network.model.forward(token, cache)).at(-1).logits;
  },

  /** What a network writes behind a text: `count` characters. */
  write(stage, text, count, temperature, topP, seed) {
    const network = networks[stage];
    const prompt = encode(network, text);
    const tokens = generate(
      network.model, network.blockSize, prompt, die(seed), temperature, topP,
    );
    let written = "";
    for (let n = 0; n < count; n++) written += network.itos[tokens.next().value];
    return written;
  },
};

self.onmessage = ({ data: { id, call, args } }) => {
  try {
    self.postMessage({ id, result: calls[call](...args) });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};
