// Pictures of paths: Plotly and the data come when a picture is seen, not before.
const colour = (name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};
const pale = (value, share) => value.replace("rgb(", "rgba(").replace(")", `, ${share})`);

let library;
const load = (src) => {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
};

const data = new Map();
const fetched = (address) => {
  if (!data.has(address)) data.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : null)));
  return data.get(address);
};

const common = (words) => ({
  height: 420, margin: { l: 16, r: 16, t: 24, b: 24 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
  font: { color: colour("--text"), family: "inherit", size: 12 }, separators: words.separators, showlegend: false,
});

function flow({ flow: { labels, designed, links }, words }) {
  const [good, bad] = ["--good", "--bad"].map(colour);
  return [[{
    type: "sankey", arrangement: "snap",
    node: {
      label: labels.map((label, i) => (designed[i] ? label : `✱ ${label}`)), color: designed.map((yes) => (yes ? good : bad)),
      align: "left", pad: 10, thickness: 12,
      hovertemplate: `%{label}: %{value} ${words.passages}<extra></extra>`,
    },
    link: {
      source: links.map((link) => link.source), target: links.map((link) => link.target), value: links.map((link) => link.value),
      color: links.map((link) => pale(link.designed ? good : bad, link.designed ? 0.25 : 0.5)),
      customdata: links.map((link) => (link.designed ? words.designed : `✱ ${words.undesigned}`)),
      hovertemplate: `%{source.label} → %{target.label}: %{value} ${words.passages}, %{customdata}<extra></extra>`,
    },
  }], common(words)];
}

function graph({ graph: { nodes, edges, stages }, words }) {
  const [good, bad, text, line] = ["--good", "--bad", "--text", "--line"].map(colour);
  const at = new Map(nodes.map((node) => [node.id, node]));
  const most = Math.max(1, ...edges.map((edge) => edge.n));
  const arrows = edges.filter((edge) => edge.start !== edge.end).map((edge) => {
    const [from, to] = [at.get(edge.start), at.get(edge.end)];
    return {
      x: to.x, y: to.y, ax: from.x, ay: from.y, xref: "x", yref: "y", axref: "x", ayref: "y", text: "", showarrow: true,
      arrowhead: 2, arrowsize: 0.9, standoff: 9, startstandoff: 9, arrowwidth: 1 + (4 * edge.n) / most,
      arrowcolor: pale(edge.designed ? good : bad, 0.25 + (0.6 * edge.n) / most),
    };
  });
  const middles = edges.map((edge) => {
    const [from, to] = [at.get(edge.start), at.get(edge.end)];
    return { x: from.x + (to.x - from.x) * 0.4, y: from.y + (to.y - from.y) * 0.4 + (edge.start === edge.end ? 0.25 : 0), text: `${edge.designed ? "" : "✱ "}${edge.n}` };
  });
  return [[
    {
      type: "scatter", mode: "markers+text", x: nodes.map((node) => node.x), y: nodes.map((node) => node.y),
      text: nodes.map((node) => (node.designed ? node.name : `✱ ${node.name}`)), textposition: "top center", textfont: { size: 11 },
      marker: { size: 13, color: nodes.map((node) => (node.designed ? good : bad)), symbol: nodes.map((node) => (node.designed ? "circle" : "diamond")) },
      hovertemplate: "%{text}<extra></extra>",
    },
    { type: "scatter", mode: "text", x: middles.map((m) => m.x), y: middles.map((m) => m.y), text: middles.map((m) => m.text), textfont: { size: 10, color: text }, hoverinfo: "skip" },
  ], {
    ...common(words), annotations: arrows, hovermode: "closest",
    xaxis: { tickvals: stages.map((_, i) => i), ticktext: stages, gridcolor: line, zeroline: false, fixedrange: true, range: [-0.5, Math.max(stages.length, 1) - 0.4] },
    yaxis: { visible: false, fixedrange: true }, margin: { l: 8, r: 8, t: 12, b: 36 },
  }];
}

const DRAWN = { flow, graph };

async function draw(node) {
  const found = await fetched(node.dataset.figures);
  if (!found) return;
  await load(node.dataset.plotly);
  const paint = () => window.Plotly.react(node, ...DRAWN[node.dataset.figure](found), { displayModeBar: false, responsive: true });
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
const watch = () => {
  for (const node of document.querySelectorAll("[data-figures]:not(.js-plotly-plot)")) seen.observe(node);
};
document.body.addEventListener("htmx:afterSettle", watch);
watch();
