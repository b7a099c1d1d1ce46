// The mapping page: put a proposal into its select, tick all rows. The form works without.
const form = document.getElementById("mapping-form");
if (form) {
  const said = form.querySelector("[data-said]");
  for (const button of form.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => {
      const select = document.getElementById(button.dataset.choose);
      select.value = button.dataset.value;
      select.focus();
      said.textContent = said.dataset.chosen;
    });
  }
  const all = form.querySelector("[data-tick-all]");
  all.hidden = false;
  all.addEventListener("click", () => {
    const boxes = [...form.querySelectorAll('input[name="text"]')];
    const on = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = on;
  });
}
