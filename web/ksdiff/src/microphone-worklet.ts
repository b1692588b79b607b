// Runs in the audio thread: passes what the microphone hears on to the worker of ksdiff, in pieces of about 20 ms.

const PIECE = 1024; // samples

class Hear extends AudioWorkletProcessor {
  private piece = new Float32Array(PIECE);
  private filled = 0;
  private to: MessagePort | undefined;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      this.to = data;
    };
  }

  process([channels]: Float32Array[][]): boolean {
    if (!this.to) return true;
    const samples = channels?.[0] ?? new Float32Array(128); // nothing is connected: silence
    if (this.filled === 0) this.port.postMessage(currentTime); // the clock of the first sample
    this.piece.set(samples, this.filled);
    this.filled += samples.length;
    if (this.filled === PIECE) {
      this.to.postMessage(this.piece, [this.piece.buffer]);
      this.piece = new Float32Array(PIECE);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("ksdiff-hear", Hear);
