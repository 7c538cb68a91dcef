// The charts of a round's variances, by ECharts. What they show stands in tables beside them, with the same links.

const drawn = JSON.parse(document.querySelector("#drawn").textContent);
const list = document.querySelector("script[data-list]").dataset.list;
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const text = { fontFamily: style.fontFamily, color: colour("--ink-soft"), fontSize: 12 };
const line = { lineStyle: { color: colour("--line") } };
const axis = { axisLabel: text, nameTextStyle: text, axisLine: line, splitLine: line };

function draw(place, label, option) {
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption({ animation: false, textStyle: text, aria: { enabled: true, label: { description: label } }, ...option });
  new ResizeObserver(() => chart.resize()).observe(place);
  return chart;
}

function told(point) {
  const [budget, outturn, gap, rate] = point.printed;
  const told = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = point.name;
  told.append(name);
  for (const words of [`年初预算 ${budget} ${drawn.unit}`, `决算 ${outturn} ${drawn.unit}`, `差异 ${gap}（${rate} %）`]) {
    const part = document.createElement("div");
    part.textContent = words;
    told.append(part);
  }
  return told;
}

const edge = Number(drawn.edge);
draw(document.querySelector("[data-scatter]"), `${drawn.points.length} 个单位的规模与差异率，数据见下面的表。`, {
  grid: { left: 52, right: 20, top: 28, bottom: 44 },
  tooltip: { formatter: ({ dataIndex }) => told(drawn.points[dataIndex]) },
  xAxis: { type: "log", name: `年初预算（${drawn.unit}）`, nameLocation: "middle", nameGap: 28, ...axis },
  yAxis: { type: "value", name: "差异率 %", min: -edge, max: edge, ...axis },
  series: [
    {
      type: "scatter",
      data: drawn.points.map((point) => ({
        value: [Number(point.size), Number(point.rate)],
        symbol: point.is_beyond ? "triangle" : "circle",
        symbolRotate: Number(point.rate) < 0 ? 180 : 0,
      })),
      symbolSize: 9,
      itemStyle: { color: colour("--accent"), opacity: 0.65 },
      cursor: "pointer",
    },
  ],
}).on("click", ({ dataIndex }) => location.assign(drawn.points[dataIndex].href));

draw(document.querySelector("[data-shares]"), "各档差异率的单位数，数据见下面的表。", {
  grid: { left: 40, right: 12, top: 28, bottom: 64 },
  tooltip: { formatter: ({ dataIndex }) => `${drawn.shares[dataIndex].label}：${drawn.shares[dataIndex].number} 个单位` },
  xAxis: {
    type: "category",
    data: drawn.shares.map((share) => share.label),
    ...axis,
    axisLabel: { ...text, interval: 0, rotate: 35 },
    splitLine: { show: false },
  },
  yAxis: { type: "value", name: "单位数", minInterval: 1, ...axis },
  series: [
    {
      type: "bar",
      data: drawn.shares.map((share) => share.number),
      itemStyle: { color: colour("--accent") },
      label: { show: true, position: "top", ...text },
      cursor: "pointer",
    },
  ],
}).on("click", ({ dataIndex }) => {
  const { href } = drawn.shares[dataIndex];
  if (href) location.assign(list + href);
});
