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

/**
 * The frames of a sentence for `head.speakAudio({ audio, anim })`: a list of values for each name.
 *
 *     await ksdiff.restart(); // frame 0 is the beginning of the sound
 *     const anim = toTalkingHeadAnimation(await ksdiff.push(sound, rate), await ksdiff.flush());
 *
 * TalkingHead goes to each value within its duration, so it has the first one when that is over: the lists begin with the second frame.
 */
export function toTalkingHeadAnimation(...parts: Frames[]): { name: string; dt: number[]; vs: Record<string, number[]> } {
  const faces = parts.flatMap(({ count, expression, head }) =>
    Array.from({ length: count }, (_, index) => {
      const row = (values: Float32Array, width: number) => values.subarray(index * width, (index + 1) * width);
      return toTalkingHead({ time: 0, expression: row(expression, CHANNELS.expression), head: row(head, CHANNELS.head) });
    }),
  );
  const shown = faces.length > 1 ? faces.slice(1) : faces;
  const vs = Object.fromEntries(Object.keys(shown[0] ?? {}).map((name) => [name, shown.map((face) => face[name])]));
  return { name: "ksdiff", dt: shown.map(() => 1000 / FPS), vs };
}
