// The heatmap: arrow keys, Home and End between cells, and a cell's details on focus and hover.
// Listeners sit on the document, so that they outlive every swap of the board.
const links = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a.cell-link")));

function next(table, link, key) {
  const grid = links(table);
  const row = grid.findIndex((cells) => cells.includes(link));
  const column = grid[row].indexOf(link);
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  for (let r = row + down, c = column + right; grid[r] && c >= 0 && c < grid[r].length; r += down, c += right) {
    if (grid[r][c]) return grid[r][c];
  }
  return null;
}

// The ends of the row, with Ctrl those of the table.
function last(table, link, key, whole) {
  const row = [...(whole ? table : link.closest("tr")).querySelectorAll("a.cell-link")];
  return key === "Home" ? row[0] : row.at(-1);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
  const [arrow, end] = [event.key.startsWith("Arrow"), ["Home", "End"].includes(event.key)];
  if (!(arrow || end) || event.altKey || event.metaKey || (event.ctrlKey && arrow)) return;
  const link = event.target.closest?.("[data-arrows] a.cell-link");
  if (!link) return;
  event.preventDefault();
  const table = link.closest("table");
  (arrow ? next(table, link, event.key) : last(table, link, event.key, event.ctrlKey))?.focus();
});

// One stop of the Tab key for a whole table: the cell that was visited last. Without this script each cell is one.
function stop(link) {
  for (const other of link.closest("table").querySelectorAll("a.cell-link")) other.tabIndex = other === link ? 0 : -1;
}
const stops = () => {
  for (const table of document.querySelectorAll("[data-arrows]")) {
    const link = table.querySelector("a.cell-link:focus") ?? table.querySelector("a.cell-link");
    if (link) stop(link);
  }
};
document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("[data-arrows] a.cell-link");
  if (link) stop(link);
});
document.body.addEventListener("htmx:afterSettle", stops);
stops();

// Other customers are compared with others of their own kind: the choice made before them is void.
document.addEventListener("change", (event) => {
  const compare = document.querySelector("#board [name=compare]");
  if (event.target.name === "segment" && compare) compare.value = "";
});

let shown = null;
// The box that is moved has no id: htmx would carry its style over to the next board, against the policy.
const tipOf = (node) => {
  const link = node.closest?.("a.cell-link[aria-describedby]");
  return link && document.getElementById(link.getAttribute("aria-describedby")).parentElement;
};

function showTip(node) {
  const tip = tipOf(node);
  if (tip === shown) return;
  hideTip();
  if (!tip) return;
  tip.hidden = false;
  shown = tip;
  const cell = node.closest("td").getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = tip;
  const below = cell.bottom + 6 + height < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(cell.left, innerWidth - width - 8))}px`;
  tip.style.top = `${below ? cell.bottom + 6 : Math.max(8, cell.top - 6 - height)}px`;
}

function hideTip() {
  if (shown) shown.hidden = true;
  shown = null;
}

document.addEventListener("focusin", (event) => showTip(event.target));
document.addEventListener("focusout", hideTip);
document.addEventListener("mouseover", (event) => showTip(event.target));
document.addEventListener("scroll", hideTip, { capture: true, passive: true });
