// What the editor's pages share: rows with an order (buttons beside dragging; the order is written as it is seen,
// new rows included), and texts to copy.
const lists = [...document.querySelectorAll(".formset[data-ordering-field]")];

const rowsOf = (list) => [...list.querySelectorAll(".form-group:not(.empty-form)")];

function write(list) {
  rowsOf(list).forEach((row, index) => {
    const input = row.querySelector(`input[name$="-${list.dataset.orderingField}"]`);
    if (input) input.value = index;
  });
}

function shift(button) {
  const row = button.closest(".form-group");
  const rows = rowsOf(row.closest(".formset"));
  const beside = rows[rows.indexOf(row) + Number(button.dataset.shift)];
  if (!beside) return;
  if (button.dataset.shift === "-1") beside.before(row);
  else beside.after(row);
  button.focus();
  row.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const list of lists) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-shift]");
    if (button) shift(button);
  });
  list.closest("form")?.addEventListener("submit", () => write(list));
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = before), 2000);
});
