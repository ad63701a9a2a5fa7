"""Makes the checkpoint of bench/prepare.ts, and does its work with PyTorch: prints seconds and peak RSS as JSON."""

import json
import resource
import sys
import time

import torch
from safetensors.torch import save_file


def make(path: str, weight_bytes: int) -> None:
    width = 1024
    layers = weight_bytes // (4 * width * width)
    weights = {f"model.layers.{i}.weight": torch.randn(width, width) for i in range(layers)}
    state = {
        i: {"step": torch.tensor(10.0), "exp_avg": torch.randn_like(w), "exp_avg_sq": torch.rand_like(w)}
        for i, w in enumerate(weights.values())
    }
    group = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01, "params": list(range(layers))}
    torch.save(
        {
            "epoch": 1,
            "global_step": 10,
            "pytorch-lightning_version": "2.6.6",
            "state_dict": weights,
            "loops": {},
            "callbacks": {},
            "optimizer_states": [{"state": state, "param_groups": [group]}],
            "lr_schedulers": [],
        },
        path,
    )


def prepare(path: str, out: str, mmap: bool) -> None:
    began = time.perf_counter()
    weights = torch.load(path, map_location="cpu", weights_only=True, mmap=mmap)["state_dict"]
    save_file({k: v.to(torch.bfloat16) for k, v in weights.items()}, out)
    with open(out, "rb+") as file:
        import os

        os.fsync(file.fileno())
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]))
else:
    prepare(sys.argv[2], sys.argv[3], sys.argv[1] == "mmap")
