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
const sayParts = (within) => {
  for (const table of within.querySelectorAll("table.row-blocks")) {
    for (const [which, role] of Object.entries(parts)) {
      for (const part of which === "table" ? [table] : table.querySelectorAll(which)) part.setAttribute("role", role);
    }
  }
};
sayParts(document);
document.addEventListener("htmx:load", (event) => sayParts(event.target.parentNode ?? document));
