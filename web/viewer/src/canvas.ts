// A canvas that fills its host, sharp on every screen.

/** Sizes and clears a canvas; what is drawn on it is in CSS pixels. Undefined while the host is not shown. */
export function cleared(canvas: HTMLCanvasElement, host: HTMLElement) {
  const { clientWidth: width, clientHeight: height } = host;
  const context = canvas.getContext("2d");
  if (!context || width === 0) return undefined;
  const ratio = Math.min(devicePixelRatio, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
