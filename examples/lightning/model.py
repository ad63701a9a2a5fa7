"""The example's model: an encoder, a processor of two residual blocks and a decoder. Plain PyTorch."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 2 * width)
        self.contract = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.contract(torch.relu(self.expand(self.norm(x))))


class Net(nn.Module):
    """`uncertainty` adds a second head, a layer that a model trained without it cannot fill."""

    def __init__(self, inputs: int = 16, width: int = 48, outputs: int = 8, uncertainty: bool = False) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("std", torch.ones(inputs))
        self.encoder = nn.Sequential(nn.Linear(inputs, width), nn.LayerNorm(width))
        self.processor = nn.ModuleList([Block(width), Block(width)])
        self.decoder = nn.ModuleDict({"hidden": nn.Linear(width, width), "output": nn.Linear(width, outputs)})
        self.uncertainty = nn.Linear(width, outputs) if uncertainty else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.encoder((x - self.mean) / self.std)
        for block in self.processor:
            x = block(x)
        x = torch.relu(self.decoder["hidden"](x))
        mean = self.decoder["output"](x)
        return mean if self.uncertainty is None else torch.cat([mean, self.uncertainty(x)], dim=-1)


def pretrained_net() -> Net:
    """The architecture of pretrained.ckpt."""
    return Net(outputs=8)


def target_net() -> Net:
    """The architecture of target.pt: a wider output layer and a head the pretrained model lacks."""
    return Net(outputs=12, uncertainty=True)
