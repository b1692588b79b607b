"""One training run in several processes, as ``accelerate launch`` and ``torchrun`` start them."""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import torch

from ksdiff.errors import InputError
from ksdiff.extras import require

if TYPE_CHECKING:
    from accelerate import Accelerator

PATIENCE = timedelta(hours=12)  # the others wait while the first one validates and saves


def accelerator(idle_parameters: bool) -> "Accelerator":
    """What connects this process with the others of the run; alone, it connects nothing.

    Args:
        idle_parameters: Whether some parameters take no part in a step, whose gradients the others would wait for.

    Raises:
        UnavailableError: accelerate is not installed.
    """
    accelerate, utils = require("accelerate", "train"), require("accelerate.utils", "train")
    handlers = [
        utils.DistributedDataParallelKwargs(find_unused_parameters=idle_parameters, gradient_as_bucket_view=True),
        utils.InitProcessGroupKwargs(timeout=PATIENCE),
    ]
    # Precision is left to `Objective`: accelerate has one for all runs of a process.
    return accelerate.Accelerator(cpu=not torch.cuda.is_available(), mixed_precision="no", kwargs_handlers=handlers)


def is_first() -> bool:
    """Whether this process is the one that writes and speaks, as the launcher's environment says."""
    return os.environ.get("RANK", "0") == "0"


def leave() -> None:
    """Part from the other processes, at the end of the program."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()


def greatest(connection: "Accelerator", number: int) -> int:
    """The greatest of the numbers that the processes give."""
    if connection.num_processes == 1:
        return number
    all_of_them: Any = connection.gather(torch.tensor([number], device=connection.device))
    return int(all_of_them.max())


def parts_of(batch_size: int, parts: int, processes: int) -> Sequence[Sequence[int]]:
    """Which equal parts of each batch a process computes, by process.

    Random numbers belong to a part, not to a process: any number of processes that share the parts evenly computes
    the same.

    Raises:
        InputError: They cannot be shared evenly, or the batch cannot be cut evenly.
    """
    if not 1 <= parts <= batch_size or batch_size % parts:
        raise InputError(
            f"a batch of {batch_size} windows cannot be cut into {parts} equal parts: choose --parts or --batch so "
            f"that one divides the other"
        )
    if parts % processes:
        fitting = [str(number) for number in range(1, parts + 1) if parts % number == 0]
        raise InputError(
            f"{processes} processes cannot share the {parts} parts of a batch evenly: start {' or '.join(fitting)} "
            f"processes, or give --parts {processes * -(-parts // processes)}"
        )
    each = parts // processes
    return [range(rank * each, (rank + 1) * each) for rank in range(processes)]
