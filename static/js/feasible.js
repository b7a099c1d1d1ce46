// The slider of deadlines: every step is drawn from the numbers sent with it; only the list of customers is fetched.
const language = document.documentElement.lang;
const end = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(language);
const waiting = new WeakMap();

function rowsOf(section) {
  section.rows ??= JSON.parse(section.dataset.rows);
  return section.rows;
}

function begin(section) {
  if (section.begun) return;
  section.begun = true;
  const at = section.querySelector("[data-at]");
  for (const plain of section.querySelectorAll("[data-plain]")) {
    plain.hidden = true;
    plain.disabled = true;
  }
  at.hidden = false;
}

function say(section, row) {
  const [time, kept, n, of, low, high] = row;
  if (!n) return section.dataset.none.replace("{time}", time);
  const words = { time, share: share.format(of), low: end.format(100 * low), high: end.format(100 * high), kept: whole.format(kept), n: whole.format(n) };
  return section.dataset.said.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}

async function list(section, address) {
  const [place, asked] = [section.querySelector("[data-list]"), Symbol("asked")];
  waiting.set(section, asked);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.ok && waiting.get(section) === asked) place.innerHTML = await answer.text();
}

function move(section, at) {
  const rows = rowsOf(section);
  const row = rows[at.valueAsNumber];
  const x = (600 * at.valueAsNumber) / Math.max(1, rows.length - 1);
  const here = section.querySelector("[data-here]");
  here.setAttribute("x1", x);
  here.setAttribute("x2", x);
  const said = say(section, row);
  at.setAttribute("aria-valuetext", said);
  section.querySelector("[data-now]").textContent = said;
  section.querySelector("[data-count]").textContent = whole.format(row[2] - row[1]);
  const whom = section.querySelector("[data-whom]");
  whom.href = `${section.dataset.failed}&minutes=${row[6]}`;
  section.dispatchEvent(new CustomEvent("feasible:moved", { bubbles: true, detail: { minutes: row[6], share: row[3] } }));
  if (!section.querySelector("[data-list]").hasChildNodes()) return;
  clearTimeout(section.later);
  section.later = setTimeout(() => list(section, whom.href), 300);
}

document.addEventListener("input", (event) => {
  const section = event.target.matches?.("[data-at]") && event.target.closest("[data-feasible]");
  if (section) move(section, event.target);
});
document.addEventListener("click", (event) => {
  const whom = event.target.closest?.("[data-feasible] [data-whom]");
  if (!whom || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  list(whom.closest("[data-feasible]"), whom.href);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches?.(".feasible-form")) event.preventDefault();
});

const ready = () => document.querySelectorAll("[data-feasible]").forEach(begin);
document.body.addEventListener("htmx:afterSettle", ready);
ready();
