// For TalkingHead (https://github.com/met4citizen/TalkingHead): its names of blend shapes, and of the turns of the head.

import type { Face } from "../faces.js";
import type { Frames } from "../live/streamer.js";
import { euler } from "../rotation.js";
import { CHANNELS, EXPRESSION_CHANNELS, FPS } from "../space.js";

/** Values by the names of TalkingHead's morph targets, of which `headRotateX`, `Y` and `Z` turn the head's bone, rad. */
export type TalkingHeadFrame = Record<string, number>;

/**
 * A face for TalkingHead, for each drawn picture. `realtime` comes before its own blinks and moods; null gives them back.
 *
 *     head.opt.update = () => {
 *       const face = speaker.face();
 *       for (const [name, value] of face ? Object.entries(toTalkingHead(face)) : []) {
 *         if (head.mtAvatar[name]) Object.assign(head.mtAvatar[name], { realtime: value, needsUpdate: true });
 *       }
 *     };
 */
export function toTalkingHead(face: Face): TalkingHeadFrame {
  const frame: TalkingHeadFrame = {};
  EXPRESSION_CHANNELS.forEach((name, index) => (frame[name] = face.expression[index]));
  const [headRotateX, headRotateY, headRotateZ] = euler([face.head[0], face.head[1], face.head[2]]);
  return { ...frame, headRotateX, headRotateY, headRotateZ };
}

/** Frames of a sentence for `head.speakAudio({ audio, anim })`: a list of values for each name. */
export function toTalkingHeadAnimation(frames: Frames): { name: string; dt: number[]; vs: Record<string, number[]> } {
  const vs: Record<string, number[]> = {};
  for (let index = 0; index < frames.count; index++) {
    const part = (values: Float32Array, width: number) => values.subarray(index * width, (index + 1) * width);
    const face = { time: 0, expression: part(frames.expression, CHANNELS.expression), head: part(frames.head, CHANNELS.head) };
    // Its lists begin with the value before the first frame; 0 as in its own example.
    for (const [name, value] of Object.entries(toTalkingHead(face))) (vs[name] ??= [0]).push(value);
  }
  return { name: "ksdiff", dt: new Array<number>(frames.count).fill(1000 / FPS), vs };
}
