"""VMC over OSC and UDP, which VTuber programs read (https://protocol.vmc.info/english.html, "Performer → Marionette").

Each frame is one bundle: the ARKit shapes by their names with a capital first letter, as models with "perfect sync"
have them; the rotation of the bone ``Head``; that the performer works; and the time.
"""

import numpy as np
from jaxtyping import Float
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from ksdiff.motion.rotation import quaternions
from ksdiff.motion.space import ARKIT
from ksdiff.output.arkit_csv import shape_column

PORT = 39539  # the usual one of programs that show what they are sent
# Programs that also place bones (EVMC4U does by default) put the head there, relative to the neck: at zero it would
# sink into it. About its height above the neck's joint in models of adults, m.
_ABOVE_NECK = 0.08
# Unity's axes are left-handed: x to the face's own right.
_TO_UNITY = np.array([1.0, -1.0, -1.0, 1.0])


def bundle(time: float, expression: Float[np.ndarray, " 51"], head: Float[np.ndarray, " 6"]) -> bytes:
    """One frame.

    Args:
        time: Instant of the frame, s.
        expression: Expression channels.
        head: Head channels; the head turns about its joint, which stays above the neck's: the translation, which a
            body would have to follow, is left out.
    """
    rotation = quaternions(np.asarray(head[ARKIT.rotation])[None])[0] * _TO_UNITY
    builder = OscBundleBuilder(IMMEDIATELY)

    def add(address: str, *values: str | float | int) -> None:
        message = OscMessageBuilder(address)
        for value in values:
            message.add_arg(value)
        builder.add_content(message.build())  # type: ignore[arg-type]

    add("/VMC/Ext/OK", 1)
    add("/VMC/Ext/T", float(time))
    add("/VMC/Ext/Bone/Pos", "Head", 0.0, _ABOVE_NECK, 0.0, *(float(value) for value in rotation))
    for name, value in zip(ARKIT.expression, expression, strict=True):
        add("/VMC/Ext/Blend/Val", shape_column(name), float(value))
    add("/VMC/Ext/Blend/Apply")
    return builder.build().dgram
