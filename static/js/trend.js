// The trend of a touchpoint: Plotly comes when the chart is seen, not before.
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

function figure(data) {
  const [text, muted, line, accent] = ["--text", "--muted", "--line", "--accent"].map(colour);
  const band = accent.replace("rgb(", "rgba(").replace(")", ", 0.16)");
  const suffix = data.percent ? " %" : "";
  const edge = { mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false, connectgaps: false };
  const traces = [
    { x: data.months, y: data.high, ...edge },
    { x: data.months, y: data.low, ...edge, fill: "tonexty", fillcolor: band, name: data.words.interval, showlegend: true },
    {
      x: data.months, y: data.value, name: data.name, mode: "lines+markers", line: { color: accent, width: 2 }, marker: { size: 5 },
      customdata: data.months.map((_, i) => [data.low[i], data.high[i], data.n[i]]),
      hovertemplate: `%{x|%m/%Y}: <b>%{y:.1f}${suffix}</b> (%{customdata[0]:.1f}…%{customdata[1]:.1f}), n %{customdata[2]}<extra></extra>`,
    },
  ];
  if (data.target !== null) {
    traces.push({ x: [data.months[0], data.months.at(-1)], y: [data.target, data.target], name: data.words.target, mode: "lines", line: { color: muted, width: 1, dash: "dash" }, hoverinfo: "skip" });
  }
  if (data.changes.length) {
    // Days on which something was changed: a line each, and a point at its top to hover over.
    traces.push({
      x: data.changes.map((each) => each.day), y: data.changes.map(() => 1), yaxis: "y2", name: data.words.changes, mode: "markers",
      marker: { symbol: "triangle-down", size: 9, color: text }, text: data.changes.map((each) => each.what), hovertemplate: "%{x|%d.%m.%Y}: %{text}<extra></extra>",
    });
  }
  return [traces, {
    shapes: data.changes.map((each) => ({ type: "line", xref: "x", yref: "paper", x0: each.day, x1: each.day, y0: 0, y1: 1, line: { color: muted, width: 1, dash: "dot" } })),
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
    height: 300, margin: { l: 48, r: 12, t: 28, b: 36 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { color: text, family: "inherit", size: 12 }, separators: data.words.separators, hovermode: "x",
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" }, xaxis: { gridcolor: line, tickformat: "%m/%Y", fixedrange: true },
    yaxis: { gridcolor: line, zerolinecolor: line, ticksuffix: suffix, fixedrange: true },
  }];
}

async function draw(node) {
  const answer = await fetch(node.dataset.trend, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const data = await answer.json();
  await load(node.dataset.plotly);
  const paint = () => window.Plotly.react(node, ...figure(data), { displayModeBar: false, responsive: true });
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
for (const node of document.querySelectorAll("[data-trend]")) seen.observe(node);
