"""Live Link Face and VMC, as other programs read them: oscpy, and PyLiveLinkFace, which reads the iPhone app."""

import asyncio
import contextlib
import socket
import struct

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle
from scipy.spatial.transform import Rotation

from ksdiff.errors import InputError
from ksdiff.live import live_link, vmc
from ksdiff.live.outputs import Outputs, address
from ksdiff.live.streamer import Frames
from ksdiff.motion.space import ARKIT, FLAME


def face(**weights: float) -> np.ndarray:
    expression = np.zeros(51, np.float32)
    for name, value in weights.items():
        expression[ARKIT.index(name)] = value
    return expression


def read_live_link(data: bytes) -> tuple[str, tuple, np.ndarray]:
    """As Unreal reads it; written from the description of the format, not from the code that writes it."""
    assert data[0] == 6
    length = struct.unpack(">i", data[1:5])[0]
    at = 5 + length
    assert length == 36
    length = struct.unpack(">i", data[at : at + 4])[0]
    name = data[at + 4 : at + 4 + length].decode()
    at += 4 + length
    frame = struct.unpack(">ifiiB", data[at : at + 17])
    assert len(data) == at + 17 + 4 * 61
    return name, frame, np.array(struct.unpack(">61f", data[at + 17 :]))


def test_live_link():
    turned = np.zeros(6, np.float32)
    turned[:3] = Rotation.from_euler("YXZ", [0.3, -0.1, 0.05]).as_rotvec()
    weights = face(jawOpen=0.5, jawLeft=0.2, eyeBlinkLeft=1.0, noseSneerRight=0.7)
    data = live_link.packet("anna", 77, 25, weights, turned)
    name, (number, part, rate, one, count), values = read_live_link(data)
    assert (name, number, part, rate, one, count) == ("anna", 77, 0.0, 25, 1, 61)
    # EARFaceBlendShape: EyeBlinkLeft 0, JawForward 14, JawLeft 15, JawRight 16, JawOpen 17, TongueOut 51, HeadYaw 52.
    expected = np.zeros(52)
    expected[[0, 15, 17, 50]] = 1.0, 0.2, 0.5, 0.7
    np.testing.assert_allclose(values[:52], expected, atol=1e-6)
    np.testing.assert_allclose(values[52:55], [0.3, 0.1, 0.05], atol=1e-6)  # pitch lifts the nose


def test_vmc():
    turned = np.zeros(6, np.float32)
    turned[1] = 0.4  # to its own left
    found = OscBundle(vmc.bundle(2.0, face(jawOpen=0.5), turned))
    messages = [found.content(index) for index in range(found.num_contents)]
    addresses = [message.address for message in messages]
    assert addresses[0] == "/VMC/Ext/OK"
    assert addresses[-1] == "/VMC/Ext/Blend/Apply"
    values = {message.params[0]: message.params[1] for message in messages if message.address == "/VMC/Ext/Blend/Val"}
    assert values["JawOpen"] == 0.5
    assert len(values) == 51
    bone = next(message.params for message in messages if message.address == "/VMC/Ext/Bone/Pos")
    assert bone[0] == "Head"
    assert 0.05 < bone[2] < 0.12  # above the neck, in metres: programs that place bones do not sink it
    # In Unity, whose x points to the face's right, a turn to the left is negative about y.
    np.testing.assert_allclose(bone[4:], [0, -np.sin(0.2), 0, np.cos(0.2)], atol=1e-6)


def test_frames_are_sent_each_at_its_time():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        outputs = Outputs(live_link_to=f"127.0.0.1:{listening.getsockname()[1]}")

        async def play() -> list[tuple[float, int]]:
            loop = asyncio.get_running_loop()
            outputs.put("a", "anna", Frames(0, np.zeros((10, 51), np.float32), np.zeros((10, 6), np.float32)))
            found, began = [], loop.time()
            while loop.time() < began + 0.3 and len(found) < 6:
                data = await asyncio.wait_for(loop.sock_recv(listening, 4096), 2)
                found.append((loop.time() - began, read_live_link(data)[1][0]))
            outputs.interrupt("a", 0)
            with contextlib.suppress(BlockingIOError):  # what was sent in between
                while True:
                    listening.recv(4096)
            await asyncio.sleep(0.2)
            with pytest.raises(BlockingIOError):
                listening.recv(4096)
            outputs.close()
            return found

        found = asyncio.run(play())
    assert [number for _, number in found] == list(range(len(found)))
    assert 2 <= len(found) <= 6
    assert found[-1][0] >= (len(found) - 1) * 0.04


def packets(count: int, **target: str) -> list[bytes]:
    """What a program receives of frames in which the jaw opens, the head turns and the eyes look to the left."""
    expression = np.stack([face(jawOpen=n / 10, eyeLookOutLeft=0.5, eyeLookInRight=0.5) for n in range(count)])
    head = np.zeros((count, 6), np.float32)
    head[:, 1] = 0.3
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        outputs = Outputs(**dict.fromkeys(target, address))

        async def play() -> None:
            outputs.put("a", "anna", Frames(0, expression, head))
            await asyncio.sleep(0.2 + count / 25)
            outputs.close()

        asyncio.run(play())
        return [listening.recv(4096) for _ in range(count)]


def test_a_foreign_reader_of_live_link_face_reads_the_packets():
    reader = pytest.importorskip("pylivelinkface", reason="PyLiveLinkFace is not installed")
    shape = reader.FaceBlendShape
    for number, data in enumerate(packets(4, live_link_to="")):
        found, read = reader.PyLiveLinkFace.decode(data)
        assert found
        assert (read.name, read.fps, read._version, read._frames) == ("anna", 25, 6, number)
        assert read.get_blendshape(shape.JawOpen) == pytest.approx(number / 10)
        assert read.get_blendshape(shape.HeadYaw) == pytest.approx(0.3, abs=1e-6)
        # Both eyes look to the face's left, as the head turns.
        yaws = [read.get_blendshape(eye) for eye in (shape.LeftEyeYaw, shape.RightEyeYaw)]
        assert min(yaws) > 0.1
        others = {*shape} - {shape.JawOpen, shape.EyeLookOutLeft, shape.EyeLookInRight, shape.HeadYaw,
                             shape.LeftEyeYaw, shape.RightEyeYaw}  # fmt: skip
        assert all(abs(read.get_blendshape(other)) < 1e-6 for other in others)


def test_a_foreign_reader_of_osc_reads_the_bundles():
    parser = pytest.importorskip("oscpy.parser", reason="oscpy is not installed")
    for number, data in enumerate(packets(4, vmc_to="")):
        messages = [(address.decode(), tags.decode(), values) for address, tags, values, _ in parser.read_packet(data)]
        # The types that VMC asks for: programs leave out messages of others.
        types = {"/VMC/Ext/OK": "i", "/VMC/Ext/T": "f", "/VMC/Ext/Bone/Pos": "sfffffff", "/VMC/Ext/Blend/Val": "sf",
                 "/VMC/Ext/Blend/Apply": ""}  # fmt: skip
        assert {address: tags for address, tags, _ in messages} == types
        weights = {values[0].decode(): values[1] for address, _, values in messages if address.endswith("/Val")}
        assert weights["JawOpen"] == pytest.approx(number / 10)
        assert weights["EyeLookOutLeft"] == 0.5
        assert sum(weights.values()) == pytest.approx(1 + number / 10)


def test_addresses():
    assert address("127.0.0.1", 11111) == ("127.0.0.1", 11111)
    for wrong in ("127.0.0.1:0", "127.0.0.1:x", "no such host:1"):
        with pytest.raises(InputError, match="HOST:PORT"):
            address(wrong, 1)
    with pytest.raises(InputError, match="ARKit"):
        Outputs(vmc_to="127.0.0.1", space=FLAME)
