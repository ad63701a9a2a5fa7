"""Loads a prepared folder strictly into the target model and applies its freeze.json.

    python examples/load_prepared.py prepared/quickstart
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

sys.path.insert(0, str(Path(__file__).parent / "lightning"))
from model import target_net

folder = Path(sys.argv[1])
# The names of target.pt: those of a Lightning module that holds the network as `model`.
module = torch.nn.ModuleDict({"model": target_net()})
# assign: the prepared dtypes (bfloat16) stay as they are.
module.load_state_dict(load_file(folder / "model.safetensors"), strict=True, assign=True)

frozen = set(json.loads((folder / "freeze.json").read_text())["frozen"])
for name, parameter in module.named_parameters():
    parameter.requires_grad_(name not in frozen)

trainable = sum(p.requires_grad for p in module.parameters())
print(f"loaded {len(module.state_dict())} tensors; {trainable} parameters train, {len(frozen)} are frozen")
