import type { Face } from "../faces.js";
import { EXPRESSION_CHANNELS } from "../space.js";

/** A mesh of three.js with morph targets; a `Mesh` and a `SkinnedMesh` are. */
export interface MorphTarget {
  morphTargetDictionary?: Record<string, number> | undefined;
  morphTargetInfluences?: number[] | undefined;
}

/**
 * Puts a face onto a mesh whose morph targets have ARKit's names: `jawOpen`, `mouthSmileLeft`, or `mouthSmile_L`, in any case
 * and after any prefix that ends in a point or an underscore. Gives the number of shapes that were found.
 *
 * Turn the head with `face.head`: its first three values are a rotation vector, rad, about x to the face's left, y up and z out
 * of the face.
 */
export function toMorphTargets(face: Face, mesh: MorphTarget): number {
  const { morphTargetDictionary: numbers, morphTargetInfluences: influences } = mesh;
  if (!numbers || !influences) return 0;
  let places = FOUND.get(numbers);
  if (!places) {
    const names = new Map(Object.entries(numbers).flatMap(([name, number]) => keys(name).map((key) => [key, number] as const)));
    places = EXPRESSION_CHANNELS.map((name) => names.get(name.toLowerCase()));
    FOUND.set(numbers, places);
  }
  let count = 0;
  places.forEach((place, index) => {
    if (place === undefined) return;
    influences[place] = face.expression[index];
    count++;
  });
  return count;
}

const FOUND = new WeakMap<object, (number | undefined)[]>();

/** What a morph target's name may mean, in lower case. */
function keys(name: string): string[] {
  const sided = name.replace(/_?L$/, "Left").replace(/_?R$/, "Right");
  return [name, sided].flatMap((each) => [each, each.replace(/^.*[._](?=[a-z])/i, "")]).map((each) => each.toLowerCase());
}
