// The open page follows the counts: it asks once a second whether its version is still the newest, gets 204 while
// it is, and swaps the board when not. A hidden tab asks nothing; while the server is away it asks less often.
const EVERY = 1000;
const AT_MOST = 30000;
let wait = EVERY;
let timer = 0;

const address = () => document.querySelector("[data-live]")?.dataset.live;

async function ask() {
  const asked = address();
  if (!asked || document.hidden) return;
  try {
    const answer = await fetch(asked, { headers: { "HX-Request": "true" } });
    wait = answer.ok ? EVERY : Math.min(wait * 2, AT_MOST);
    if (answer.status !== 200 || answer.redirected) return;
    const board = await answer.text();
    // A filter may have changed the board meanwhile: then this is the answer to yesterday's question.
    if (address() !== asked) return;
    remember();
    window.htmx.swap("#board", board, { swapStyle: "outerHTML" });
    restore();
  } catch {
    wait = Math.min(wait * 2, AT_MOST);
  }
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    await ask();
    again();
  }, wait);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  wait = EVERY;
  again();
});

// A swap must not move the eye: sideways scroll of the tables stays (htmx itself keeps the focus, by id).
const offsets = new Map();
function remember() {
  for (const node of document.querySelectorAll("[data-keep-scroll]")) offsets.set(node.dataset.keepScroll, node.scrollLeft);
}
function restore() {
  for (const node of document.querySelectorAll("[data-keep-scroll]")) node.scrollLeft = offsets.get(node.dataset.keepScroll) ?? 0;
  ago();
}
document.body.addEventListener("htmx:beforeSwap", remember);
document.body.addEventListener("htmx:afterSwap", restore);

const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
function ago() {
  for (const node of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(node.dateTime)) / 1000));
    const [amount, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [seconds / 60, "minute"] : seconds < 86400 ? [seconds / 3600, "hour"] : [seconds / 86400, "day"];
    node.textContent = relative.format(-Math.floor(amount), unit);
  }
}

ago();
setInterval(ago, EVERY);
again();
