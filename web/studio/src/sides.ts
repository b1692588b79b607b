// Left and right of a face: which channels belong together, and poses seen in a mirror.

const OTHER: Record<string, string> = { Left: "Right", Right: "Left" };

/** Where a channel is seen in a mirror: `mouthSmileLeft` as `mouthSmileRight`, `jawLeft` as `jawRight`, others as themselves. */
export function mirrored(channel: string): string {
  return channel.replace(/(Left|Right)$/, (side) => OTHER[side] ?? side);
}

/**
 * The channel that moves along when both sides are linked; undefined where there is none.
 *
 * Both eyes look the same way: in with one is out with the other. Jaw and mouth to one side have no second side.
 */
export function linked(channel: string): string | undefined {
  if (/^(jaw|mouth)(Left|Right)$/.test(channel)) return undefined;
  const other = mirrored(channel);
  if (other === channel) return undefined;
  return other.replace(/^eyeLook(In|Out)/, (_, way) => `eyeLook${way === "In" ? "Out" : "In"}`);
}

/** Values of a pose of the expression, seen in a mirror. */
export function mirroredPose(pose: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(pose).map(([channel, value]) => [mirrored(channel), value]));
}

/** The same for head channels: rotation vector, and translation; turning about x (nodding), and y and z of the place, stay. */
export function mirroredHead(pose: Readonly<Record<string, number>>, channels: readonly string[]): Record<string, number> {
  const turned = new Set([channels[1], channels[2], channels[3]]);
  return Object.fromEntries(Object.entries(pose).map(([channel, value]) => [channel, turned.has(channel) && value !== 0 ? -value : value]));
}
