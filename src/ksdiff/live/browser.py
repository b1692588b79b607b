"""What `web/ksdiff` loads in a browser: the models of this package, packed in one folder. docs/browser.md says more."""

import gzip
import json
from importlib.metadata import distribution
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from safetensors import safe_open
from safetensors.numpy import load, save

from ksdiff.errors import InputError
from ksdiff.files import atomic_write
from ksdiff.model.checkpoint import DEFAULT_MODEL, PACKAGED, digest, load_model
from ksdiff.model.graphs import POSE_WEIGHTS, Graphs
from ksdiff.model.header import Header, read_header
from ksdiff.motion.space import ARKIT
from ksdiff.output.gltf import glb_of_takes
from ksdiff.version import __version__

RIGHTS = {
    "base": "for research and internal use only",
    "open": "for any use; trained on the GRID corpus (Cooke et al. 2006, CC BY 4.0) and takes of FACEGOOD (MIT)",
}
OWN_RIGHTS = "those of whoever trained them"
HEAD = "head.glb.gz"  # for pages that have no head of their own; ksdiff does not load it
MANIFEST = "manifest.json"
NOTICES = "LICENSES.txt"
_GRAPHS = ("encode", "keyframe_memory", "keyframe_step", "context", "denoise")
_SCRIPTS = ("ksdiff.js", "worker.js", "microphone-worklet.js", "ort-wasm-simd-threaded.mjs")
_RUNTIME = "ort-wasm-simd-threaded.wasm"


def write_assets(folder: Path, model: str = DEFAULT_MODEL, package: Path | None = None) -> dict[str, int]:
    """Fill a folder with all that a page needs to load ksdiff.

    Args:
        folder: Is made if it is not there; files of the same names are replaced.
        model: Weights: a name or a file.
        package: The folder ``dist`` of the npm package. If None, its scripts must be put into the folder besides.

    Returns:
        Bytes of each file that ksdiff downloads, by its name.

    Raises:
        InputError: The weights cannot be used in a browser, a file is missing, or the folder cannot be written.
    """
    load_model(model)  # a damaged file is refused here, and not in the browser
    packaged = Path(str(files("ksdiff").joinpath("assets")))
    weights = packaged / f"{model}.safetensors" if model in PACKAGED else Path(model)
    header = _header(weights)
    graphs = Graphs.find(header.config, header.encoder.stride)
    if header.space != ARKIT.name or graphs is None:
        raise InputError(f"{model} cannot run in a browser: it needs arkit motion, and the settings of the preset base")
    scripts = {name: _read(package / name) for name in (*_SCRIPTS, _RUNTIME)} if package else {}
    packed = {
        "model.safetensors": _streamed(weights, header),
        "moonshine_base_encoder.onnx": _read(packaged / "moonshine_base_encoder.onnx"),
        "moonshine_base_stream.onnx": _read(packaged / "moonshine_base_stream.onnx"),
        "swift_f0.onnx": _read(_of_package("swift_f0", "model.onnx")),
        "silero_vad.onnx": _read(packaged / "silero_vad_16k.onnx"),
        **{f"{name}.onnx": _read(graphs.folder / f"{name}.onnx") for name in _GRAPHS},
        "graphs.json": _read(graphs.folder / "graphs.json"),
    }
    if _RUNTIME in scripts:
        packed[_RUNTIME] = scripts.pop(_RUNTIME)
    called, rights = (model, RIGHTS[model]) if model in PACKAGED else (weights.stem, OWN_RIGHTS)
    texts = {name: _read(packaged / f"{name}_LICENSE.txt").decode() for name in ("MOONSHINE", "SILERO")}
    notices = _notices(called, rights, texts["MOONSHINE"], texts["SILERO"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot make the folder {folder}: {error}") from error
    sizes = {}
    for name, content in packed.items():
        sizes[f"{name}.gz"] = _write(folder / f"{name}.gz", gzip.compress(content, mtime=0))
    _write(folder / HEAD, gzip.compress(glb_of_takes({}), mtime=0))
    for name, content in scripts.items():
        _write(folder / name, content)
    _write(folder / NOTICES, notices.encode())
    manifest = {"version": __version__, "model": called, "rights": rights, "files": sizes}
    _write(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    return sizes


def _notices(model: str, rights: str, moonshine: str, silero: str) -> str:
    """What is in the folder, and under which licences."""
    parts = {
        f"model.safetensors: the weights {model} of ksdiff": f"{rights[0].upper()}{rights[1:]}.",
        "moonshine_base_encoder.onnx": moonshine,
        "silero_vad.onnx: Silero VAD": silero,
        "swift_f0.onnx: SwiftF0": _licence("swift-f0"),
        "ort-wasm-simd-threaded: ONNX Runtime": _licence("onnxruntime"),
        "All else: ksdiff": "Apache-2.0, https://www.apache.org/licenses/LICENSE-2.0",
    }
    return "\n\n".join(f"{title}\n{'-' * len(title)}\n\n{text.strip()}" for title, text in parts.items()) + "\n"


def _licence(package: str) -> str:
    """The text that a package brings."""
    found = [file for file in distribution(package).files or () if file.name == "LICENSE"]
    if not found:
        raise InputError(f"the package {package} has lost its licence: install it again")
    return found[0].read_text(encoding="utf-8")


def _header(weights: Path) -> Header:
    with safe_open(weights, "np") as file:
        return read_header((file.metadata() or {})["ksdiff"], str(weights))


def _streamed(weights: Path, header: Header) -> bytes:
    """A checkpoint without the generators of poses, which need more of the sound than a stream has."""
    content = _read(weights)
    if not header.config.pose_generators:
        return content
    tensors = {name: value for name, value in load(content).items() if not name.startswith(POSE_WEIGHTS)}
    with safe_open(weights, "np") as file:
        written = json.loads((file.metadata() or {})["ksdiff"])
    written = {**written, "config": {**written["config"], "pose_generators": False}, "sha256": digest(tensors)}
    return save(tensors, {"ksdiff": json.dumps(written, sort_keys=True)})


def _of_package(package: str, name: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise InputError(f"the package {package} is missing: install ksdiff again")
    return Path(found.origin).parent / name


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:  # such as a null character
        raise InputError(f"{str(path)!r} cannot be the name of a file: {error}") from error


def _write(path: Path, content: bytes) -> int:
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
    return len(content)
