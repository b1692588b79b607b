"""Shape checks are on in tests: every annotated function is checked by beartype."""

import warnings

from jaxtyping import install_import_hook

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _hook = install_import_hook("ksdiff", "beartype.beartype")
    _hook.__enter__()
