// Behaviour of report.html beside its players: light and dark, sorting of tables, and the values of each clip.
"use strict";

document.getElementById("theme").addEventListener("click", () => {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.theme === "dark" ? "light" : "dark";
});

for (const table of document.querySelectorAll("table.figures")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button")?.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction);
      const key = (row) => {
        const { value } = row.cells[column].dataset;
        return value === undefined ? Infinity : (direction === "ascending" ? 1 : -1) * Number(value); // unknown last
      };
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => key(a) - key(b)));
    });
  });
}

/** Dots of all clips, a row for each system; a metric is chosen from a list. */
function drawStrips(host, { metrics, systems }) {
  const ROW = 40; // pixels
  const playing = new Set(JSON.parse(document.getElementById("players")?.textContent ?? '{"clips":[]}').clips.map((clip) => clip.name));
  const bar = make("div", { class: "strips-bar" });
  const chooser = make("select", { "aria-label": "Metric" });
  metrics.forEach((metric, index) => {
    let group = [...chooser.children].find(({ label }) => label === metric.group);
    if (!group) chooser.append((group = make("optgroup", { label: metric.group })));
    group.append(new Option(metric.label + (metric.unit ? `, ${metric.unit}` : ""), String(index)));
  });
  const told = make("output", {});
  bar.append(chooser, told);
  const plot = svg("svg", { role: "img", "aria-label": "Values of each clip by system" });
  host.append(bar, plot);

  // Of a metric in units of 10⁻⁵ m², 0.00002 is shown as 2.
  const shown = (value, metric) => String(Number((value / 10 ** metrics[metric].exponent).toPrecision(4))).replace("-", "−");
  const idle = playing.size ? "A dot is a clip, the stroke their mean. Press a dot to play its clip." : "A dot is a clip, the stroke their mean.";

  const draw = () => {
    const metric = Number(chooser.value);
    const width = host.clientWidth - 32;
    const left = Math.min(220, width * 0.3);
    const height = systems.length * ROW + 22;
    plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plot.setAttribute("height", height);
    plot.replaceChildren();
    const all = systems.flatMap(({ clips }) => Object.values(clips).map((values) => values[metric])).filter((value) => value !== null);
    let low = Math.min(...all);
    let high = Math.max(...all);
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    const x = (value) => left + 14 + ((value - low) / (high - low)) * (width - left - 28);
    for (const tick of ticks(low, high)) {
      plot.append(svg("line", { class: "grid", x1: x(tick), x2: x(tick), y1: 0, y2: height - 18 }));
      const text = svg("text", { class: "tick", x: x(tick), y: height - 4 });
      text.textContent = shown(tick, metric);
      plot.append(text);
    }
    const dots = new Map(); // of each clip
    systems.forEach(({ label, colour, clips }, row) => {
      const middle = row * ROW + ROW / 2;
      const text = svg("text", { x: 0, y: middle + 5 });
      text.textContent = label;
      plot.append(text);
      for (let end = label.length - 1; end > 0 && text.getComputedTextLength() > left; end--) {
        text.textContent = `${label.slice(0, end)}…`;
      }
      const known = Object.entries(clips).filter(([, values]) => values[metric] !== null);
      if (known.length === 0) return;
      known.forEach(([clip, values], number) => {
        const spread = (((number * 0.618034) % 1) - 0.5) * (ROW - 14); // even, and the same each time
        const dot = svg("circle", { cx: x(values[metric]), cy: middle + spread, r: 4.5, style: `--colour:var(${colour})` });
        const name = svg("title", {});
        name.textContent = `${clip}: ${shown(values[metric], metric)} ${metrics[metric].unit}`;
        dot.append(name);
        dot.classList.toggle("plays", playing.has(clip));
        dot.dataset.clip = clip;
        dots.set(clip, [...(dots.get(clip) ?? []), dot]);
        plot.append(dot);
      });
      const mean = known.reduce((sum, [, values]) => sum + values[metric], 0) / known.length;
      plot.append(svg("line", { class: "mean", x1: x(mean), x2: x(mean), y1: middle - 13, y2: middle + 13 }));
    });
    const link = svg("polyline", { class: "link" });
    plot.append(link);

    const choose = (clip) => {
      host.classList.toggle("chosen", clip !== undefined);
      for (const dot of plot.querySelectorAll(".same")) dot.classList.remove("same");
      const same = dots.get(clip) ?? [];
      for (const dot of same) dot.classList.add("same");
      link.setAttribute("points", same.map((dot) => `${dot.getAttribute("cx")},${dot.getAttribute("cy")}`).join(" "));
      told.textContent = clip ?? idle;
    };
    plot.onpointerover = ({ target }) => choose(target.closest("circle")?.dataset.clip);
    plot.onpointerleave = () => choose();
    plot.onclick = ({ target }) => {
      const clip = target.closest("circle.plays")?.dataset.clip;
      if (clip) dispatchEvent(new CustomEvent("show-clip", { detail: clip }));
    };
    choose();
  };
  chooser.addEventListener("change", draw);
  new ResizeObserver(draw).observe(bar);
}

/** Round values from low to high, about five. */
function ticks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const result = [];
  for (let number = Math.ceil(low / step); number <= Math.floor(high / step); number++) result.push(number * step);
  return result;
}

function make(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function svg(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const strips = document.getElementById("strips");
if (strips) drawStrips(strips, JSON.parse(document.getElementById("strips-data").textContent));
