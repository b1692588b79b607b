// The panel of the user's own character: which of its shapes follow what, and which of its nodes are head and neck.

import type { Rig } from "./api";
import { megabytes, type Character } from "./character";
import { button, make, setPressed } from "./dom";
import type { State } from "./state";

const MOST_ROWS = 400; // drawn at once; more are found by their names
const NAMES = "followable"; // id of the list of what can be followed
const MOST_WEIGHT = 2;

type Shape = Rig["shapes"][number];

export class CharacterPanel {
  readonly host = make("aside", { class: "character", "aria-label": "Your own character", hidden: true });
  private readonly heading = make("h2", {});
  private readonly problem = make("p", { class: "problem", role: "status", hidden: true });
  private readonly body = make("div", { class: "body" });
  private readonly table = make("tbody", {});
  private readonly more = make("p", { class: "hint" });
  private readonly find = make("input", { type: "search", placeholder: "Find a shape", "aria-label": "Find a shape" });
  private readonly following = make("input", { type: "checkbox" });
  private readonly names = make("datalist", { id: NAMES });
  private readonly nodes = make("div", { class: "nodes" });
  private readonly again: HTMLButtonElement;
  private readonly gone: HTMLButtonElement;
  private readonly tools: HTMLElement;
  private alone: string | undefined;
  /** A row to which one more thing to follow is being added. */
  private growing: string | undefined;

  constructor(
    private readonly state: State,
    private readonly character: Character,
    private readonly changed: () => void,
  ) {
    const fail = (message: string) => this.say(message);
    const choose = button("Choose a character", () => character.choose(fail), { icon: "open" });
    this.gone = button("Remove the character", () => character.remove(), { icon: "trash" });
    const close = button("Close", () => this.close(), { icon: "close" });
    this.again = button("Propose again, by the names of the shapes", () => void character.edit({ edit: "set_character", proposed: true }), {
      text: "Propose again",
      kind: "outline",
    });
    const only = make("label", { class: "check", title: "Only shapes that follow something" }, this.following, "Only following");
    this.tools = make("div", { class: "find" }, this.find, only, this.again);
    const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Shape"), make("th", { scope: "col" }, "Follows, with weight")));
    this.body.append(this.problem, this.nodes, this.tools, make("table", {}, head, this.table), this.more, this.names);
    this.host.append(make("header", {}, this.heading, choose, this.gone, close), this.body);
    this.find.addEventListener("input", () => this.draw());
    this.following.addEventListener("change", () => this.draw());
    character.onChange(() => this.draw());
    state.on("project", () => this.draw());
    this.draw();
  }

  get shown(): boolean {
    return !this.host.hidden;
  }

  open(): void {
    this.host.hidden = false;
    this.draw();
    this.changed();
  }

  toggle(): void {
    if (this.shown) this.close();
    else this.open();
  }

  private close(): void {
    this.host.hidden = true;
    this.showAlone(undefined);
    this.changed();
  }

  private say(message: string): void {
    this.problem.textContent = message;
    this.problem.hidden = message === "";
  }

  private draw(): void {
    const { rig } = this.character;
    const told = this.state.project?.character;
    if (!this.state.project && this.shown) this.close();
    this.heading.replaceChildren(told?.name ?? "Your own character", ...(told ? [make("small", {}, megabytes(told.size))] : []));
    this.heading.title = told?.name ?? "";
    this.gone.hidden = !told;
    this.say(this.character.problem);
    this.nodes.hidden = this.tools.hidden = this.table.parentElement!.hidden = !rig;
    this.more.textContent = told ? "" : "Drop a GLB or VRM on the page, or choose one: it takes the place of the head. It stays on this computer.";
    if (!rig || !this.shown) return;
    const focused = document.activeElement instanceof HTMLElement && this.body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    this.names.replaceChildren(...rig.followable.map((name) => make("option", { value: name })));
    this.nodes.replaceChildren(...this.node(rig, "head"), ...this.node(rig, "neck"));
    const wanted = this.find.value.toLowerCase();
    const rows = rig.shapes.filter(
      ({ name, follows }) => name.toLowerCase().includes(wanted) && (!this.following.checked || Object.keys(follows).length > 0),
    );
    // What follows something comes first.
    rows.sort((one, other) => Number(Object.keys(other.follows).length > 0) - Number(Object.keys(one.follows).length > 0));
    const { scrollTop } = this.body;
    this.table.replaceChildren(...rows.slice(0, MOST_ROWS).map((shape) => this.row(shape, rig)));
    this.body.scrollTop = scrollTop;
    this.more.textContent =
      rows.length > MOST_ROWS ? `${rows.length - MOST_ROWS} more: find them by name.` : rows.length === 0 ? "No shape of this name." : "";
    this.again.disabled = rig.shapes.every(({ follows, proposed }) => same(follows, proposed));
    if (focused) this.body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private row(shape: Shape, rig: Rig): HTMLTableRowElement {
    const { name, label, expression, follows, proposed } = shape;
    const terms = Object.entries(follows);
    const show = make("button", { type: "button", class: "shape", title: `${name}: press to see it alone`, "data-key": `shape ${name}` }, label);
    if (expression) show.append(make("small", { class: "hint" }, " VRM"));
    show.setAttribute("aria-pressed", String(this.alone === name));
    show.addEventListener("click", () => this.showAlone(this.alone === name ? undefined : name));
    const cell = make("td", {}, ...terms.map(([followed, weight]) => this.term(shape, rig, followed, weight)));
    if (terms.length === 0 || this.growing === name) cell.append(this.term(shape, rig, "", 1));
    const made = make("tr", { class: terms.length === 0 ? "still" : "" }, make("td", {}, show), cell);
    made.classList.toggle("changed", !same(follows, proposed));
    return made;
  }

  /** One thing that a shape follows. An empty one waits for a name. */
  private term(shape: Shape, rig: Rig, followed: string, weight: number): HTMLElement {
    const { name, follows } = shape;
    const index = followed ? Object.keys(follows).indexOf(followed) : Object.keys(follows).length;
    const key = `${name} ${index}`;
    const channel = make("input", {
      type: "text", list: NAMES, value: followed, placeholder: "at rest", spellcheck: false, "aria-label": `${name} follows`, "data-key": `${key} name`,
    });
    const amount = make("input", {
      type: "number", min: -MOST_WEIGHT, max: MOST_WEIGHT, step: 0.05, value: weight, "aria-label": `${name}: weight of ${followed || "what it follows"}`, "data-key": `${key} weight`,
    });
    amount.disabled = followed === "";
    const set = (changed: string, by: number) => {
      this.growing = undefined;
      // In the same order, so that the table stands still.
      const terms = Object.entries(follows).map(([each, old]): [string, number] => (each === followed ? [changed, by] : [each, old]));
      if (followed === "") terms.push([changed, by]);
      void this.character.setRow(name, Object.fromEntries(terms.filter(([each]) => each !== "")));
    };
    channel.addEventListener("input", () => channel.setCustomValidity(""));
    channel.addEventListener("change", () => {
      const typed = channel.value.trim();
      const known = rig.followable.find((each) => each.toLowerCase() === typed.toLowerCase());
      const twice = known !== undefined && known !== followed && known in follows;
      if (typed !== "" && (known === undefined || twice)) {
        channel.setCustomValidity(twice ? `${name} follows ${known} already` : `There is no channel ${typed}`);
        channel.reportValidity();
        return;
      }
      set(known ?? "", weight);
    });
    amount.addEventListener("change", () => {
      const by = Number(amount.value);
      // Steps are for the arrows; any number in bounds may be typed.
      if (amount.value !== "" && Math.abs(by) <= MOST_WEIGHT) set(followed, by);
      else amount.value = String(weight);
    });
    const made = make("div", { class: "term" }, channel, amount);
    if (followed && !rig.used.includes(followed)) {
      made.classList.add("idle");
      made.title = "It stands in for channels that other shapes follow already, so it stays at rest.";
    }
    if (followed) {
      made.append(button(`Let ${name} not follow ${followed}`, () => set("", 0), { icon: "close" }));
      if (index === Object.keys(follows).length - 1) {
        made.append(
          button(`Let ${name} follow one more channel`, () => {
            this.growing = name;
            this.draw();
            this.body.querySelector<HTMLElement>(`[data-key="${CSS.escape(`${name} ${index + 1} name`)}"]`)?.focus();
          }, { icon: "plus" }),
        );
      }
    }
    return made;
  }

  private node(rig: Rig, which: "head" | "neck"): HTMLElement[] {
    const given = which === "head" ? rig.head_node : rig.neck_node;
    const found = rig.bones.find(({ name }) => name === which)?.label;
    const title = which === "head" ? "Head" : "Neck";
    const automatic = given !== null ? "Found by name" : found ? `${found} (found)` : which === "head" ? "None: it stands still" : "None";
    const choice = make("select", { id: `${which}-node`, "data-key": `${which} node` }, make("option", { value: "" }, automatic));
    for (const name of rig.nodes) choice.append(make("option", { value: name, selected: name === given }, name));
    choice.addEventListener("change", () => {
      const { value } = choice;
      void this.character.edit(which === "head" ? { edit: "set_character", head_node: value } : { edit: "set_character", neck_node: value });
    });
    return [make("label", { for: `${which}-node` }, title), choice];
  }

  private showAlone(name: string | undefined): void {
    this.alone = name;
    this.character.showAlone(name);
    for (const made of this.table.querySelectorAll<HTMLButtonElement>(".shape")) setPressed(made, made.dataset.key === `shape ${name}`);
  }
}

function same(one: Record<string, number>, other: Record<string, number>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
