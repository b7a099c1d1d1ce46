// Menus of the header: close on Escape and on a click elsewhere; the choice of light or dark.
const menus = document.querySelectorAll("details.menu");

document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const group of document.querySelectorAll("[data-theme-choice]")) {
  const buttons = group.querySelectorAll("[data-theme-value]");
  const mark = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeValue === window.cxTheme.chosen()));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      window.cxTheme.choose(button.dataset.themeValue);
      mark();
    });
  }
  group.hidden = false;
  mark();
}

// Where a row of tabs, rooms or steps is wider than the screen, the present one is brought into sight.
for (const here of document.querySelectorAll("nav [aria-current]")) {
  const row = here.closest("ul, ol") ?? here.closest("nav");
  if (row.scrollWidth <= row.clientWidth) continue;
  const [present, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += present.left - all.left - (all.width - present.width) / 2;
}

// Rows that stand as blocks on a phone are no rows to some screen readers: what each part of the table is, is said.
const parts = { table: "table", "thead, tbody, tfoot": "rowgroup", tr: "row", td: "cell", "th[scope=row]": "rowheader", "th:not([scope=row])": "columnheader" };
const sayParts = (tables) => {
  for (const table of tables) {
    for (const [which, role] of Object.entries(parts)) {
      for (const part of which === "table" ? [table] : table.querySelectorAll(which)) part.setAttribute("role", role);
    }
  }
};
const blocks = "table.row-blocks";
sayParts(document.querySelectorAll(blocks));
// Later ones too, whoever brings them.
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (!(node instanceof HTMLElement)) continue;
    const around = node.closest(blocks);
    sayParts(around ? [around] : node.querySelectorAll(blocks));
  }
}).observe(document.body, { childList: true, subtree: true });
