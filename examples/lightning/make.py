"""Writes pretrained.ckpt and target.pt beside this file.

pretrained.ckpt: a training checkpoint of PyTorch Lightning (2.6.6, torch 2.13), optimizer and scheduler included.
target.pt: the state dict of a freshly initialised module whose decoder output has another shape and which has one
layer more. Needs lightning; run it only to make the files anew: `python examples/lightning/make.py`.
"""

from pathlib import Path

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

from model import Net, pretrained_net, target_net

HERE = Path(__file__).parent


class LitNet(pl.LightningModule):
    def __init__(self, net: Net, learning_rate: float = 1e-3) -> None:
        super().__init__()
        self.save_hyperparameters("learning_rate")
        self.model = net

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor], _index: int) -> torch.Tensor:
        x, y = batch
        loss = torch.nn.functional.mse_loss(self.model(x), y)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> dict:
        optimizer = torch.optim.AdamW(self.parameters(), lr=self.hparams.learning_rate, weight_decay=0.01)
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
        return {"optimizer": optimizer, "lr_scheduler": scheduler}


def main() -> None:
    pl.seed_everything(20, workers=True)
    inputs = torch.randn(64, 16) * 2 + 1
    outputs = torch.sin(inputs[:, :8]) + inputs[:, 8:]
    net = pretrained_net()
    net.mean.copy_(inputs.mean(0))
    net.std.copy_(inputs.std(0))
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=2,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        log_every_n_steps=1,
    )
    trainer.fit(LitNet(net), DataLoader(TensorDataset(inputs, outputs), batch_size=16))
    trainer.save_checkpoint(HERE / "pretrained.ckpt")

    pl.seed_everything(21, workers=True)
    torch.save(LitNet(target_net()).state_dict(), HERE / "target.pt")


if __name__ == "__main__":
    main()
