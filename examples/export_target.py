"""Writes a target spec: the names, shapes and dtypes a PyTorch model wants, without allocating its weights.

    python examples/export_target.py examples/lightning/model.py:target_net target.json --prefix model.
    python examples/export_target.py package.module:ModelClass target.json
"""

import argparse
import importlib
import importlib.util
import json
import sys

import torch

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model", help="FILE.py:NAME or MODULE:NAME of a function or class that gives the model")
parser.add_argument("output")
parser.add_argument("--prefix", default="", help="put before every name, such as the attribute of a LightningModule")
args = parser.parse_args()

path, name = args.model.rsplit(":", 1)
if path.endswith(".py"):
    spec = importlib.util.spec_from_file_location("target_model", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
else:
    sys.path.insert(0, "")
    module = importlib.import_module(path)
with torch.device("meta"):
    model = getattr(module, name)()

persistent = model.state_dict().keys()
first = {}
tensors, tied = [], []
for kind, named in (
    ("parameter", model.named_parameters(remove_duplicate=False)),
    ("buffer", model.named_buffers(remove_duplicate=False)),
):
    for key, value in named:
        if key not in persistent:
            continue
        if id(value) in first:
            tied.append([args.prefix + first[id(value)], args.prefix + key])
        first.setdefault(id(value), key)
        dtype = str(value.dtype).removeprefix("torch.")
        tensors.append({"name": args.prefix + key, "dtype": dtype, "shape": list(value.shape), "kind": kind})
with open(args.output, "w") as file:
    json.dump({"format": "drydock.target/1", "tensors": tensors, "tied": tied}, file, indent=1)
