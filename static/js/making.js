// Question 4: the deadline the slider stands at can be taken over into the form.
const take = document.querySelector("[data-take]");
const words = document.querySelector("[data-take-words]");

document.addEventListener("feasible:moved", (event) => {
  if (!take) return;
  const { minutes, label } = event.detail;
  const button = take.querySelector("button");
  button.textContent = words.content.textContent.replace("{time}", label ?? `${Math.floor(minutes / 60)} h ${minutes % 60} min`);
  button.dataset.minutes = minutes;
  take.hidden = false;
});

take?.querySelector("button").addEventListener("click", (event) => {
  const minutes = Number(event.currentTarget.dataset.minutes);
  document.querySelector("#id_hours").value = Math.floor(minutes / 60);
  document.querySelector("#id_minutes").value = minutes % 60;
  const said = take.querySelector("[data-said]");
  said.textContent = said.dataset.said;
});
