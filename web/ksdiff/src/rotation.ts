// Rotations as rotation vectors: axis times angle, rad.

export type Vector = readonly [number, number, number];
/** A unit quaternion: x, y, z, w. */
export type Quaternion = readonly [number, number, number, number];

export function quaternion([x, y, z]: Vector): Quaternion {
  const angle = Math.hypot(x, y, z);
  const scale = angle < 1e-9 ? 0.5 : Math.sin(angle / 2) / angle;
  return [x * scale, y * scale, z * scale, Math.cos(angle / 2)];
}

export function inverse([x, y, z, w]: Quaternion): Quaternion {
  return [-x, -y, -z, w];
}

/** The rotation by b, and then by a. */
export function product(a: Quaternion, b: Quaternion): Quaternion {
  return [
    a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
    a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
    a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
    a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
  ];
}

export function rotated([x, y, z, w]: Quaternion, [a, b, c]: Vector): Vector {
  const [u, v, t] = [2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)];
  return [a + w * u + y * t - z * v, b + w * v + z * u - x * t, c + w * t + x * v - y * u];
}

/** Angle of the rotation from one to another, rad. */
export function angleBetween(a: Vector, b: Vector): number {
  const [x, y, z, w] = product(quaternion(b), inverse(quaternion(a)));
  return 2 * Math.atan2(Math.hypot(x, y, z), Math.abs(w));
}

/** Angles about x, y and z, rad, whose turns are applied in this order to the axes of the body: three.js's order `XYZ`. */
export function euler(vector: Vector): Vector {
  const [x, y, z, w] = quaternion(vector);
  const sine = Math.min(Math.max(2 * (x * z + w * y), -1), 1);
  return [
    Math.atan2(2 * (w * x - y * z), 1 - 2 * (x * x + y * y)),
    Math.asin(sine),
    Math.atan2(2 * (w * z - x * y), 1 - 2 * (y * y + z * z)),
  ];
}
