"""A voice file through `ksdiff serve`, as fast as a microphone would bring it; needs the package websockets.

    python examples/live_client.py voice.wav [ws://127.0.0.1:8765/stream]

The file is WAV: mono, 16 bits, 8 to 48 kHz.
"""

import asyncio
import json
import sys
import wave

import websockets


async def main(voice: str, address: str = "ws://127.0.0.1:8765/stream") -> None:
    with wave.open(voice) as file:
        rate, sound = file.getframerate(), file.readframes(file.getnframes())
    async with websockets.connect(address) as socket:
        await socket.send(json.dumps({"type": "start", "rate": rate, "format": "pcm16"}))
        header = json.loads(await socket.recv())
        jaw = header["expression"].index("jawOpen")

        async def speak() -> None:
            for start in range(0, len(sound), rate // 25 * 2):  # pieces of 40 ms
                await socket.send(sound[start : start + rate // 25 * 2])
                await asyncio.sleep(0.04)
            await socket.send(json.dumps({"type": "end"}))

        speaking = asyncio.create_task(speak())
        async for message in socket:
            message = json.loads(message)
            if message["type"] == "frames":
                for number, expression in enumerate(message["expression"], message["first"]):
                    print(f"{number / header['fps']:6.2f} s  jawOpen {expression[jaw]:.2f}")
            else:
                print(message)
        await speaking


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
