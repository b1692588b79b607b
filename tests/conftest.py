"""Shape checks are on in tests: every annotated function is checked by beartype."""

import warnings

import torch
from jaxtyping import install_import_hook

torch.set_num_threads(1)  # the networks of the tests are small: more threads only wait for each other

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _hook = install_import_hook("ksdiff", "beartype.beartype")
    _hook.__enter__()
