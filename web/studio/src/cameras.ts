// Places to look at the head from.

export interface Camera {
  name: string;
  /** Degrees to the head's left, about the vertical. */
  yaw: number;
  /** Degrees upwards. */
  pitch: number;
  /** Distance, 1 for all of the head. */
  distance: number;
  /** What is looked at: so far above the middle of the head, m. */
  above: number;
}

export const CAMERAS: readonly Camera[] = [
  { name: "Front", yaw: 0, pitch: 0, distance: 1, above: 0 },
  { name: "Three-quarter, its left", yaw: 40, pitch: 4, distance: 1, above: 0 },
  { name: "Three-quarter, its right", yaw: -40, pitch: 4, distance: 1, above: 0 },
  { name: "Profile, its left", yaw: 90, pitch: 0, distance: 1, above: 0 },
  { name: "Profile, its right", yaw: -90, pitch: 0, distance: 1, above: 0 },
  { name: "Mouth", yaw: 0, pitch: 0, distance: 0.46, above: -0.058 },
  { name: "Eyes", yaw: 0, pitch: 0, distance: 0.46, above: 0.011 },
];
