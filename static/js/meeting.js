// Meeting mode. On the leadership page "m" begins a meeting, full screen, without leaving the document; in the meeting
// one step of the agenda is on the screen at a time. Without script the meeting is one page, read from the top.
const meeting = () => document.querySelector("[data-meeting]");
const steps = () => [...document.querySelectorAll("[data-meeting] .step")];

function show(step, { focus = true } = {}) {
  if (!step) return;
  for (const each of steps()) each.hidden = each !== step;
  for (const link of document.querySelectorAll(".agenda a")) {
    if (link.hash === `#${step.id}`) {
      link.setAttribute("aria-current", "step");
      const row = link.closest("ol");
      row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
    }
    else link.removeAttribute("aria-current");
  }
  history.replaceState(history.state, "", `#${step.id}`);
  if (focus) step.focus({ preventScroll: true });
  scrollTo(0, 0);
}

// A link to a figure leads to the step that has it.
function toPlace(hash) {
  const place = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  const step = place?.closest?.("[data-meeting] .step");
  if (!step) return false;
  show(step, { focus: place === step });
  if (place !== step) {
    place.scrollIntoView({ block: "center" });
    place.focus({ preventScroll: true });
  }
  return true;
}

function begin() {
  const here = meeting();
  if (!here || here.classList.contains("meeting-stepping")) return;
  here.classList.add("meeting-stepping");
  for (const hint of here.querySelectorAll("[data-keys]")) hint.hidden = false;
  const full = here.querySelector("[data-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", toggleFull);
  if (!toPlace(location.hash)) show(steps()[0], { focus: false });
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => {});
}

function move(by) {
  const all = steps();
  show(all[all.findIndex((step) => !step.hidden) + by]);
}

function decide() {
  const details = steps().find((step) => !step.hidden)?.querySelector(".decide");
  if (!details) return;
  details.open = true;
  details.querySelector("textarea").focus();
}

const KEYS = {
  ArrowRight: () => move(1),
  PageDown: () => move(1),
  ArrowLeft: () => move(-1),
  PageUp: () => move(-1),
  d: decide,
  f: toggleFull,
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
  const form = document.getElementById("meet");
  if (form && event.key === "m") {
    event.preventDefault();
    document.documentElement.requestFullscreen?.().catch(() => {});
    form.requestSubmit();
    return;
  }
  if (!meeting() || event.target.closest?.("[data-arrows]")) return;
  const act = KEYS[event.key] ?? (/^[1-9]$/.test(event.key) && steps()[event.key - 1] ? () => show(steps()[event.key - 1]) : null);
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-meeting] a[href^='#']");
  if (link && toPlace(link.hash)) event.preventDefault();
});

document.body.addEventListener("htmx:afterSettle", begin);
begin();
