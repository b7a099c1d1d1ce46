// The inbox by keyboard: j and k go from one to the next, a letter opens what is to be done; nothing typed is lost.
const KEPT = "cx-follow-up-keys";
const wide = window.matchMedia("(min-width: 901px)");
const help = document.querySelector(".fu-keys");
// Whoever speaks to the machine, or hits keys by mistake, turns the letters off (WCAG 2.1.4).
const letters = help.querySelector(".fu-keys-on");
letters.checked = localStorage.getItem(KEPT) !== "off";
letters.addEventListener("change", () => localStorage.setItem(KEPT, letters.checked ? "on" : "off"));
const pane = () => document.getElementById("pane");
const rows = () => [...document.querySelectorAll("[data-row]")];
const opened = () => pane()?.dataset.pane;

// What was typed and not sent, by follow-up, act and field: as long as the page is open.
const drafts = new Map();
const key = (field) => `${opened()}/${field.form.id}/${field.name}`;
const typed = (field) => field.matches(".fu-form :is(textarea, input:not([type=hidden], [type=radio]), select)");

let sent = "";

document.addEventListener("input", (event) => {
  if (typed(event.target)) drafts.set(key(event.target), event.target.value);
});
document.body.addEventListener("htmx:beforeRequest", (event) => {
  sent = event.detail.elt.matches(".fu-form") ? `${opened()}/${event.detail.elt.id}/` : "";
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!sent || event.detail.xhr.status !== 200) return;
  for (const name of drafts.keys()) if (name.startsWith(sent)) drafts.delete(name);
});

function restore() {
  for (const field of pane().querySelectorAll(".fu-form :is(textarea, input, select)")) {
    if (typed(field) && !field.value && drafts.has(key(field))) field.value = drafts.get(key(field));
  }
}

// The list may have been swapped, or another follow-up opened: mark the open one, and say if it changed meanwhile.
function mark() {
  for (const row of rows()) {
    const here = row.dataset.row === (wanted || opened());
    if (here) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    const stale = pane()?.querySelector(".fu-stale");
    if (row.dataset.row === opened() && stale && Number(row.dataset.version) > Number(pane().dataset.version)) stale.hidden = false;
  }
}

// What is ticked stays ticked when the list comes anew; who is in it no more is ticked no more.
const boxes = () => [...document.querySelectorAll(".fu-pick input")];
const picked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
const many = document.getElementById("fu-many");
const count = many.querySelector("[data-picked]");
let last = null;
// All that match: ticked as they were counted. Where they have changed the tick is gone, and is to be set anew.
const whole = () => document.querySelector(".fu-all input");
let every = whole()?.checked ? whole().value : "";
function tick() {
  const there = boxes();
  if (every && whole()?.value !== every) every = "";
  if (whole()) whole().checked = Boolean(every);
  for (const box of there) box.disabled = Boolean(every);
  for (const id of picked) if (!there.some((box) => box.value === id)) picked.delete(id);
  for (const box of there) box.checked = Boolean(every) || picked.has(box.value);
  const ticked = every ? Number(whole().dataset.n) : picked.size;
  const said = ticked ? String(ticked) : "";
  if (count.textContent !== said) count.textContent = said;
}
function pick(box, on) {
  if (on) picked.add(box.value);
  else picked.delete(box.value);
}
document.addEventListener("click", (event) => {
  if (event.target === whole()) {
    every = event.target.checked ? event.target.value : "";
    return tick();
  }
  const box = event.target.closest(".fu-pick input");
  if (!box) return;
  const all = boxes();
  const from = event.shiftKey && last ? all.findIndex((one) => one.value === last) : -1;
  const at = all.indexOf(box);
  const between = from < 0 ? [box] : all.slice(Math.min(from, at), Math.max(from, at) + 1);
  for (const one of between) pick(one, box.checked);
  last = box.value;
  tick();
});
many.addEventListener("reset", (event) => {
  event.preventDefault();
  picked.clear();
  every = "";
  tick();
});
function pickPresent() {
  const present = wide.matches ? opened() : document.activeElement.dataset?.row;
  const box = boxes().find((one) => one.value === present);
  if (!box || every) return;
  pick(box, !picked.has(box.value));
  last = box.value;
  tick();
}

// Of several asked for one after another the last is shown; until it comes its line is already marked.
let turn = 0;
let wanted = "";
async function open(address, { id = "", act = "" } = {}) {
  const mine = ++turn;
  wanted = id;
  mark();
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (mine !== turn) return;
  wanted = "";
  if (!answer.ok || answer.redirected) return void location.assign(address);
  window.htmx.swap("#pane", await answer.text(), { swapStyle: "outerHTML" });
  history.replaceState(null, "", address);
  document.querySelector(".fu").classList.add("fu-one");
  if (act) show(act);
}

function show(act) {
  for (const form of pane().querySelectorAll(".fu-form")) form.hidden = form.id !== `act-${act}`;
  for (const link of pane().querySelectorAll("[data-act]")) {
    if (link.dataset.act === act) link.setAttribute("aria-expanded", "true");
    else link.removeAttribute("aria-expanded");
  }
  const form = act && document.getElementById(`act-${act}`);
  if (!form) return;
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const present = wanted || opened();
  const at = wide.matches ? all.findIndex((row) => row.dataset.row === present) : all.indexOf(document.activeElement);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  if (wide.matches && next.dataset.row !== present) open(next.getAttribute("href"), { id: next.dataset.row });
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-act], [data-row], [data-reload]");
  if (!link) return;
  if (link.dataset.act) {
    event.preventDefault();
    show(link.getAttribute("aria-expanded") ? "" : link.dataset.act);
  } else if (link.dataset.reload !== undefined || wide.matches) {
    event.preventDefault();
    const act = pane().querySelector(".fu-form:not([hidden])")?.id.slice(4) ?? "";
    const reload = link.dataset.reload !== undefined;
    open(link.getAttribute("href"), { id: link.dataset.row, act: reload ? act : "" });
  }
});

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select");
  if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void writing.form?.requestSubmit();
  if (writing && event.key === "Escape") {
    show("");
    return void pane().querySelector("h2").focus();
  }
  if (!letters.checked || writing || help.open || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") help.showModal();
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "x") pickPresent();
  else {
    const found = /^[a-z]$/.test(event.key) && pane()?.querySelector(`[data-shortcut="${event.key}"]`);
    if (!found) return;
    if (found.dataset.act) show(found.dataset.act);
    else found.click();
  }
  event.preventDefault();
});

document.querySelector(".fu-help-open").addEventListener("click", () => help.showModal());
document.querySelector(".fu-help-open").hidden = false;

document.querySelector(".fu-filters").addEventListener("change", (event) => event.currentTarget.requestSubmit());

// On a phone the row of buttons scrolls sideways: what comes next is brought into sight.
function ahead() {
  const next = pane()?.querySelector(".fu-acts .btn-primary");
  if (next) next.parentElement.scrollLeft = next.offsetLeft - next.parentElement.offsetLeft - 16;
}

// Whoever swaps the list or the pane, and however: what is on the screen is then looked at anew.
new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.id === "pane"))) {
    restore();
    ahead();
  }
  mark();
  tick();
}).observe(document.querySelector(".fu"), { childList: true, subtree: true });
mark();
tick();
ahead();
