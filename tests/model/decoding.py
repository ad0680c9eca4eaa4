"""A small network to decode with, and the reference that its rows are held against."""

import torch
from torch import Tensor

from model.config import ModelConfig
from model.fast.decoder import Row
from model.transformer import Transformer

VOCAB, CONTEXT = 20, 48
# Float32 sums in another order: logits of a few units differ in their last places.
CLOSE = 1e-4


def network(device: str = "cpu") -> Transformer:
    torch.manual_seed(3)
    config = ModelConfig("transformer", VOCAB, CONTEXT, n_layer=2, n_head=2, n_embd=16)
    model = Transformer(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model.to(device).eval()


@torch.inference_mode()
def reference(model: Transformer, prompt: list[int], row: Row) -> Tensor:
    """The log-probabilities of the row's tokens by one pass of the network over the whole text."""
    text = torch.tensor([prompt + row.tokens], device=model.device)
    scores = model(text)[0, len(prompt) - 1 : -1].log_softmax(1)
    chosen: Tensor = scores.gather(1, text[0, len(prompt) :, None])[:, 0]
    return chosen.cpu()


def check(model: Transformer, prompt: list[int], row: Row) -> None:
    expected = reference(model, prompt, row)
    torch.testing.assert_close(torch.tensor(row.logprobs), expected, rtol=CLOSE, atol=CLOSE)
