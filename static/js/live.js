// The open page follows the counts: it asks once a second whether its version is still the newest, gets 204 while
// it is, and swaps the board when not. A hidden tab asks nothing; while the server is away it asks less often.
const EVERY = 1000;
const AT_MOST = 30000;
let wait = EVERY;

function tick() {
  const board = document.querySelector("[data-live]");
  if (board && !document.hidden) board.dispatchEvent(new CustomEvent("cx:tick"));
}

let timer = 0;
function again() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    tick();
    again();
  }, wait);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    tick();
    again();
  }
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.hasAttribute("data-live")) wait = event.detail.successful ? EVERY : Math.min(wait * 2, AT_MOST);
});

// A swap must not move the eye: sideways scroll of the tables stays (htmx itself keeps the focus, by id).
const offsets = new Map();
document.body.addEventListener("htmx:beforeSwap", () => {
  for (const node of document.querySelectorAll("[data-keep-scroll]")) offsets.set(node.dataset.keepScroll, node.scrollLeft);
});
document.body.addEventListener("htmx:afterSwap", () => {
  for (const node of document.querySelectorAll("[data-keep-scroll]")) node.scrollLeft = offsets.get(node.dataset.keepScroll) ?? 0;
  ago();
});

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
