// Charts: a characteristic over units with its limits, its histogram, and the flow from lots to customers.

import { BarChart, LineChart, SankeyChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent, AriaComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([LineChart, BarChart, SankeyChart, GridComponent, MarkLineComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

interface Point { name: string; value: number; result: string; link: string }
interface Run { unit: string; lower?: number; upper?: number; mean: number; points: Point[]; bins: { from: number; to: number; count: number }[] }
interface Flow { nodes: { name: string; label: string; class: string }[]; links: { source: string; target: string; value: number }[] }

function colour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const axis = (ink: string, line: string): object => ({ axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } }, splitLine: { lineStyle: { color: line, opacity: 0.4 } } });

function run(r: Run): echarts.EChartsCoreOption {
  const [ink, line, brand, bad, must] = ["ink", "line-strong", "brand", "bad", "must"].map(colour) as [string, string, string, string, string];
  const limits = [
    ...(r.lower === undefined ? [] : [{ yAxis: r.lower, name: "lower limit", lineStyle: { color: bad } }]),
    ...(r.upper === undefined ? [] : [{ yAxis: r.upper, name: "upper limit", lineStyle: { color: bad } }]),
    { yAxis: r.mean, name: "mean", lineStyle: { color: must, type: "dashed" as const } },
  ];
  const all = [...r.points.map((p) => p.value), ...(r.lower === undefined ? [] : [r.lower]), ...(r.upper === undefined ? [] : [r.upper])];
  const low = Math.min(...all), high = Math.max(...all), room = (high - low || 1) * 0.08;
  return {
    animation: false,
    textStyle: { fontFamily: "Plex, sans-serif" },
    tooltip: { trigger: "item", renderMode: "richText" },
    grid: { left: 60, right: 110, top: 20, bottom: 40 },
    xAxis: { type: "category", data: r.points.map((p) => p.name), ...axis(ink, line) },
    yAxis: { type: "value", min: low - room, max: high + room, name: r.unit, ...axis(ink, line), axisLabel: { color: ink, formatter: (v: number) => String(Number(v.toPrecision(5))) } },
    series: [{
      type: "line", symbolSize: 7, showAllSymbol: r.points.length < 200, lineStyle: { color: brand, width: 1 }, symbol: (_: unknown, p: { dataIndex: number }) => (r.points[p.dataIndex]?.result === "fail" ? "rect" : "circle"),
      data: r.points.map((p) => ({ value: p.value, itemStyle: { color: p.result === "fail" ? bad : brand } })),
      markLine: { symbol: "none", silent: true, label: { formatter: "{b}", color: ink }, data: limits },
    }],
  };
}

function histogram(r: Run): echarts.EChartsCoreOption {
  const [ink, line, brand] = ["ink", "line-strong", "brand"].map(colour) as [string, string, string];
  return {
    animation: false,
    textStyle: { fontFamily: "Plex, sans-serif" },
    tooltip: { trigger: "item", renderMode: "richText" },
    grid: { left: 50, right: 20, top: 20, bottom: 40 },
    xAxis: { type: "category", data: r.bins.map((b) => String(Number(((b.from + b.to) / 2).toPrecision(4)))), ...axis(ink, line) },
    yAxis: { type: "value", minInterval: 1, ...axis(ink, line) },
    series: [{ type: "bar", barCategoryGap: "4%", itemStyle: { color: brand }, data: r.bins.map((b) => b.count) }],
  };
}

function flow(f: Flow): echarts.EChartsCoreOption {
  const ink = colour("ink");
  const of: Record<string, string> = { start: colour("signal"), customer: colour("brand"), part: colour("must"), place: colour("was") };
  return {
    animation: false,
    textStyle: { fontFamily: "Plex, sans-serif" },
    tooltip: { trigger: "item", renderMode: "richText" },
    series: [{
      type: "sankey", left: 10, right: 150, top: 10, bottom: 10, nodeGap: 12, emphasis: { focus: "adjacency" },
      label: { color: ink, fontSize: 13, formatter: (p: { name: string }) => f.nodes.find((n) => n.name === p.name)?.label ?? p.name },
      lineStyle: { color: "gradient", opacity: 0.35 },
      data: f.nodes.map((n) => ({ name: n.name, itemStyle: { color: of[n.class] ?? ink } })), links: f.links,
    }],
  };
}

/** Draws the chart that the element names, and again when the scheme or the size changes. */
export async function draw(element: HTMLElement): Promise<void> {
  const data: unknown = await (await fetch(element.dataset["src"] ?? "")).json();
  element.replaceChildren();
  const chart = echarts.init(element);
  const kind = element.dataset["picture"];
  const set = (): void => { chart.setOption(kind === "flow" ? flow(data as Flow) : kind === "histogram" ? histogram(data as Run) : run(data as Run)); };
  set();
  if (kind === "run") chart.on("click", (p) => { const link = (data as Run).points[p.dataIndex]?.link; if (link) location.href = link; });
  new ResizeObserver(() => { chart.resize(); }).observe(element);
  document.addEventListener("lotline:scheme", set);
}
