"""A voice file through `ksdiff serve`, as fast as a microphone would bring it; needs the package websockets.

    python examples/live_client.py voice.wav [ws://127.0.0.1:8765/stream]

The file is WAV: mono, 16 bits, 8 to 48 kHz.
"""

import asyncio
import json
import sys
import wave

from websockets import connect


async def speak(socket, rate, sound):
    for start in range(0, len(sound), rate // 25 * 2):
        await socket.send(sound[start : start + rate // 25 * 2])
        await asyncio.sleep(0.04)
    await socket.send(json.dumps({"type": "end"}))


async def main(voice, address="ws://127.0.0.1:8765/stream"):
    with wave.open(voice) as file:
        rate, sound = file.getframerate(), file.readframes(file.getnframes())
    async with connect(address) as socket:
        await socket.send(json.dumps({"type": "start", "rate": rate, "format": "pcm16"}))
        header = json.loads(await socket.recv())
        speaking = asyncio.create_task(speak(socket, rate, sound))
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
