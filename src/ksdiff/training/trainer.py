"""A training run: one step, and saving and resuming between two steps."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ksdiff.corpus.dataset import Corpus, split_speakers
from ksdiff.errors import InputError
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.checkpoint import save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import ModelConfig
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import DDIMScheduler
from ksdiff.training.augmentation import with_speeds
from ksdiff.training.batches import Batches
from ksdiff.training.config import TrainingConfig, learning_rate
from ksdiff.training.losses import lip_factor
from ksdiff.training.objective import channel_weights, step_losses
from ksdiff.training.statistics import fit_statistics

STATE_FILE = "state.safetensors"
MODEL_FILE = "model.safetensors"


def autocast_type(precision: str, device: torch.device) -> torch.dtype | None:
    """The type to compute in, or None for fp32. ``auto`` takes bf16 where the hardware multiplies it faster."""
    if precision == "auto":
        # There is no other way to ask.
        amx, avx = torch.cpu._is_amx_tile_supported, torch.cpu._is_avx512_bf16_supported  # pyright: ignore[reportPrivateUsage]
        faster = device.type == "cuda" or (device.type == "cpu" and (amx() or avx()))
        return torch.bfloat16 if faster else None
    return torch.bfloat16 if precision == "bf16" else None


class Trainer:
    """A run: its model, its optimiser, its place in time."""

    def __init__(
        self,
        corpus: Corpus,
        model_config: ModelConfig,
        config: TrainingConfig,
        out: Path,
        device: str | None = None,
        progress: Callable[[str, float], None] = lambda name, done: None,
        speed_cache: Path | None = None,
    ) -> None:
        """Set a run up; `resume` continues one that is in ``out``. ``speed_cache``: as in `train`.

        Raises:
            InputError: The corpus has no speaker left to train on, or the folder cannot be written.
        """
        self.corpus, self.config, self.out = corpus.beginning(config.seconds), config, make_folder(out)
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.split = split_speakers(corpus, config.held_out, config.folds, config.fold)
        self.styles = {speaker: index for index, speaker in enumerate(self.split.train)}
        self.clips = [clip for clip in self.corpus.clips if clip.speaker in self.styles]
        self.held_out = [clip for clip in self.corpus.clips if clip.speaker in self.split.validation]
        torch.manual_seed(config.seed)
        self.model = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles))
        fit_statistics(self.model, self.clips, self.styles)
        clips = self.clips
        if config.speed_perturbation:
            clips = with_speeds(corpus, clips, speed_cache or self.out / "speeds", progress)
        self.model.to(self.device)
        self.ema_model = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles)).to(self.device)
        self.ema_model.load_state_dict(self.model.state_dict())
        self.ema_model.requires_grad_(False).eval()
        self.scheduler = DDIMScheduler(model_config.num_train_timesteps, model_config.beta_schedule)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.batches = Batches(
            clips, corpus.space, FrameGrid.of(corpus.encoder), self.styles, config.batch_size, config.frames,
            config.seed, config.mirror, config.shift, config.speaker_balance,
        )  # fmt: skip
        self.weights = {path: weight.to(self.device) for path, weight in channel_weights(self.model).items()}
        lips = lip_factor(corpus.space, self.model.expression_std) if config.lambda_lips else None
        self.lips = None if lips is None else lips.to(self.device)
        self.precision = autocast_type(config.precision, self.device)
        self.step = 0

    def one_step(self) -> dict[str, float]:
        """One optimiser step. What is random depends on the seed and the number of the step alone."""
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)
        rate = learning_rate(self.step, self.config)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        batch = self.batches.draw(self.step).to(self.device)
        self.model.train()
        with torch.autocast(self.device.type, self.precision or torch.bfloat16, enabled=self.precision is not None):
            losses = step_losses(self.model, batch, self.scheduler, self.config, self.weights, self.lips)
        if not torch.isfinite(losses["total"]):
            raise RuntimeError(f"the loss is {losses['total']} at step {self.step}")
        self.optimizer.zero_grad(set_to_none=True)
        losses["total"].backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm)
        self.optimizer.step()
        self.step += 1
        decay = min(self.config.ema_decay, self.step / (self.step + 10))
        with torch.no_grad():
            weights = list(self.model.parameters())
            torch._foreach_lerp_(list(self.ema_model.parameters()), weights, 1 - decay)  # type: ignore[reportPrivateImportUsage]
        return {name: value.item() for name, value in losses.items()} | {
            "gradient": float(norm),
            "rate": rate,
        }

    def save(self) -> None:
        """Write everything that resuming needs, and the model as it would ship."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"ema_model.{name}": value for name, value in self.ema_model.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
        with atomic_write(self.out / STATE_FILE) as temporary:
            save_file(
                {name: value.detach().contiguous().cpu().clone() for name, value in tensors.items()},
                temporary,
                {"step": str(self.step), "settings": self._settings()},
            )
        self.export(self.out / MODEL_FILE)

    def export(self, path: Path, **facts: Any) -> None:
        """Write the averaged model with all that it needs to run."""
        save_model(
            self.ema_model,
            path,
            encoder=self.corpus.encoder,
            styles=list(self.styles),
            facts={
                "step": self.step,
                "training": asdict(self.config),
                "speakers": {name: list(value) for name, value in asdict(self.split).items()},
                **facts,
            },
        )

    def resume(self) -> bool:
        """Continue the run in the folder, if there is one.

        Returns:
            Whether there was one.

        Raises:
            InputError: It was started with other settings, or its state is damaged.
        """
        path = self.out / STATE_FILE
        if not path.exists():
            return False
        try:
            with safe_open(path, "pt", device=str(self.device)) as file:
                facts = file.metadata()
                if facts["settings"] != self._settings():
                    raise InputError(
                        f"{self.out} holds a run with other settings or another corpus; choose another --out, or the "
                        f"settings in its config.json"
                    )
                step = int(facts["step"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            self._restore(tensors)
        except InputError:
            raise
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise InputError(
                f"{path} is damaged, so this run cannot resume ({error}): choose another --out, or delete the folder "
                f"to start again"
            ) from error
        self.step = step
        return True

    def _restore(self, tensors: dict[str, Tensor]) -> None:
        for prefix, module in (("model.", self.model), ("ema_model.", self.ema_model)):
            module.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("optimizer."):
                _, index, key = name.split(".")
                state.setdefault(int(index), {})[key] = value
        for index, parameter in enumerate(self.model.parameters()):
            for moment in ("exp_avg", "exp_avg_sq"):
                if state and state[index][moment].shape != parameter.shape:
                    raise ValueError(f"the optimiser's {moment} {index} has another shape")
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})

    def _settings(self) -> str:
        settings = asdict(self.config)
        settings.pop("validate_every")
        names = [[clip.name, clip.facts.get("recipe")] for clip in self.corpus.clips]
        return json.dumps(
            {
                "training": settings,
                "model": self.model.config.to_dict(),
                "clips": names,
                "encoder": self.corpus.encoder,
            },
            sort_keys=True,
        )
