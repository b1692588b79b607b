// Export of many projects as one zip.

import { api, type ExportAllAnswer, type Facts, type ProjectSummary } from "../api";
import { dialog, formatBoxes, RATES } from "../dialogs";
import { button, make } from "../dom";

let follow: (answer: ExportAllAnswer) => void = () => undefined;

/** To be called with each message on an export. */
export function exporting(answer: ExportAllAnswer): void {
  follow(answer);
}

export function openExportAll(projects: ProjectSummary[], facts: Facts): void {
  const boxes = formatBoxes(facts);
  const rate = make("select", {});
  for (const value of RATES) rate.append(new Option(`${value}`, String(value), value === 25, value === 25));
  const message = make("p", { class: "message", role: "status" });
  const bar = make("progress", { max: projects.length, value: 0, hidden: true, "aria-label": "Export" });
  const go = button("Export as zip", () => void run(), { text: "Export as zip", kind: "primary" });
  const cancel = button("Cancel the export", () => void api.cancelExport().catch(say), { text: "Cancel", kind: "outline" });
  cancel.hidden = true;
  const say = (error: unknown) => (message.textContent = error instanceof Error ? error.message : String(error));
  let id = "";
  const busy = (on: boolean) => {
    go.disabled = on;
    bar.hidden = cancel.hidden = !on;
  };
  const heard = (answer: ExportAllAnswer) => {
    if (answer.id !== id) return;
    bar.value = answer.finished;
    message.textContent = `${answer.finished} of ${answer.total} projects are written.`;
    if (answer.state === "working") return;
    busy(false);
    if (answer.state !== "done") {
      message.textContent = answer.state === "cancelled" ? "Cancelled; nothing was written." : answer.message;
      return;
    }
    make("a", { href: api.exportAllAddress(answer.id), download: true }).click();
    const failed = answer.failed > 0 ? ` ${answer.failed} failed; results.csv in it says why.` : "";
    message.textContent = `The zip of ${answer.total} projects is downloaded.${failed}`;
  };
  follow = heard;

  const run = async () => {
    const formats = boxes.chosen();
    if (formats.length === 0) {
      message.textContent = "Choose at least one format.";
      return;
    }
    busy(true);
    message.textContent = "Writing…";
    try {
      const answer = await api.exportAll({ ids: projects.map(({ id }) => id), formats, fps: Number(rate.value) });
      id = answer.id;
      const now = await api.exporting(); // what came before its id was known
      if (now) heard(now);
    } catch (error) {
      busy(false);
      say(error);
    }
  };

  const title = projects.length === 1 ? "Export 1 project" : `Export ${projects.length} projects`;
  const made = dialog(
    title,
    "export",
    make("p", { class: "hint" }, "One zip with a folder for each project, and results.csv and results.json about all of them."),
    boxes.host,
    make("div", { class: "settings" }, make("label", {}, "Frames per second", rate)),
    message,
    bar,
    make("footer", {}, cancel, go),
  );
  made.addEventListener("close", () => (follow = () => undefined));
}
