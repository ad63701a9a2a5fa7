"""Writes the target spec of a PyTorch model, without its values: names, types and shapes.

    python examples/export_target.py package.module:ModelClass target.json

The class is built on the meta device, so nothing is allocated; it must take no arguments (or name a function that
returns the model). Parameters come in `named_parameters()` order, as optimizers number them, then the buffers that a
state dict holds. `tied` lists the names that are one tensor.
"""

import importlib
import json
import sys

import torch


def target_spec(model: torch.nn.Module) -> dict:
    parameters = dict(model.named_parameters(remove_duplicate=False))
    saved = model.state_dict(keep_vars=True)
    names = [n for n in parameters if n in saved] + [n for n in saved if n not in parameters]
    tensors = [(n, saved[n]) for n in names if isinstance(saved[n], torch.Tensor)]
    groups: dict[int, list[str]] = {}
    for name, tensor in tensors:
        groups.setdefault(id(tensor), []).append(name)
    return {
        "format": "drydock.target/1",
        "tensors": [
            {
                "name": name,
                "dtype": str(tensor.dtype).removeprefix("torch."),
                "shape": list(tensor.shape),
                "kind": "parameter" if name in parameters else "buffer",
            }
            for name, tensor in tensors
        ],
        "tied": [group for group in groups.values() if len(group) > 1],
    }


def main() -> None:
    where, path = sys.argv[1:]
    module, name = where.split(":")
    sys.path.insert(0, "")
    with torch.device("meta"):
        model = getattr(importlib.import_module(module), name)()
    with open(path, "w") as file:
        json.dump(target_spec(model), file, indent=1)


if __name__ == "__main__":
    main()
