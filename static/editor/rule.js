// The trial of a rule: what stands in the form is tried on the last 30 days, and nothing is saved.
const button = document.querySelector("[data-trial]");
const said = document.querySelector("[data-foreseen]");
button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.trial, { method: "POST", body: new FormData(button.form) });
    if (!answer.ok) throw new Error(String(answer.status));
    said.innerHTML = await answer.text();
  } finally {
    button.disabled = false;
  }
});
