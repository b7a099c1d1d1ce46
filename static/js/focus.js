// The map of importance and performance: Plotly comes when the chart is seen, not before.
const colour = (name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const load = (src) =>
  new Promise((resolve, reject) => {
    if (window.Plotly) return resolve();
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

const range = (values, lines) => {
  const known = [...values, lines].filter((value) => value !== null);
  const low = Math.min(...known), high = Math.max(...known), room = Math.max(high - low, 1) * 0.18;
  return [low - room, high + room];
};

// A phone has no room for the words of the four corners: the table beside says them.
const WIDE = 560;

function figure(data, width) {
  const [text, muted, line, strong, accent, bad] = ["--text", "--muted", "--line", "--line-strong", "--accent", "--bad"].map(colour);
  const { points, centre: [cy, cx], words } = data;
  const pick = (name) => points.map((point) => point[name]);
  const away = (end, middle) => points.map((point) => (point[end] === null ? 0 : Math.abs(point[end] - point[middle])));
  const fix = (point) => point.y >= cy && point.x < cx;
  const trace = {
    x: pick("x"), y: pick("y"), text: pick("name"), mode: "markers+text", type: "scatter", textposition: "top center", cliponaxis: false,
    textfont: { size: 11, color: text }, showlegend: false,
    marker: { opacity: 1, size: points.map((point) => (point.moment ? 13 : 9)), symbol: points.map((point) => (point.moment ? "diamond" : "circle")), color: points.map((point) => (fix(point) ? bad : accent)) },
    error_x: { type: "data", array: away("x_high", "x"), arrayminus: away("x_low", "x"), color: strong, thickness: 1, width: 0 },
    error_y: { type: "data", array: away("y_high", "y"), arrayminus: away("y_low", "y"), color: strong, thickness: 1, width: 0 },
    customdata: points.map((point) => point.n),
    hovertemplate: `<b>%{text}</b><br>${words.x}: %{x:.0f}<br>${words.y}: %{y:.0f}<br>n %{customdata}<extra></extra>`,
  };
  const xs = range(pick("x"), cx), ys = range(pick("y"), cy);
  const corner = (said, x, y, anchor) => ({ text: said, xref: "paper", yref: "paper", x, y, xanchor: anchor, yanchor: y ? "top" : "bottom", showarrow: false, font: { size: 11, color: muted } });
  const rule = { line: { color: muted, width: 1, dash: "dash" }, type: "line" };
  return [[trace], {
    height: 420, margin: { l: 52, r: 16, t: 12, b: 44 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { color: text, family: "inherit", size: 12 }, separators: words.separators, hovermode: "closest",
    shapes: [{ ...rule, x0: cx, x1: cx, yref: "paper", y0: 0, y1: 1 }, { ...rule, xref: "paper", x0: 0, x1: 1, y0: cy, y1: cy }],
    annotations: width < WIDE ? [] : [corner(words.fix, 0, 1, "left"), corner(words.keep, 1, 1, "right"), corner(words.low, 0, 0, "left"), corner(words.overkill, 1, 0, "right")],
    xaxis: { title: { text: words.x }, gridcolor: line, zeroline: false, range: xs, fixedrange: true },
    yaxis: { title: { text: words.y }, gridcolor: line, zeroline: false, range: ys, fixedrange: true },
  }];
}

async function draw(node) {
  const answer = await fetch(node.dataset.map, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const data = await answer.json();
  await load(node.dataset.plotly);
  const paint = () => window.Plotly.react(node, ...figure(data, node.clientWidth), { displayModeBar: false, responsive: true });
  await paint();
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
});
for (const node of document.querySelectorAll("[data-map]")) seen.observe(node);
