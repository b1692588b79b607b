// Poses by name: those that come with ksdiff, and a person's own, kept in this browser and in files to share.

import type { Facts, NamedPose, Path } from "./api";
import type { Commands } from "./commands";
import { dialog } from "./dialogs";
import { button, checkbox, make, number } from "./dom";
import { mirroredHead, mirroredPose } from "./sides";
import type { State } from "./state";

const KEY = "ksdiff.poses";
export const EASES: readonly NamedPose["ease"][] = ["smooth", "linear", "ease_in", "ease_out", "overshoot"];
const FORMAT = "ksdiff-poses";
const VERSION = 1;

/** A pose with left and right swapped; channels are those of its face and head. */
export function mirrored(pose: NamedPose, channels: Record<Path, string[]>): NamedPose {
  return { ...pose, pose: pose.path === "head" ? mirroredHead(pose.pose, channels.head) : mirroredPose(pose.pose) };
}

/** The text of a file of poses, as `ksdiff edit apply --poses` reads it. */
export function written(poses: NamedPose[]): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, poses }, null, 1) + "\n";
}

/** Reads what `written` wrote; throws an Error with a message for the person. */
export function read(text: string, channels: Record<Path, string[]>): NamedPose[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("This is no JSON file.");
  }
  const { format, version, poses } = (data ?? {}) as { format?: unknown; version?: unknown; poses?: unknown };
  if (format !== FORMAT || !Array.isArray(poses)) throw new Error("This is no file of poses.");
  if (version !== VERSION) throw new Error("This file of poses is of a later version.");
  return poses.map((one: Partial<NamedPose>) => {
    const path = one.path === "head" || one.path === "expression" ? one.path : undefined;
    if (typeof one.name !== "string" || !one.name || !path) throw new Error("A pose has no name, or no path.");
    const values = Object.entries(one.pose ?? {});
    for (const [name, value] of values) {
      if (!channels[path].includes(name)) throw new Error(`The pose ${one.name} names ${name}, which this face does not have.`);
      if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`${name} of the pose ${one.name} is no number.`);
    }
    if (one.ease && !EASES.includes(one.ease)) throw new Error(`The ease of the pose ${one.name} is not one of ${EASES.join(", ")}.`);
    if (values.length === 0) throw new Error(`The pose ${one.name} is empty.`);
    return {
      name: one.name.slice(0, 1000),
      path,
      pose: Object.fromEntries(values),
      hold: one.hold ?? 0,
      attack: one.attack ?? null,
      release: one.release ?? null,
      ease: one.ease ?? "smooth",
    };
  });
}

/** A person's own poses; none where what is kept cannot be read. */
export function ownPoses(channels: Record<Path, string[]>): NamedPose[] {
  try {
    return read(localStorage.getItem(KEY) ?? "", channels);
  } catch {
    return [];
  }
}

function keep(poses: NamedPose[]): void {
  localStorage.setItem(KEY, written(poses));
}

/** Own poses with more of them; a later one of the same name wins. */
export function together(own: NamedPose[], more: NamedPose[]): NamedPose[] {
  return [...new Map([...own, ...more].map((pose) => [pose.name, pose])).values()];
}

export function openPoses(state: State, commands: Commands, facts: Facts): void {
  const { motion } = state;
  if (!motion) return;
  const { channels } = motion;
  let [turned, hold] = [false, 1];
  const message = make("p", { class: "message", role: "status" });
  const list = make("div", { class: "poses" });
  const search = make("input", { type: "search", placeholder: "Search poses", "aria-label": "Search poses" });
  const name = make("input", { type: "text", placeholder: "Name", "aria-label": "Name of the pose", maxLength: 100 });

  const draw = () => {
    const own = ownPoses(channels);
    const wanted = (pose: NamedPose) => said(pose).includes(search.value.trim().toLowerCase());
    const shelf = (title: string, poses: NamedPose[], mine: boolean) =>
      make("section", { "aria-label": title }, make("h3", {}, title), make("div", { class: "shelf" }, ...poses.filter(wanted).map((pose) => item(pose, mine))));
    list.replaceChildren(
      ...(own.length > 0 ? [shelf("Your own", own, true)] : []),
      ...(["expression", "head"] as const).map((path) =>
        shelf(path === "head" ? "Head" : "Face", facts.poses.filter((pose) => pose.path === path), false),
      ),
    );
  };
  const item = (pose: NamedPose, mine: boolean) => {
    const set = button(`Set ${said(pose)} at ${commands.poseTarget(pose.path)}`, () => {
      commands.setNamedPose({ ...(turned ? mirrored(pose, channels) : pose), hold });
      made.close();
    }, { text: said(pose), kind: "outline" });
    if (!mine) return set;
    const forget = button(`Forget ${said(pose)}`, () => {
      keep(ownPoses(channels).filter((one) => one.name !== pose.name));
      draw();
    }, { icon: "close" });
    return make("span", { class: "own" }, set, forget);
  };
  const save = () => {
    const pose = commands.selectedPose();
    if (!pose) {
      message.textContent = "Select a keyframe with a pose first.";
      return;
    }
    if (!name.value.trim()) {
      message.textContent = "Give the pose a name.";
      name.focus();
      return;
    }
    keep(together(ownPoses(channels), [{ ...pose, name: name.value.trim() }]));
    message.textContent = `Kept ${name.value.trim()}.`;
    name.value = "";
    draw();
  };
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", () => {
    void file.files?.[0]?.text().then((text) => {
      try {
        const more = read(text, channels);
        keep(together(ownPoses(channels), more));
        message.textContent = `Read ${more.length} ${more.length === 1 ? "pose" : "poses"}.`;
        draw();
      } catch (error) {
        message.textContent = error instanceof Error ? error.message : String(error);
      }
      file.value = "";
    });
  });
  const share = () => {
    const own = ownPoses(channels);
    if (own.length === 0) {
      message.textContent = "There are no poses of your own yet.";
      return;
    }
    const address = URL.createObjectURL(new Blob([written(own)], { type: "application/json" }));
    make("a", { href: address, download: "poses.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address));
  };

  search.addEventListener("input", draw);
  name.addEventListener("keydown", ({ key }) => key === "Enter" && save());
  draw();
  const made = dialog(
    "Poses",
    "pose-library",
    make(
      "div",
      { class: "settings" },
      search,
      number({ label: "Hold", least: 0, greatest: 600, step: 0.1, value: hold, unit: "s", done: (value) => (hold = value) }),
      checkbox("Mirrored", turned, (on) => (turned = on)),
    ),
    list,
    message,
    make(
      "footer",
      {},
      name,
      button("Keep the pose of the selected keyframe", save, { text: "Keep", kind: "outline" }),
      button("Read poses from a file", () => file.click(), { text: "Open file…", kind: "outline" }),
      button("Save your own poses as a file", share, { text: "Save file", kind: "outline" }),
      file,
    ),
  );
}

function said({ name }: NamedPose): string {
  return name.replaceAll("_", " ");
}
