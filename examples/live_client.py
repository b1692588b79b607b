"""A voice through `ksdiff serve`, as fast as a microphone would bring it; needs the package websockets.

    python examples/live_client.py voice.wav [ws://127.0.0.1:8765/stream]

Any file with sound will do. In a program of your own, send what you have: mono, 16-bit integers ("pcm16") or floats.
"""

import asyncio
import json
import sys

from websockets import connect

from ksdiff.speech.audio import SAMPLE_RATE, load


async def speak(socket, samples):
    for start in range(0, len(samples), SAMPLE_RATE // 25):
        await socket.send(samples[start : start + SAMPLE_RATE // 25].tobytes())
        await asyncio.sleep(0.04)
    await socket.send(json.dumps({"type": "end"}))


async def main(voice, address="ws://127.0.0.1:8765/stream"):
    async with connect(address) as socket:
        await socket.send(json.dumps({"type": "start", "rate": SAMPLE_RATE, "format": "float32"}))
        header = json.loads(await socket.recv())
        speaking = asyncio.create_task(speak(socket, load(voice)))
        async for text in socket:
            message = json.loads(text)
            if message["type"] != "frames":
                print(message)
                continue
            for number, weights in enumerate(message["expression"], message["first"]):
                face = dict(zip(header["expression"], weights, strict=True))
                print(f"{number / header['fps']:6.2f} s  jawOpen {face['jawOpen']:.2f}")
        await speaking


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
