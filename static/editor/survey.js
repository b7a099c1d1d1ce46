// A survey's page: the phone shows the draft while it is written, and empty wordings show the standard ones.
const form = document.getElementById("survey_form");
const phone = document.querySelector("[data-preview]");
const wordings = JSON.parse(document.getElementById("standard-wordings").textContent);
let language = phone.querySelector("[aria-pressed=true]")?.dataset.language || "fi";
let waiting;

const rows = () =>
  [...form.querySelectorAll("#questions-data .form-group:not(.empty-form)")].filter(
    (row) => !row.querySelector("input[name$=-DELETE]")?.checked,
  );
const part = (row, name) => row.querySelector(`[name$="-${name}"]`);

function draft() {
  return {
    kind: form.elements.kind.value,
    language,
    questions: rows().map((row) => ({
      metric: part(row, "metric").value,
      required: part(row, "required").checked,
      wording: Object.fromEntries(["fi", "sv", "en"].map((code) => [code, part(row, `wording_${code}`).value.trim()])),
    })),
  };
}

function help() {
  for (const row of rows()) {
    const metric = part(row, "metric").value;
    for (const code of ["fi", "sv", "en"]) part(row, `wording_${code}`).placeholder = wordings[metric]?.[code] || "";
    part(row, "key").placeholder = metric.split("/")[0];
  }
}

async function show() {
  const answer = await fetch(phone.dataset.preview, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    body: JSON.stringify(draft()),
  });
  if (answer.ok) phone.querySelector("[data-screens]").innerHTML = await answer.text();
}

function soon() {
  help();
  clearTimeout(waiting);
  waiting = setTimeout(show, 200);
}

form.addEventListener("input", soon);
form.addEventListener("change", soon);
form.addEventListener("click", () => setTimeout(soon)); // rows added, removed and moved by buttons
form.addEventListener("pointerup", () => setTimeout(soon)); // and by dragging
phone.addEventListener("click", (event) => {
  const button = event.target.closest("[data-language]");
  if (!button) return;
  language = button.dataset.language;
  for (const other of phone.querySelectorAll("[data-language]")) other.ariaPressed = String(other === button);
  show();
});
help();
