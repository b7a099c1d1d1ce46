// The editor of a rule: only what its kind asks for is shown, and it is tried without leaving the page.
const form = document.querySelector(".rule-form");
const tried = document.querySelector("[data-tried]");
const kinds = JSON.parse(document.getElementById("rule-kinds").textContent);
const always = new Set(["part", "instruction", "wording", "kind", "target", "why", "to_come", "reopened"]);
const ofTime = new Set(["period", "share", "calendar", "ending_type"]);
const [kind, part, basis] = ["kind", "part", "basis"].map((name) => form.elements[name]);

function wanted(name, fields) {
  if (name === "instruction") return part.value !== "promise";
  if (always.has(name)) return true;
  if (kind.value === "availability" && ofTime.has(name) && basis.value !== "time") return false;
  return fields.includes(name);
}

function show() {
  const { says, fields, words } = kinds[kind.value];
  form.querySelector("[data-says]").textContent = says;
  for (const field of form.querySelectorAll("[data-field]")) {
    field.hidden = !wanted(field.dataset.field, fields);
    const label = field.querySelector("[data-label]");
    if (label) label.textContent = words[field.dataset.field] ?? label.dataset.label;
  }
  for (const section of form.querySelectorAll("[data-section]")) {
    section.hidden = [...section.querySelectorAll("[data-field]")].every((field) => field.hidden);
  }
}

for (const choice of [kind, part, basis]) choice.addEventListener("change", show);
show();

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.value !== "try") return;
  event.preventDefault();
  button.disabled = true;
  tried.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    tried.innerHTML = await answer.text();
    window.htmx.process(tried);
  } finally {
    button.disabled = false;
    tried.removeAttribute("aria-busy");
  }
});
