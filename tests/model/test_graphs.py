"""The graphs that come with the package compute what the modules of torch do."""

from dataclasses import replace

import numpy as np
import onnxruntime
import torch
from support.files import SPEECH_VIDEO

from ksdiff.model.checkpoint import load_model
from ksdiff.model.config import model_config
from ksdiff.model.graphs import Graphs
from ksdiff.motion.space import PATHS
from ksdiff.pipeline import SpeechFeatures
from ksdiff.speech.audio import load
from ksdiff.speech.encoder import session_options


def test_speech_is_encoded_as_by_torch() -> None:
    base = load_model("base")
    graphs = Graphs.find(base.model.config, base.encoder["stride"])
    assert graphs is not None
    weights = {name: value.numpy() for name, value in base.model.state_dict().items()}
    session = onnxruntime.InferenceSession(graphs.model("encode", weights), session_options(1))
    speech = SpeechFeatures(load(SPEECH_VIDEO), base).speech(())
    for start, frames in ((0, 160), (124, 95), (200, 40)):
        condition = speech.window(start, frames, 0)
        given = {each.name: getattr(condition, each.name, None) for each in session.get_inputs()}
        given["times"] = torch.arange(frames) / 25
        names = ["speech_expression", "speech_head", "prior"]
        found = session.run(names, {name: value.numpy() for name, value in given.items()})
        with torch.inference_mode():
            expected = base.model.encode(condition, frames)
        for path, value in zip(PATHS, found[:2], strict=True):
            np.testing.assert_allclose(value, expected.speech[path].numpy(), atol=1e-5)


def test_graphs_serve_the_settings_that_they_were_made_for() -> None:
    config = model_config("base", "regression-features")
    assert Graphs.find(replace(config, dropout=0.0, num_train_timesteps=10), 384) is not None
    assert Graphs.find(replace(config, num_layers=3), 384) is None
    assert Graphs.find(config, 320) is None
