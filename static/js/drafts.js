// A long sheet that is half filled in: what was typed and not saved is there again when the page is, in this tab alone.
const form = document.querySelector("form[data-draft]");
const key = `cx-draft-${form.dataset.draft}`;
const again = document.querySelector("[data-draft-again]");
const version = form.elements.after.value;
const fields = () => [...form.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")];

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function forget() {
  sessionStorage.removeItem(key);
}

// Typed while this script was still on its way: newer than any draft.
function touched(field) {
  if (!field.options) return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

function keep(field) {
  typed[field.name] = field.value;
  sessionStorage.setItem(key, JSON.stringify({ version, typed }));
}

// What was saved, by oneself or by another, is newer than a draft of the version before it.
if (kept().version !== version) forget();
const typed = kept().typed ?? {};
for (const field of fields()) {
  if (touched(field)) keep(field);
  if (!(field.name in typed) || field.value === typed[field.name]) continue;
  field.value = typed[field.name];
  field.closest("details")?.setAttribute("open", "");
  again.hidden = false;
}
form.addEventListener("input", (event) => {
  if (fields().includes(event.target)) keep(event.target);
});
document.querySelector("[data-draft-forget]").addEventListener("click", forget);
again.querySelector("button").addEventListener("click", () => {
  forget();
  location.reload();
});
