// A survey's page: the phone shows the draft while it is written. Each question has a table of its words in every
// language, in which what is missing is marked, and a row that says when it is asked.
const form = document.getElementById("survey_form");
const phone = document.querySelector("[data-preview]");
const types = JSON.parse(document.getElementById("question-types").textContent);
const said = JSON.parse(document.getElementById("editor-words").textContent);
const codes = ["fi", "sv", "en"];
let language = phone.querySelector("[aria-pressed=true]")?.dataset.language || "fi";
let waiting;

const rows = () =>
  [...form.querySelectorAll("#questions-data .form-group:not(.empty-form)")].filter(
    (row) => !row.querySelector("input[name$=-DELETE]")?.checked,
  );
const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
const stored = (row, name) => JSON.parse(part(row, name).value || "null");
const keyOfType = (metric) => types[metric]?.key || metric.split("/")[0];
const keyOf = (row) => part(row, "key").value.trim() || keyOfType(part(row, "metric").value);
const wordingOf = (row) => Object.fromEntries(codes.map((code) => [code, part(row, `wording_${code}`).value.trim()]));

function store(row, name, value) {
  part(row, name).value = JSON.stringify(value);
  soon();
}

function make(name, properties = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "text") made.textContent = value;
    else if (key === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

function place(row, name, made) {
  const field = part(row, name);
  const line = field.closest(".form-row") || field.parentElement;
  let box = line.querySelector(`.question-${name}`);
  if (!box) {
    box = make("div", { class: `question-${name}` });
    field.after(box);
  }
  box.replaceChildren(...made);
  line.hidden = made.length === 0;
}

// --- Words of options, ends and reasons, a language beside the other ---

function wordRows(row) {
  const type = types[part(row, "metric").value];
  if (!type) return [];
  const own = stored(row, "options") || [];
  if (type.own && own.length) return own;
  const keys = Object.keys(type.rows);
  if (type.own && !keys.length) return [{ key: "", text: {} }, { key: "", text: {} }];
  return keys.map((key) => own.find((one) => one.key === key) || { key, text: {} });
}

function words(row) {
  const type = types[part(row, "metric").value];
  const shown = wordRows(row);
  if (!type || !shown.length) return place(row, "options", []);
  const keep = () => store(row, "options", shown);
  const again = () => (keep(), words(row));
  const lines = shown.map((one, index) => {
    const standard = type.rows[one.key] || {};
    const name = (!type.own && said[one.key]) || (type.own ? `${said.option} ${index + 1}` : standard[language] || one.key);
    const cells = codes.map((code) => {
      const input = make("input", {
        type: "text", value: one.text[code] || "", maxlength: 200, placeholder: standard[code] || "", lang: code,
        "aria-label": `${name}, ${said[code]}`,
        on: { input: () => ((one.text = { ...one.text, [code]: input.value }), keep(), mark(cells, one.text, standard)) },
      });
      return make("td", { "data-label": said[code] }, [input, make("span", { class: "words-missing" })]);
    });
    mark(cells, one.text, standard);
    const remove = type.own && make("td", {}, [make("button", {
      type: "button", class: "board-remove", text: "×", "aria-label": `${said.remove}: ${name}`,
      on: { click: () => (shown.splice(index, 1), again()) },
    })]);
    return make("tr", {}, [make("th", { scope: "row", text: name }), ...cells, remove]);
  });
  const head = ["", ...codes.map((code) => said[code]), ...(type.own ? [""] : [])];
  const table = make("table", { class: "words-table" }, [
    make("caption", { class: "editor-only-read", text: said.words }),
    make("thead", {}, [make("tr", {}, head.map((text) => make(text ? "th" : "td", text ? { scope: "col", text } : {})))]),
    make("tbody", {}, lines),
  ]);
  const add = type.own && make("button", {
    type: "button", class: "editor-button", text: said.add,
    on: { click: () => {
      shown.push({ key: "", text: {} });
      again();
      [...row.querySelectorAll(".words-table tbody tr")].at(-1).querySelector("input").focus();
    } },
  });
  place(row, "options", [table, add].filter(Boolean));
}

// Where one language has own words, the others read the standard wording, or nothing: both are said.
function mark(cells, text, standard) {
  const any = codes.some((code) => (text[code] || "").trim());
  codes.forEach((code, index) => {
    const missing = any && !(text[code] || "").trim();
    cells[index].querySelector(".words-missing").textContent = missing ? (standard[code] ? said.standard : said.missing) : "";
  });
}

function markWording(row) {
  const type = types[part(row, "metric").value];
  const standard = type && !type.wordless ? type.wording : {};
  const text = wordingOf(row);
  const cells = codes.map((code) => {
    const cell = part(row, `wording_${code}`).parentElement;
    if (!cell.querySelector(".words-missing")) cell.append(make("span", { class: "words-missing" }));
    return cell;
  });
  mark(cells, text, standard);
}

// --- Asked only if ---

function answersOf(row) {
  const type = types[part(row, "metric").value];
  if (type.numbers) {
    const [lowest, highest] = type.numbers;
    return Array.from({ length: highest - lowest + 1 }, (_, n) => [String(lowest + n), String(lowest + n)]);
  }
  const found = wordRows(row).filter((one) => one.key && (type.own || !["low", "high", "word"].includes(one.key)));
  return found.map((one) => [one.key, one.text[language] || type.rows[one.key]?.[language] || Object.values(one.text)[0] || one.key]);
}

function condition(row, all) {
  const earlier = all.slice(0, all.indexOf(row)).filter((one) => types[part(one, "metric").value]?.decides);
  const rule = stored(row, "only_if");
  if (!earlier.length && !rule?.question) return place(row, "only_if", []);
  const of = earlier.find((one) => keyOf(one) === rule?.question);
  const save = (changes) => (store(row, "only_if", { ...rule, ...changes }), condition(row, all));
  const pick = (label, options, chosen, run) =>
    make("select", { class: "editor-select", "aria-label": label, on: { change: (event) => run(event.target.value) } },
      options.map(([value, text]) => make("option", { value, text, selected: value === chosen })));
  const named = earlier.map((one) => [keyOf(one), `${keyOf(one)}: ${types[part(one, "metric").value].asked}`]);
  const made = [pick(said.condition, [["", said.always], ...named], of ? rule.question : "", (question) => {
    const decides = earlier.find((one) => keyOf(one) === question);
    if (!decides) return store(row, "only_if", null), condition(row, all);
    part(decides, "key").value ||= question;
    const numbers = types[part(decides, "metric").value].numbers;
    store(row, "only_if", { question, is: numbers ? "le" : "is", values: [] });
    condition(row, all);
  })];
  if (of) {
    const numbers = types[part(of, "metric").value].numbers;
    made.push(pick(said.comparison, (numbers ? ["le", "ge", "is", "not"] : ["is", "not"]).map((is) => [is, said[is]]), rule.is,
      (is) => save({ is, values: [] })));
    const answers = answersOf(of);
    if (rule.is === "le" || rule.is === "ge") {
      made.push(pick(said.values, [["", "–"], ...answers], rule.values[0] || "", (value) => save({ values: value ? [value] : [] })));
    } else {
      made.push(make("span", { role: "group", "aria-label": said.values, class: "question-answers" }, answers.map(([value, text]) =>
        make("label", {}, [make("input", {
          type: "checkbox", value, checked: rule.values.includes(value),
          on: { change: (event) => save({ values: event.target.checked ? [...rule.values, value] : rule.values.filter((one) => one !== value) }) },
        }), make("span", { text })]))));
    }
  }
  place(row, "only_if", made);
}

// --- The phone ---

function draft() {
  return {
    kind: form.elements.kind.value,
    language,
    journey: Number(form.elements.journey?.value) || null,
    questions: rows().map((row) => ({
      metric: part(row, "metric").value,
      required: part(row, "required").checked,
      key: keyOf(row),
      wording: wordingOf(row),
      options: (stored(row, "options") || []).filter((one) => one.key || Object.values(one.text).some((text) => text.trim())),
      only_if: stored(row, "only_if"),
    })),
  };
}

function help() {
  const all = rows();
  for (const row of all) {
    const metric = part(row, "metric").value;
    for (const code of codes) part(row, `wording_${code}`).placeholder = types[metric]?.wording[code] || "";
    part(row, "key").placeholder = keyOfType(metric);
    if (row.dataset.metric !== metric) {
      if (row.dataset.metric !== undefined && !types[metric]?.own) part(row, "options").value = "[]";
      row.dataset.metric = metric;
      words(row);
    }
    markWording(row);
    const about = JSON.stringify(all.slice(0, all.indexOf(row)).map((one) => [keyOf(one), part(one, "metric").value, part(one, "options").value]));
    if (row.dataset.earlier !== about) {
      row.dataset.earlier = about;
      condition(row, all);
    }
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
  clearTimeout(waiting);
  waiting = setTimeout(() => (help(), show()), 200);
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
