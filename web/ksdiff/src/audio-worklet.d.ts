// What is there in the audio thread.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare const currentTime: number;
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;
