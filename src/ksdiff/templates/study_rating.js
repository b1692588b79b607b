"use strict";
const config = JSON.parse(document.getElementById("config").textContent);
const place = `ksdiff-study/${config.study}`; // in localStorage
const element = (id) => document.getElementById(id);
const video = element("video");
const ahead = document.createElement("video"); // fetches the next video while this one is rated
ahead.preload = "auto";

let state = load(); // what the rater has done so far; null before the beginning
let shown = null; // the video on the screen: its name, when it came, how often it was watched to the end

/* What is kept */

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(place));
    return kept?.version === config.version && config.sessions[kept.session] ? kept : null;
  } catch {
    return null;
  }
}

function save() {
  try {
    if (state) localStorage.setItem(place, JSON.stringify(state));
    else localStorage.removeItem(place);
  } catch {
    element("unsaved").hidden = false;
  }
}

function begin(rater) {
  const [first, second] = crypto.getRandomValues(new Uint32Array(2));
  const count = config.sessions.length;
  state = {
    format: config.format,
    version: config.version,
    study: config.study,
    id: first.toString(16).padStart(8, "0"),
    rater: rater || null,
    session: rater ? (Number(rater) - 1) % count : second % count,
    started: new Date().toISOString(),
    finished: null,
    practised: false,
    trials: [],
  };
  save();
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(state, null, 1)], { type: "application/json" }));
  link.download = fileName();
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const fileName = () => `ratings-${config.study}-${state.rater ?? "x"}-${state.id}.json`;
const session = () => config.sessions[state.session].map((number) => config.videos[number]);

/* Screens */

function show(id) {
  for (const screen of document.querySelectorAll("main")) screen.hidden = screen.id !== id;
  scrollTo(0, 0);
  document.querySelector(`#${id} h1`).focus();
}

function welcome() {
  const total = config.sessions[0].length;
  element("again").hidden = !state;
  element("fresh").hidden = Boolean(state);
  if (state) element("state").textContent = `You have rated ${state.trials.length} of ${total} videos.`;
  element("amount").textContent = `There are ${total} videos.`;
  element("rater").value = new URLSearchParams(location.search).get("rater") ?? "";
  count();
  show("welcome");
}

function count() {
  const total = config.sessions[0].length;
  const rated = state?.trials.length ?? 0;
  element("progress").hidden = !state?.practised;
  element("progress").max = total;
  element("progress").value = rated;
  element("count").textContent = state?.practised && rated < total ? `Video ${rated + 1} of ${total}` : "";
}

function next() {
  const names = session();
  if (state.trials.length === names.length) return finish();
  const practice = config.practice ?? names[names.length - config.repeats - 1];
  const name = state.practised ? names[state.trials.length] : practice;
  shown = { name, since: performance.now(), plays: 0 };
  element("practice").hidden = state.practised;
  element("heading").textContent = state.practised ? `Video ${state.trials.length + 1} of ${names.length}` : "Practice";
  element("marks").reset();
  element("watched").value = 0;
  say("");
  lock(config.watchToEnd);
  video.src = `${name}.mp4`;
  paused();
  const following = names[state.trials.length + (state.practised ? 1 : 0)];
  if (following) ahead.src = `${following}.mp4`;
  count();
  show("trial");
}

function finish() {
  state.finished ??= new Date().toISOString();
  save();
  video.removeAttribute("src");
  ahead.removeAttribute("src");
  count();
  element("file").textContent = fileName();
  show("done");
}

/* Watching */

function toggle() {
  if (video.error) video.load();
  if (video.paused) video.play().catch(() => video.error || say("Press play once more."));
  else video.pause();
}

function paused() {
  element("stage").classList.toggle("begun", video.currentTime > 0 || !video.paused);
  const idle = video.ended ? "Play again" : "Play";
  element("play").textContent = video.paused ? idle : "Pause";
}

function ended() {
  let seconds = 0;
  for (let range = 0; range < video.played.length; range++) seconds += video.played.end(range) - video.played.start(range);
  paused();
  if (config.watchToEnd && seconds < 0.9 * video.duration) return;
  shown.plays++;
  if (element("criteria").firstChild.disabled) {
    lock(false);
    say("Now rate the video.");
  }
}

function lock(closed) {
  for (const group of groups()) group.disabled = closed;
  ready();
}

/* Rating */

const groups = () => [...document.querySelectorAll("#criteria fieldset")];
const mark = (group) => Number(group.querySelector(":checked")?.value ?? 0);
const say = (text) => (element("status").textContent = text);

function ready() {
  const open = groups().some((group) => group.disabled || !mark(group));
  element("next").setAttribute("aria-disabled", String(open));
}

function give(value) {
  const all = groups();
  if (all[0].disabled) return say("Please watch the video to the end first.");
  const group = document.activeElement?.closest("fieldset") ?? all.find((one) => !mark(one));
  if (!group) return;
  group.querySelector(`[value="${value}"]`).checked = true;
  const after = all.slice(all.indexOf(group) + 1).find((one) => !mark(one)) ?? all.find((one) => !mark(one));
  (after ? after.querySelector("input") : element("next")).focus();
  say("");
  ready();
}

function submit() {
  const all = groups();
  if (all[0].disabled) return say("Please watch the video to the end first.");
  const open = all.find((group) => !mark(group));
  if (open) {
    open.querySelector("input").focus();
    return say("Please answer all questions.");
  }
  if (state.practised) {
    state.trials.push({
      video: shown.name,
      repeat: state.trials.length >= session().length - config.repeats,
      ratings: Object.fromEntries(config.criteria.map(({ name }, number) => [name, mark(all[number])])),
      seconds: Math.round(performance.now() - shown.since) / 1000,
      plays: shown.plays,
    });
  }
  state.practised = true;
  save();
  next();
  if (state.trials.length === session().length) download();
}

function build() {
  for (const { name, label, question } of config.criteria) {
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = label;
    description.textContent = question;
    element("questions").append(term, description);
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    const strong = document.createElement("strong");
    const text = document.createElement("span");
    const scale = document.createElement("div");
    strong.textContent = label;
    text.textContent = question;
    legend.append(strong, text);
    scale.className = "scale";
    config.scale.forEach((word, number) => {
      const option = document.createElement("label");
      const input = document.createElement("input");
      const caption = document.createElement("span");
      Object.assign(input, { type: "radio", name, value: String(number + 1) });
      caption.textContent = word;
      option.append(input, String(number + 1), caption);
      scale.append(option);
    });
    group.append(legend, scale);
    element("criteria").append(group);
  }
}

function key(event) {
  if (element("trial").hidden || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && event.target.id !== "play") {
    event.preventDefault();
    if (!event.repeat) toggle();
  } else if (/^[1-5]$/.test(event.key)) {
    event.preventDefault();
    if (!event.repeat) give(Number(event.key));
  } else if (event.key === "Enter" && event.target.id !== "play") {
    event.preventDefault();
    if (!event.repeat) submit();
  }
}

build();
document.addEventListener("keydown", key);
for (const name of ["play", "pause", "loadeddata"]) video.addEventListener(name, paused);
video.addEventListener("ended", ended);
video.addEventListener("timeupdate", () => (element("watched").value = video.duration ? video.currentTime / video.duration : 0));
video.addEventListener("error", () => shown && video.getAttribute("src") && say("The video cannot be loaded. Check the connection, then press play."));
element("stage").addEventListener("click", toggle);
element("stage").addEventListener("contextmenu", (event) => event.preventDefault()); // it has controls to seek
element("play").addEventListener("click", toggle);
element("criteria").addEventListener("change", () => (say(""), ready()));
element("marks").addEventListener("submit", (event) => (event.preventDefault(), submit()));
element("start").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(element("rater").value.trim());
  next();
});
element("continue").addEventListener("click", next);
for (const id of ["restart", "another"]) {
  element(id).addEventListener("click", () => {
    if (!confirm("This forgets the answers kept in this browser. Go on?")) return;
    state = null;
    save();
    welcome();
  });
}
element("download").addEventListener("click", download);
if (state?.finished) finish();
else welcome();
