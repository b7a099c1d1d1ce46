// The heatmap: arrow keys between cells, and a cell's details on focus and hover.
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

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
  if (!event.key.startsWith("Arrow") || event.altKey || event.ctrlKey || event.metaKey) return;
  const link = event.target.closest?.("[data-arrows] a.cell-link");
  if (!link) return;
  event.preventDefault();
  next(link.closest("table"), link, event.key)?.focus();
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
