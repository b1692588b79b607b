"""A training run: one step, and saving and resuming between two steps."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from torch.utils.flop_counter import FlopCounterMode

from ksdiff.corpus.dataset import Corpus, split_speakers
from ksdiff.errors import InputError
from ksdiff.evaluation.systems import ModelSystem
from ksdiff.files import atomic_write, make_folder
from ksdiff.model.checkpoint import Checkpoint, digest, save_model
from ksdiff.model.condition import FrameGrid
from ksdiff.model.config import KEYFRAMES, ModelConfig
from ksdiff.model.graphs import POSE_WEIGHTS
from ksdiff.model.ksdiff import KSDiff
from ksdiff.model.sampling import AT_KEYFRAMES, DDIMScheduler, SamplingOptions
from ksdiff.motion.space import PATHS
from ksdiff.training.augmentation import augmented
from ksdiff.training.batches import Batch, Batches
from ksdiff.training.config import TrainingConfig, learning_rate
from ksdiff.training.fine_tuning import Init, begin_from, freeze_all_but_poses, knows, split_of
from ksdiff.training.losses import lip_factor
from ksdiff.training.objective import Objective, has_idle_parameters
from ksdiff.training.pose_batches import PoseBatch, PoseBatches, hear
from ksdiff.training.pose_objective import PoseObjective
from ksdiff.training.processes import accelerator, parts_of
from ksdiff.training.statistics import fit_statistics
from ksdiff.training.throughput import Meter, peak_flops

STATE_FILE = "state.safetensors"
MODEL_FILE = "model.safetensors"
HELD_OUT = 200  # clips that validate and calibrate, at most


def autocast_type(precision: str, device: torch.device) -> torch.dtype | None:
    """The type to compute in, or None for fp32. ``auto`` takes bf16 where the hardware multiplies it faster."""
    if precision == "auto":
        # There is no other way to ask.
        amx, avx = torch.cpu._is_amx_tile_supported, torch.cpu._is_avx512_bf16_supported  # pyright: ignore[reportPrivateUsage]
        faster = device.type == "cuda" or (device.type == "cpu" and (amx() or avx()))
        return torch.bfloat16 if faster else None
    return torch.bfloat16 if precision == "bf16" else None


class Numbers(Sampler[int]):
    """The numbers of the batches that are still to be drawn."""

    def __init__(self, first: int, stop: int) -> None:
        """Numbers from ``first`` to before ``stop``."""
        self.numbers = range(first, stop)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


class Parts(Dataset[list[Batch | PoseBatch]]):
    """By number of the batch, those parts of it that this process computes."""

    def __init__(self, batches: Batches | PoseBatches, mine: Sequence[int], parts: int) -> None:
        """Take the parts ``mine`` of ``parts``."""
        self.batches, self.mine, self.parts = batches, mine, parts

    def __getitem__(self, number: int) -> list[Batch | PoseBatch]:
        return [self.batches.draw(number, part, self.parts) for part in self.mine]


class Trainer:
    """A run: its model, its optimiser, its place in time. Each process of the run has one."""

    def __init__(
        self,
        corpus: Corpus,
        model_config: ModelConfig,
        config: TrainingConfig,
        out: Path,
        progress: Callable[[str, float], None] = lambda name, done: None,
        cache: Path | None = None,
        parts: int | None = None,
        loaders: int = 0,
        first_stage_of: Checkpoint | None = None,
        init: Init | None = None,
    ) -> None:
        """Set a run up; `resume` continues one that is in ``out``. The other arguments are as in `train`.

        Raises:
            InputError: The corpus has no speaker left to train on, the folder cannot be written, the processes cannot
                share a batch, or the weights of ``first_stage_of`` or ``init`` do not fit the corpus.
        """
        self.accelerator = accelerator(has_idle_parameters(model_config, config))
        self.is_first, self.device = self.accelerator.is_main_process, self.accelerator.device
        self.parts, self._parts_given, self.loaders = (
            parts or self.accelerator.num_processes,
            parts is not None,
            loaders,
        )
        parts_of(config.batch_size, self.parts, self.accelerator.num_processes)
        self.corpus, self.config, self.out = corpus.beginning(config.seconds), config, make_folder(out)
        self.frozen, self.init = first_stage_of, init
        for given in filter(None, (first_stage_of, init and init.checkpoint)):
            ModelSystem(given).check(corpus)
        if first_stage_of is not None:
            self.split = split_of(first_stage_of, corpus)
        elif init is not None and knows(init.checkpoint, corpus):
            self.split = split_of(init.checkpoint, corpus)
        else:
            self.split = split_speakers(corpus, config.held_out, config.folds, config.fold)
        self.styles = {speaker: index for index, speaker in enumerate(self.split.train)}
        self.clips = self.corpus.of(self.styles)
        validation = self.corpus.of(self.split.validation)
        # Of more, the ones that are evenly spread: validation is not to take longer than training.
        count = min(len(validation), HELD_OUT)
        self.held_out = [validation[index * len(validation) // count] for index in range(count)]
        torch.manual_seed(config.seed)
        self.model = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles))
        if first_stage_of is None:
            fit_statistics(self.model, self.clips, self.styles)
        else:
            freeze_all_but_poses(self.model, first_stage_of)
        if init is not None:
            begin_from(self.model, init, self.styles)
        with self.accelerator.main_process_first():  # the others find copies in the cache
            clips = augmented(corpus, self.clips, cache or self.out / "augmented", config, progress)
        self.model.to(self.device)
        self.ema_model = KSDiff(model_config, corpus.space, corpus.feature_width, len(self.styles)).to(self.device)
        self.ema_model.load_state_dict(self.model.state_dict())
        self.ema_model.requires_grad_(False).eval()
        self.optimizer = torch.optim.AdamW(
            self._trained(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        grid = FrameGrid.of(corpus.encoder)
        lips = lip_factor(corpus.space, self.model.expression_std) if config.lambda_lips else None
        lips = None if lips is None else lips.to(self.device)
        scheduler = DDIMScheduler(model_config.num_train_timesteps, model_config.beta_schedule)
        precision = autocast_type(config.precision, self.device)
        self.batches: Batches | PoseBatches
        if first_stage_of is None:
            self.batches = Batches(
                clips, corpus.space, grid, self.styles, config.batch_size, config.frames, config.seed, config.mirror,
                config.shift, config.speaker_balance,
            )  # fmt: skip
            trained = tuple(init.only) if init is not None and init.only else (*PATHS, KEYFRAMES)
            paths = tuple(path for path in PATHS if path in trained)
            objective = Objective(self.model, scheduler, config, lips, precision, paths, KEYFRAMES in trained)
        else:
            heard = hear(first_stage_of.model, clips, grid, progress)
            self.batches = PoseBatches(
                heard, corpus.space, grid, self.styles, config.batch_size, config.seed, config.mirror,
                config.speaker_balance,
            )  # fmt: skip
            objective = PoseObjective(self.model, scheduler, config, lips)
        self.objective = self.accelerator.prepare_model(objective)
        peak = peak_flops(self.device, precision)
        self.meter = Meter(config.batch_size, peak and peak * self.accelerator.num_processes)
        self.step = 0
        self._stream: Iterator[list[Batch | PoseBatch]] | None = None

    @property
    def mine(self) -> Sequence[int]:
        """The parts of a batch that this process computes."""
        processes = self.accelerator.num_processes
        return parts_of(self.config.batch_size, self.parts, processes)[self.accelerator.process_index]

    @property
    def validation_sampling(self) -> SamplingOptions:
        """How to sample what is validated: a first stage with its poses."""
        return SamplingOptions() if self.frozen is None else replace(self.frozen.sampling, plan=AT_KEYFRAMES)

    def one_step(self) -> dict[str, float]:
        """One optimiser step. What is random depends on the seed, the number of the step and the part alone."""
        with self.meter.step():
            return self._one_step()

    def _trained(self) -> list[torch.nn.Parameter]:
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    def _one_step(self) -> dict[str, float]:
        rate = learning_rate(self.step, self.config)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with self.meter.waiting():
            batches = self._next_batches()
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        # Counted once: every step does the same. The product is that of all parts.
        counter = FlopCounterMode(display=False) if self.meter.peak and not self.meter.flops else nullcontext()
        each: list[dict[str, Tensor]] = []
        with counter:
            for part, batch in zip(self.mine, batches, strict=True):
                torch.manual_seed(self._seed(part))
                last = part == self.mine[-1]
                with nullcontext() if last else self.accelerator.no_sync(self.objective):
                    losses = self.objective(batch.to(self.device))
                    self.accelerator.backward(losses["total"] / len(self.mine))
                each.append({name: value.detach().float() for name, value in losses.items()})
        if isinstance(counter, FlopCounterMode):
            self.meter.flops = counter.get_total_flops() * self.accelerator.num_processes
        means = self._means(each)
        if not math.isfinite(means["total"]):
            raise RuntimeError(f"the loss is {means['total']} at step {self.step}")
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm)
        self.optimizer.step()
        self.step += 1
        decay = min(self.config.ema_decay, self.step / (self.step + 10))
        with torch.no_grad():
            weights = list(self.model.parameters())
            torch._foreach_lerp_(list(self.ema_model.parameters()), weights, 1 - decay)  # type: ignore[reportPrivateImportUsage]
        return means | {"gradient": float(norm), "rate": rate}

    def _means(self, each: list[dict[str, Tensor]]) -> dict[str, float]:
        """Means over the parts of all processes; read back at once, since each reading waits for the device."""
        values = torch.stack([torch.stack(list(losses.values())) for losses in each]).mean(dim=0)
        mean: Any = self.accelerator.reduce(values, "mean")
        return dict(zip(each[0], mean.tolist(), strict=True))

    def _next_batches(self) -> list[Batch | PoseBatch]:
        if self._stream is None:
            parts = Parts(self.batches, self.mine, self.parts)
            numbers = Numbers(self.step, self.config.steps)
            ahead = 4 if self.loaders else None
            self._stream = iter(
                DataLoader(parts, batch_size=None, sampler=numbers, num_workers=self.loaders, prefetch_factor=ahead)
            )
        return next(self._stream)

    def _seed(self, part: int) -> int:
        if part == 0:
            return self.config.seed * 1_000_003 + self.step
        return int(np.random.SeedSequence([self.config.seed, self.step, part]).generate_state(1)[0])

    def save(self) -> None:
        """Write everything that resuming needs, and the model as it would ship; the first process does."""
        if self.is_first:
            self._save()
        self.accelerator.wait_for_everyone()

    def _save(self) -> None:
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"ema_model.{name}": value for name, value in self.ema_model.state_dict().items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
        with atomic_write(self.out / STATE_FILE) as temporary:
            save_file(
                {name: value.detach().contiguous().cpu().clone() for name, value in tensors.items()},
                temporary,
                {"step": str(self.step), "parts": str(self.parts), "settings": self._settings()},
            )
        self.export(self.out / MODEL_FILE)

    def export(self, path: Path, **facts: Any) -> None:
        """Write the averaged model with all that it needs to run."""
        save_model(
            self.ema_model,
            path,
            encoder=self.corpus.encoder,
            styles=list(self.styles),
            facts={**self._provenance(), **facts},
        )

    def _frozen_digest(self) -> str:
        """Identifies the weights that stay as they are."""
        stay = {name: value for name, value in self.model.state_dict().items() if not name.startswith(POSE_WEIGHTS)}
        return digest({name: value.cpu().numpy() for name, value in stay.items()})

    def _provenance(self) -> dict[str, Any]:
        done: dict[str, Any] = {"step": self.step, "training": asdict(self.config)}
        if self.frozen is not None:
            return {**self.frozen.facts, "first_stage": done}
        facts = {**done, "speakers": {name: list(value) for name, value in asdict(self.split).items()}}
        if self.init is None:
            return facts
        before = {name: self.init.checkpoint.facts.get(name) for name in ("step", "training", "init")}
        return {**facts, "init": {**self.init.record(), **before}}

    def resume(self) -> bool:
        """Continue the run in the folder, if there is one.

        Returns:
            Whether there was one.

        Raises:
            InputError: It was started with other settings, its state is damaged, or the processes cannot share a batch.
        """
        path = self.out / STATE_FILE
        if not path.exists():
            return False
        try:
            with safe_open(path, "pt") as file:
                facts = file.metadata()
                if facts["settings"] != self._settings():
                    raise InputError(
                        f"{self.out} holds a run with other settings or another corpus; choose another --out, or the "
                        f"settings in its config.json"
                    )
                step, parts = int(facts["step"]), int(facts.get("parts", "1"))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
            self._restore(tensors)
        except InputError:
            raise
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise InputError(
                f"{path} is damaged, so this run cannot resume ({error}): choose another --out, or delete the folder "
                f"to start again"
            ) from error
        if not self._parts_given:
            parts_of(self.config.batch_size, parts, self.accelerator.num_processes)
            self.parts = parts
        self.step, self._stream = step, None
        return True

    def _restore(self, tensors: dict[str, Tensor]) -> None:
        for prefix, module in (("model.", self.model), ("ema_model.", self.ema_model)):
            module.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            if name.startswith("optimizer."):
                _, index, key = name.split(".")
                state.setdefault(int(index), {})[key] = value
        for index, parameter in enumerate(self._trained()):
            for moment in ("exp_avg", "exp_avg_sq"):
                if state and state[index][moment].shape != parameter.shape:
                    raise ValueError(f"the optimiser's {moment} {index} has another shape")
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})

    def _settings(self) -> str:
        settings = asdict(self.config)
        settings.pop("validate_every")
        return json.dumps(
            {
                "training": settings,
                "model": self.model.config.to_dict(),
                "clips": self.corpus.identity,
                **({} if self.frozen is None else {"first_stage_of": self._frozen_digest()}),
                **({} if self.init is None else {"init": self.init.record()}),
                "encoder": self.corpus.encoder,
            },
            sort_keys=True,
        )
