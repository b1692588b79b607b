"""A voice through `ksdiff serve`, as fast as a microphone would bring it; needs the package websockets.

    python examples/live_client.py voice.wav [ws://127.0.0.1:8765/stream]

Any file with sound will do. In a program of your own, send what you have: mono, 16-bit integers ("pcm16") or floats.
"""

import json
import sys
import threading
import time

from websockets.sync.client import connect

from ksdiff.speech.audio import SAMPLE_RATE, load


def speak(socket, samples):
    for start in range(0, len(samples), SAMPLE_RATE // 25):
        socket.send(samples[start : start + SAMPLE_RATE // 25].tobytes())
        time.sleep(0.04)
    socket.send('{"type": "end"}')


voice, address = [*sys.argv[1:], "ws://127.0.0.1:8765/stream"][:2]
with connect(address) as socket:
    socket.send(json.dumps({"type": "start", "rate": SAMPLE_RATE, "format": "float32"}))
    jaw = json.loads(socket.recv())["expression"].index("jawOpen")
    threading.Thread(target=speak, args=(socket, load(voice))).start()
    for message in map(json.loads, socket):
        for number, weights in enumerate(message.get("expression", []), message.get("first", 0)):
            print(f"{number / 25:6.2f} s  jawOpen {weights[jaw]:.2f}")
print(message)
