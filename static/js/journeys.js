// The map: arrow keys from cell to cell, over stages and lanes. The tabs: arrow keys from one to the next.
const cellsOf = (stage) => [...stage.querySelectorAll(":scope > .lane")];

function moveInMap(cell, key) {
  const stages = [...cell.closest("[data-blueprint]").querySelectorAll(":scope > .stage")];
  const column = stages.indexOf(cell.closest(".stage"));
  const row = cellsOf(stages[column]).indexOf(cell);
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  const next = stages[column + right] && cellsOf(stages[column + right])[row + down];
  if (!next) return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function moveInTabs(link, key) {
  const links = [...link.closest("[data-tabs]").querySelectorAll("a")];
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step) links[(links.indexOf(link) + step + links.length) % links.length].focus();
  return Boolean(step);
}

document.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
  const tab = event.target.closest?.("[data-tabs] a");
  if (tab && moveInTabs(tab, event.key)) event.preventDefault();
  const cell = event.target.closest?.("[data-blueprint] .lane");
  if (!cell) return;
  event.preventDefault();
  moveInMap(cell, event.key);
});

function ready() {
  const first = document.querySelector("[data-blueprint] .lane");
  if (first) first.tabIndex = 0;
}

document.body.addEventListener("htmx:afterSettle", ready);
ready();
