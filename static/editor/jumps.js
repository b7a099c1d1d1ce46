// Jumps of a board: chosen from two lists, drawn as arcs over the stages.
const SVG = "http://www.w3.org/2000/svg";

/**
 * Watch the jumps of `board`. `add(from, to)` takes steps' elements; `pairs()` gives them back, whole ones only;
 * `refresh()` offers the steps as they are now and drops jumps whose step is gone; `draw()` draws the arcs again.
 */
export function watchJumps(board, { make, store, nameOf }) {
  const list = board.querySelector("[data-jumps]");
  const plane = board.querySelector("[data-plane]");
  const arcs = board.querySelector("[data-arcs]");
  const chosen = new Map(); // the jump's row -> { from, to }

  board.querySelector("[data-add-jump]").addEventListener("click", () => {
    add().querySelector("select").focus();
    refresh();
  });
  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove-jump]")) return;
    const row = event.target.closest("[data-jump]");
    const next = row.nextElementSibling || row.previousElementSibling;
    drop(row);
    (next?.querySelector("select") || board.querySelector("[data-add-jump]")).focus();
    store();
  });
  list.addEventListener("change", (event) => {
    const row = event.target.closest("[data-jump]");
    const steps = [...board.querySelectorAll("[data-step]")];
    const end = event.target.matches("[data-from]") ? "from" : "to";
    chosen.set(row, { ...chosen.get(row), [end]: steps[Number(event.target.value)] });
    store();
  });

  function add(from, to) {
    const row = make("jump");
    chosen.set(row, { from, to });
    list.append(row);
    return row;
  }

  function drop(row) {
    chosen.delete(row);
    row.remove();
  }

  function refresh() {
    const steps = [...board.querySelectorAll("[data-step]")];
    for (const [row, ends] of chosen) {
      if ([ends.from, ends.to].some((step) => step && !steps.includes(step))) drop(row);
      else {
        offer(row.querySelector("[data-from]"), steps, ends.from);
        offer(row.querySelector("[data-to]"), steps, ends.to);
      }
    }
    board.querySelector("[data-add-jump]").disabled = steps.length < 2;
    draw();
  }

  function offer(select, steps, wanted) {
    const options = steps.map((step, at) => new Option(`${nameOf(step.closest("[data-stage]"))} · ${nameOf(step)}`, at));
    select.replaceChildren(new Option("–", ""), ...options);
    select.value = wanted ? String(steps.indexOf(wanted)) : "";
  }

  function pairs() {
    return [...chosen.values()].filter(({ from, to }) => from && to).map(({ from, to }) => [from, to]);
  }

  function draw() {
    const origin = plane.getBoundingClientRect();
    arcs.replaceChildren(...pairs().map(([from, to]) => arc(box(from, origin), box(to, origin))));
    arcs.setAttribute("width", plane.scrollWidth);
    arcs.setAttribute("height", plane.scrollHeight);
  }

  function box(step, origin) {
    const { left, right, top, height } = step.getBoundingClientRect();
    const shift = plane.scrollLeft - origin.left;
    return { left: left + shift, right: right + shift, y: top - origin.top + plane.scrollTop + height / 2 };
  }

  return { add, pairs, refresh, draw };
}

/** Forward: from the right edge to the left edge; back, or within a stage: round the right edges. */
function arc(from, to) {
  const forward = to.left > from.right;
  const [x1, x2] = forward ? [from.right, to.left] : [from.right, to.right];
  const bow = forward ? (x2 - x1) / 2 : 34;
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", `M${x1} ${from.y} C${x1 + bow} ${from.y} ${forward ? x2 - bow : x2 + bow} ${to.y} ${x2} ${to.y}`);
  const head = document.createElementNS(SVG, "path");
  const tip = forward ? -7 : 7;
  head.setAttribute("d", `M${x2 + tip} ${to.y - 4} L${x2} ${to.y} L${x2 + tip} ${to.y + 4}`);
  const both = document.createElementNS(SVG, "g");
  both.append(path, head);
  return both;
}
