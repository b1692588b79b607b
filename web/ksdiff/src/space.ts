// What the channels of the motion are: ARKit's shapes without the tongue, and the pose of the head.

export const FPS = 25;
export const SAMPLE_RATE = 16_000;
export const SAMPLES_PER_FRAME = SAMPLE_RATE / FPS;

/** The expression's channels, weights 0..1, by ARKit's names. */
export const EXPRESSION_CHANNELS = [
  "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft", "eyeWideLeft",
  "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight", "eyeSquintRight", "eyeWideRight",
  "jawForward", "jawRight", "jawLeft", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft",
  "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight",
  "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
  "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
  "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
  "cheekSquintRight", "noseSneerLeft", "noseSneerRight",
] as const;

export type ExpressionChannel = (typeof EXPRESSION_CHANNELS)[number];

/** The head's channels: a rotation vector (axis times angle, rad), and a translation, m. Axes as in glTF: x to the face's left, y up, z out of the face. */
export const HEAD_CHANNELS = ["rotationX", "rotationY", "rotationZ", "translationX", "translationY", "translationZ"] as const;

export type HeadChannel = (typeof HEAD_CHANNELS)[number];

export type Path = "expression" | "head";
export const PATHS: readonly Path[] = ["expression", "head"];
export const CHANNELS: Record<Path, number> = { expression: EXPRESSION_CHANNELS.length, head: HEAD_CHANNELS.length };

const NUMBERS = new Map<string, number>(EXPRESSION_CHANNELS.map((name, index) => [name, index]));

/** Position of an expression channel. */
export function channel(name: ExpressionChannel): number {
  return NUMBERS.get(name)!;
}
