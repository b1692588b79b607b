// What edits have changed and the motion does not show yet.

import { PATHS, type Path, type Project } from "./api";

/** Frames that are still to be regenerated, for each path; those of all takes together. */
export function staleFrames(project: Project): Record<Path, number> {
  const count = (path: Path) => {
    const frames = new Set<number>();
    for (const { stale } of project.takes) {
      for (const { start, stop } of stale[path]) for (let frame = start; frame < stop; frame++) frames.add(frame);
    }
    return frames.size;
  };
  return { expression: count("expression"), head: count("head") };
}

/** The same in words; empty where all is up to date. */
export function staleText(project: Project): string {
  if (!project.stale) return "";
  const frames = staleFrames(project);
  const parts = PATHS.filter((path) => frames[path] > 0).map((path) => `${(frames[path] / project.fps).toFixed(1)} s of ${path}`);
  return parts.length > 0 ? `${parts.join(" and ")} not regenerated yet` : "A take is not generated yet";
}
