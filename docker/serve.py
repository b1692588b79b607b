"""The studio and the live service in one container.

Both listen at the container's loopback address, where only it can reach them. What comes to the container's ports 17654
and 18765 is passed on to them, so whoever publishes these decides who may: publish them at 127.0.0.1 alone, as
docs/docker.md shows. The whole ends with exit code 1 as soon as one of the two ends by itself, and when it is told to.
"""

import asyncio
import contextlib
import signal
import sys

LOOPBACK = "127.0.0.1"
STUDIO, STREAM = 7654, 8765
PASSED_ON = {17654: STUDIO, 18765: STREAM}
PIECE = 1 << 16  # bytes
GRACE = 8.0  # s to end, before Docker's 10


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, until either side closes."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Connect a client with one of the two."""
    with contextlib.suppress(OSError), contextlib.closing(writer):
        inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, port)
        with contextlib.closing(inner_writer):
            await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))


async def run(ports: dict[int, int], commands: list[list[str]]) -> int:
    """Start the commands and pass on; the exit code."""
    processes = [await asyncio.create_subprocess_exec(*command) for command in commands]
    for port, inner in ports.items():
        await asyncio.start_server(lambda r, w, inner=inner: pass_on(r, w, inner), "0.0.0.0", port)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    ends = [asyncio.create_task(process.wait()) for process in processes]
    await asyncio.wait([asyncio.create_task(told.wait()), *ends], return_when=asyncio.FIRST_COMPLETED)
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    await asyncio.wait(ends, timeout=GRACE)
    for process in processes:
        if process.returncode is None:
            process.kill()
    return 0 if told.is_set() else 1


def main() -> None:
    """Serve both."""
    ksdiff = [sys.executable, "-m", "ksdiff.cli"]
    studio = [*ksdiff, "studio", "--port", str(STUDIO), "--no-browser", "--state", "studio"]
    stream = [*ksdiff, "serve", "--port", str(STREAM)]
    sys.exit(asyncio.run(run(PASSED_ON, [studio, stream])))


if __name__ == "__main__":
    main()
