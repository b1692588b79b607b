import { InputError } from "./errors.js";
import type { Face } from "./faces.js";
import type { Ksdiff } from "./ksdiff.js";
import { DELAY, HOP } from "./live/settings.js";
import { FPS } from "./space.js";
import { MAX_RATE } from "./speech/sound-input.js";

const LEAST_LAG = DELAY; // s: no frame is there earlier
const CATCH_UP = 0.02; // s in each second by which the picture comes nearer where it could be
const SPARE = 0.02; // s

/** The sound of a microphone, or of anything else that Web Audio plays, and the face that goes with it. */
export class Microphone {
  private begun = NaN; // when the first sample was heard, by the clock of the sound
  private lag = LEAST_LAG + HOP / FPS;
  private asked = NaN;
  private dropped = 0; // s of its sound

  private constructor(
    private readonly ksdiff: Ksdiff,
    private readonly context: AudioContext,
    private readonly worklet: AudioWorkletNode,
    private readonly source: AudioNode,
    private readonly stream: MediaStream | undefined,
  ) {}

  /**
   * Listens. Begins a new session of ksdiff.
   *
   * `assets` is the folder that ksdiff was loaded from. Asks for a microphone where no `source` is given. Throws an
   * `InputError` where there is none, or it is not allowed, or the context has a rate that ksdiff does not take.
   */
  static async open(ksdiff: Ksdiff, assets: string | URL, context: AudioContext, source?: AudioNode): Promise<Microphone> {
    if (context.sampleRate > MAX_RATE) {
      throw new InputError(
        `the sound has ${context.sampleRate} samples/s; at most ${MAX_RATE} are taken: use new AudioContext({ sampleRate: ${MAX_RATE} })`,
      );
    }
    const folder = new URL(String(assets).replace(/\/?$/, "/"), location.href);
    const stream = source ? undefined : await askForMicrophone();
    try {
      return await Microphone.listen(ksdiff, folder, context, source ?? context.createMediaStreamSource(stream!), stream);
    } catch (error) {
      release(stream);
      throw error;
    }
  }

  private static async listen(
    ksdiff: Ksdiff,
    folder: URL,
    context: AudioContext,
    source: AudioNode,
    stream: MediaStream | undefined,
  ): Promise<Microphone> {
    const script = new URL("microphone-worklet.js", folder);
    await context.audioWorklet.addModule(script).catch(() => {
      throw new InputError(`cannot run ${script.href}: look where the assets lie`);
    });
    const worklet = new AudioWorkletNode(context, "ksdiff-hear", {
      numberOfInputs: 1,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    await ksdiff.restart();
    const { port1, port2 } = new MessageChannel();
    await ksdiff.listen(port1, context.sampleRate);
    const microphone = new Microphone(ksdiff, context, worklet, source, stream);
    worklet.port.onmessage = ({ data }: MessageEvent<number>) => {
      if (Number.isNaN(microphone.begun)) microphone.begun = data;
    };
    worklet.port.postMessage(port2, [port2]);
    source.connect(worklet);
    await context.resume();
    return microphone;
  }

  /** How far the face that is shown lies behind the sound, s. */
  get behind(): number {
    return this.lag;
  }

  /** The face of now: as near behind the sound as it is there without halting. To be asked for once per drawn picture. */
  face(): Face | undefined {
    const now = this.context.currentTime;
    if (Number.isNaN(this.begun)) return this.ksdiff.at(0);
    const { dropped } = this.ksdiff;
    this.lag = Math.max(LEAST_LAG, this.lag - (dropped - this.dropped));
    this.dropped = dropped;
    const heard = now - this.begun - dropped;
    const passed = Number.isNaN(this.asked) ? 0 : now - this.asked;
    this.asked = now;
    const missing = heard - this.lag - this.ksdiff.faces.end;
    // Halts where nothing is known yet, and then stays so far behind; comes nearer slowly.
    if (missing > 0) this.lag += missing;
    else if (missing < -(HOP / FPS) - SPARE) this.lag = Math.max(LEAST_LAG, this.lag - CATCH_UP * passed);
    return this.ksdiff.at(heard - this.lag);
  }

  /** Stops listening. */
  close(): void {
    this.source.disconnect(this.worklet);
    this.worklet.disconnect();
    release(this.stream);
  }
}

function release(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

async function askForMicrophone(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new InputError("there is no microphone here: pages need https or localhost for it");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw new InputError(`cannot use a microphone: ${error instanceof Error ? error.message : error}`);
  }
}
