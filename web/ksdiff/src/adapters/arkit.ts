import type { Face } from "../faces.js";
import { EXPRESSION_CHANNELS, type ExpressionChannel } from "../space.js";

export type ArkitName = ExpressionChannel | "tongueOut";

/** Weights of all 52 shapes of ARKit by name. */
export function toArkit(face: Face): Record<ArkitName, number> {
  const weights = Object.fromEntries(EXPRESSION_CHANNELS.map((name, index) => [name, face.expression[index]]));
  return { ...weights, tongueOut: 0 } as Record<ArkitName, number>;
}
