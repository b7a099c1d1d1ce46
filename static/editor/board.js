// A journey's board: stages across, touchpoints down, jumps between them. The form carries it as JSON in one field.
import { watchJumps } from "./jumps.js";

for (const board of document.querySelectorAll("[data-board]")) start(board);

function start(board) {
  const field = board.querySelector("[data-board-value]");
  const stages = board.querySelector("[data-stages]");
  const said = board.querySelector("[data-said]");
  const known = JSON.parse(document.getElementById("board-touchpoints").textContent);
  const byId = new Map(known.map((touchpoint) => [touchpoint.id, touchpoint]));
  const byLabel = offer(board.querySelector("datalist"), known);

  const removed = JSON.parse(document.getElementById("board-archived").textContent);
  const layout = JSON.parse(field.value || "{}");
  const hint = board.querySelector("[data-after-hint]");

  for (const planned of layout.stages || []) addStage(planned);
  const jumps = watchJumps(board, { make, store, nameOf });
  for (const jump of layout.jumps || []) jumps.add(...jump.map(([at, place]) => stepAt(at, place)));
  refresh();
  // Opening "More" moves what is below it.
  board.addEventListener("toggle", jumps.draw, true);
  new ResizeObserver(jumps.draw).observe(stages);

  function stepAt(at, place) {
    return stages.children[at]?.querySelectorAll("[data-step]")[place];
  }

  function refresh() {
    for (const step of stages.querySelectorAll("[data-step]")) mark(step);
    hint.hidden = !stages.children.length || [...stages.children].some((stage) => valueOf(stage, "after_purchase"));
    jumps.refresh();
  }

  /** What is said of a step when its details are closed. */
  function mark(step) {
    const marks = step.querySelector("[data-marks]");
    const told = ["optional", "repeats"].filter((name) => valueOf(step, name)).map((name) => marks.dataset[name]);
    marks.textContent = told.join(", ") || marks.dataset.none;
  }

  /** The fields of a stage or of a step that stand under "More"; not those of the steps within a stage. */
  function fieldsOf(item) {
    return [...item.querySelectorAll("[data-of]")].filter((input) => input.closest("[data-step], [data-stage]") === item);
  }

  function valueOf(item, name) {
    const input = fieldsOf(item).find((one) => one.dataset.of === name);
    if (input.type === "checkbox") return input.checked;
    return name === "emotion" ? (input.value === "" ? null : Number(input.value)) : input.value;
  }

  function fill(item, planned) {
    for (const input of fieldsOf(item)) {
      const value = planned[input.dataset.of];
      if (input.type === "checkbox") input.checked = Boolean(value);
      else if (value !== undefined && value !== null) input.value = value;
    }
  }

  function details(item) {
    return Object.fromEntries(fieldsOf(item).map((input) => [input.dataset.of, valueOf(item, input.dataset.of)]));
  }

  function make(kind) {
    return board.querySelector(`[data-template="${kind}"]`).content.firstElementChild.cloneNode(true);
  }

  function addStage(planned = {}) {
    const stage = make("stage");
    if (planned.id) stage.dataset.id = planned.id;
    stage.querySelector("[data-name]").value = planned.name || "";
    fill(stage, planned);
    stages.append(stage);
    for (const step of planned.steps || []) addStep(stage, step);
    return stage;
  }

  function addStep(stage, planned) {
    const step = make("step");
    const touchpoint = byId.get(planned.touchpoint);
    if (planned.touchpoint) step.dataset.touchpoint = planned.touchpoint;
    step.querySelector("[data-label]").textContent = touchpoint?.name || planned.name;
    if (touchpoint) step.querySelector("[data-channel]").textContent = touchpoint.channel;
    else {
      const channel = step.querySelector("[data-new-channel]");
      channel.hidden = false;
      channel.value = planned.channel || "";
    }
    fill(step, planned);
    stage.querySelector("[data-steps]").append(step);
    return step;
  }

  function addNamed(stage) {
    const input = stage.querySelector("[data-add]");
    const text = input.value.trim();
    if (!text) return;
    const touchpoint = byLabel.get(text.toLowerCase());
    const label = touchpoint ? touchpoint.name : text;
    const twice = [...stage.querySelectorAll("[data-step]")].some((step) =>
      touchpoint ? Number(step.dataset.touchpoint) === touchpoint.id : nameOf(step).toLowerCase() === label.toLowerCase(),
    );
    if (!twice) addStep(stage, touchpoint ? { touchpoint: touchpoint.id } : { name: text });
    input.value = "";
    store();
  }

  function store() {
    refresh();
    field.value = JSON.stringify({
      stages: [...stages.children].map((stage) => ({
        id: Number(stage.dataset.id) || null,
        name: stage.querySelector("[data-name]").value,
        ...details(stage),
        steps: [...stage.querySelectorAll("[data-step]")].map((step) => ({
          ...(step.dataset.touchpoint
            ? { touchpoint: Number(step.dataset.touchpoint) }
            : { name: nameOf(step), channel: Number(step.querySelector("[data-new-channel]").value) || null }),
          ...details(step),
        })),
      })),
      jumps: jumps.pairs().map((pair) => pair.map(placeOf)),
      version: layout.version ?? null,
    });
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function placeOf(step) {
    const stage = step.closest("[data-stage]");
    return [[...stages.children].indexOf(stage), [...stage.querySelectorAll("[data-step]")].indexOf(step)];
  }

  function nameOf(item) {
    return item.matches("[data-stage]")
      ? item.querySelector("[data-name]").value
      : item.querySelector("[data-label]").textContent;
  }

  function say(text, what) {
    said.textContent = text.replace("%s", what);
  }

  board.addEventListener("click", (event) => {
    const item = event.target.closest("[data-step], [data-stage]");
    if (event.target.closest("[data-add-stage]")) {
      addStage().querySelector("[data-name]").focus();
      store();
    } else if (event.target.closest("[data-restore]")) {
      const button = event.target.closest("[data-restore]");
      addStage(removed[Number(button.dataset.restore)]);
      button.remove();
      store();
    } else if (event.target.closest("[data-remove]")) {
      say(said.dataset.removed, nameOf(item));
      const next = item.nextElementSibling || item.previousElementSibling;
      item.remove();
      next?.querySelector("[data-grip]").focus();
      store();
    } else if (event.target.closest("[data-plus]")) {
      addNamed(item);
      item.querySelector("[data-add]").focus();
    }
  });

  board.addEventListener("input", (event) => {
    if (event.target === field || event.target.closest("[data-jump]")) return;
    // Choosing from the list gives no key: the browser reports a replacement.
    if (event.target.matches("[data-add]") && (event.inputType === "insertReplacementText" || !event.inputType)) {
      addNamed(event.target.closest("[data-stage]"));
    } else if (!event.target.matches("[data-add]")) store();
  });
  // What was written and left without Enter is meant to be there too.
  board.addEventListener("change", (event) => {
    if (event.target.matches("[data-add]")) addNamed(event.target.closest("[data-stage]"));
    else if (event.target !== field && !event.target.closest("[data-jump]")) store();
  });

  board.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-step], [data-stage]");
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      if (event.target.matches("[data-add]")) addNamed(item);
      else item.querySelector("[data-add]").focus();
    } else if (event.target.matches("[data-grip]") && event.key.startsWith("Arrow")) {
      event.preventDefault();
      if (item.matches("[data-stage]") ? moveStage(item, event.key) : moveStep(item, event.key)) {
        event.target.focus();
        store();
        say(said.dataset.moved, where(item));
      }
    }
  });

  function where(item) {
    if (item.matches("[data-stage]")) return `${[...stages.children].indexOf(item) + 1}`;
    return `${nameOf(item.closest("[data-stage]"))}, ${[...item.parentElement.children].indexOf(item) + 1}`;
  }

  function moveStage(stage, key) {
    const back = key === "ArrowLeft" || key === "ArrowUp";
    const beside = back ? stage.previousElementSibling : stage.nextElementSibling;
    if (beside) (back ? beside.before(stage) : beside.after(stage));
    return Boolean(beside);
  }

  function moveStep(step, key) {
    if (key === "ArrowUp" || key === "ArrowDown") {
      const beside = key === "ArrowUp" ? step.previousElementSibling : step.nextElementSibling;
      if (beside) (key === "ArrowUp" ? beside.before(step) : beside.after(step));
      return Boolean(beside);
    }
    const stage = step.closest("[data-stage]");
    const beside = key === "ArrowLeft" ? stage.previousElementSibling : stage.nextElementSibling;
    if (beside) put(step, beside, null);
    return Boolean(beside);
  }

  /** Into `stage` before `next`, unless the touchpoint is there already. */
  function put(step, stage, next) {
    const same = [...stage.querySelectorAll("[data-step]")].some(
      (other) => other !== step && step.dataset.touchpoint && other.dataset.touchpoint === step.dataset.touchpoint,
    );
    if (!same) stage.querySelector("[data-steps]").insertBefore(step, next);
  }

  board.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button) return;
    const item = grip.closest("[data-step], [data-stage]");
    const abort = new AbortController();
    const listen = (name, handler) => document.addEventListener(name, handler, { signal: abort.signal });
    item.classList.add("board-moving");
    listen("pointermove", (move) => (item.matches("[data-step]") ? dragStep : dragStage)(item, move));
    const end = () => {
      abort.abort();
      item.classList.remove("board-moving");
      store();
    };
    listen("pointerup", end);
    listen("pointercancel", end);
  });

  function dragStep(step, move) {
    const under = document.elementFromPoint(move.clientX, move.clientY);
    const stage = under?.closest("[data-stage]");
    if (!stage || !board.contains(stage)) return;
    const next = [...stage.querySelectorAll("[data-step]")].find((other) => {
      const box = other.getBoundingClientRect();
      return other !== step && move.clientY < box.top + box.height / 2;
    });
    put(step, stage, next || null);
  }

  function dragStage(stage, move) {
    const other = document.elementFromPoint(move.clientX, move.clientY)?.closest("[data-stage]");
    if (!other || other === stage || !board.contains(other)) return;
    const box = other.getBoundingClientRect();
    const stacked = Math.abs(box.left - stage.getBoundingClientRect().left) < 8;
    const before = stacked ? move.clientY < box.top + box.height / 2 : move.clientX < box.left + box.width / 2;
    before ? other.before(stage) : other.after(stage);
  }
}

/** Fill the list of names; two of a name are told apart by channel. Gives label -> touchpoint. */
function offer(list, known) {
  const used = known.filter((touchpoint) => !touchpoint.archived);
  const count = new Map();
  for (const { name } of used) count.set(name.toLowerCase(), (count.get(name.toLowerCase()) || 0) + 1);
  const byLabel = new Map();
  for (const touchpoint of used) {
    const alone = count.get(touchpoint.name.toLowerCase()) === 1;
    const label = alone ? touchpoint.name : `${touchpoint.name} · ${touchpoint.channel || touchpoint.id}`;
    byLabel.set(label.toLowerCase(), touchpoint);
    const option = document.createElement("option");
    option.value = label;
    if (alone) option.label = touchpoint.channel;
    list.append(option);
  }
  return byLabel;
}
