// The genealogy as a picture to move, unfold and follow. The server groups identical objects and says how many they are.

import dagre from "@dagrejs/dagre";
import cytoscape from "cytoscape";

interface Box { id: string; title: string; note: string; class: string; link: string; group: string; count: number }
interface Line { from: string; to: string; class: string; label: string }
interface Picture { boxes: Box[]; lines: Line[]; total: number }

const width = 210;
const height = 52;

function colour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function styles(): cytoscape.StylesheetJson {
  const [ink, card, must, may, was, brand, brandInk, signal] = ["ink", "card", "must", "may", "was", "brand", "brand-ink", "signal"].map(colour) as [string, string, string, string, string, string, string, string];
  return [
    { selector: "node", style: { shape: "round-rectangle", width, height, "background-color": card, "border-width": 2, "border-color": must, label: "data(label)", color: ink, "font-family": "Plex, sans-serif", "font-size": 15, "text-valign": "center", "text-halign": "center", "text-wrap": "wrap", "text-max-width": "196px" } },
    { selector: "node.may", style: { "border-color": may, "border-style": "dashed" } },
    { selector: "node.removed", style: { "border-color": was, "border-style": "dotted" } },
    { selector: "node.self", style: { "background-color": brand, "border-color": brand, color: brandInk } },
    { selector: "node.group", style: { "border-style": "double", "border-width": 6 } },
    { selector: "edge", style: { width: 1.6, "curve-style": "bezier", "line-color": must, "target-arrow-color": must, "target-arrow-shape": "triangle", "arrow-scale": 0.8, opacity: 0.8 } },
    { selector: "edge.may", style: { "line-color": may, "target-arrow-color": may, "line-style": "dashed" } },
    { selector: "edge.removed", style: { "line-color": was, "target-arrow-color": was, "line-style": "dotted" } },
    { selector: ".faint", style: { opacity: 0.18 } },
    { selector: "edge.way", style: { width: 4, "line-color": signal, "target-arrow-color": signal, opacity: 1 } },
    { selector: "node.way", style: { "border-color": signal, "border-width": 4 } },
  ];
}

function elements(p: Picture): cytoscape.ElementDefinition[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: matchMedia("(max-width: 40rem)").matches ? "TB" : "LR", nodesep: 16, ranksep: 70 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const b of p.boxes) graph.setNode(b.id, { width, height });
  for (const l of p.lines) graph.setEdge(l.from, l.to);
  dagre.layout(graph);
  const made: cytoscape.ElementDefinition[] = p.boxes.map((b) => {
    const at = graph.node(b.id) as { x: number; y: number };
    return { data: { ...b, label: `${b.title}\n${b.note}` }, classes: [b.class, b.count > 1 ? "group" : ""].join(" "), position: { x: at.x, y: at.y } };
  });
  for (const [i, l] of p.lines.entries()) made.push({ data: { id: `line-${i}`, source: l.from, target: l.to }, classes: l.class });
  return made;
}

function button(words: string, act: () => void): HTMLButtonElement {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = words;
  b.addEventListener("click", act);
  return b;
}

/** Draws the picture that the element names, in its place. */
export async function draw(element: HTMLElement): Promise<void> {
  const source = element.dataset["src"] ?? "";
  const unfolded = new Set<string>();
  const load = async (): Promise<Picture> => {
    const url = new URL(source, location.href);
    for (const group of unfolded) url.searchParams.append("unfold", group);
    return (await (await fetch(url)).json()) as Picture;
  };
  let picture = await load();
  element.replaceChildren();
  const canvas = document.createElement("div");
  canvas.style.position = "absolute";
  canvas.style.inset = "0";
  element.append(canvas);
  if (!document.getElementById("__________cytoscape_stylesheet")) {
    const mark = document.createElement("meta"); // Cytoscape adds a style element where this is missing, which our policy forbids
    mark.id = "__________cytoscape_stylesheet";
    document.head.append(mark);
  }
  const cy = cytoscape({ container: canvas, elements: elements(picture), style: styles(), layout: { name: "preset" }, minZoom: 0.05, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: true });
  const fit = (): void => { cy.fit(undefined, 24); if (cy.zoom() > 1.2) { cy.zoom(1.2); cy.center(); } else if (cy.zoom() < 0.45) { cy.zoom(0.6); cy.center(cy.nodes(".self")); } };
  fit();
  const redraw = async (): Promise<void> => {
    picture = await load();
    cy.elements().remove();
    cy.add(elements(picture));
    fit();
    counted();
  };
  const tools = document.createElement("div");
  tools.className = "picture-tools";
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  const counted = (): void => { words.textContent = `${picture.boxes.length} boxes for ${picture.total} objects. Click one to see its path; click a doubled box to unfold it.`; };
  counted();
  const go = document.createElement("a");
  go.className = "button";
  go.hidden = true;
  go.textContent = "Open";
  tools.append(
    button("Larger", () => { cy.zoom({ level: cy.zoom() * 1.3, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } }); }),
    button("Smaller", () => { cy.zoom({ level: cy.zoom() / 1.3, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } }); }),
    button("Whole", fit),
    button("Fold all", () => { unfolded.clear(); void redraw(); }),
    go, words,
  );
  element.after(tools);
  cy.on("tap", "node", (event) => {
    const node = event.target as cytoscape.NodeSingular;
    const box = node.data() as Box;
    if (box.count > 1) { unfolded.add(box.group); void redraw(); return; }
    const root = cy.nodes(".self");
    cy.elements().removeClass("way").addClass("faint");
    const way = cy.elements().aStar({ root, goal: node, directed: false });
    (way.found ? way.path : node).removeClass("faint").addClass("way");
    node.removeClass("faint");
    go.hidden = box.link === "";
    go.href = box.link;
    go.textContent = `Open ${box.title} ${box.note}`;
  });
  cy.on("tap", (event) => { if (event.target === cy) { cy.elements().removeClass("faint way"); go.hidden = true; } });
  document.addEventListener("lotline:scheme", () => { cy.style(styles()); });
}
