// Fields that name an item, an order, a partner or an object propose what begins like the text (WAI-ARIA combobox).

interface Proposal {
  value: string;
  label: string;
}

let list: HTMLUListElement | undefined;
let owner: HTMLInputElement | undefined;
let asked = 0;
let counter = 0;

function close(): void {
  list?.remove();
  list = undefined;
  owner?.setAttribute("aria-expanded", "false");
  owner?.removeAttribute("aria-activedescendant");
  owner = undefined;
}

function choose(item: HTMLElement): void {
  const input = owner;
  if (!input) return;
  input.value = item.dataset["value"] ?? "";
  close();
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function open(input: HTMLInputElement, proposals: Proposal[]): void {
  close();
  if (proposals.length === 0 || document.activeElement !== input) return;
  owner = input;
  list = document.createElement("ul");
  list.className = "suggest";
  list.id = `suggest-${++counter}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Proposals");
  for (const [i, p] of proposals.entries()) {
    const item = document.createElement("li");
    item.id = `${list.id}-${i}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset["value"] = p.value;
    const value = document.createElement("span");
    value.className = "id";
    value.textContent = p.value;
    const label = document.createElement("span");
    label.textContent = p.label;
    item.append(value, label);
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(item); });
    list.append(item);
  }
  const place = input.getBoundingClientRect();
  list.style.left = `${place.left + window.scrollX}px`;
  list.style.top = `${place.bottom + window.scrollY}px`;
  list.style.minWidth = `${place.width}px`;
  document.body.append(list);
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", list.id);
}

function move(step: number): void {
  if (!list || !owner) return;
  const items = [...list.children] as HTMLElement[];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = items[(at + step + items.length) % items.length];
  for (const item of items) item.setAttribute("aria-selected", String(item === next));
  if (next) owner.setAttribute("aria-activedescendant", next.id);
}

async function ask(input: HTMLInputElement): Promise<void> {
  const mine = ++asked;
  const query = input.value.trim();
  if (query === "") { close(); return; }
  const answer = await fetch(`/suggest?kind=${input.dataset["suggest"] ?? ""}&q=${encodeURIComponent(query)}`);
  if (mine !== asked || !answer.ok) return;
  open(input, (await answer.json()) as Proposal[]);
}

/** Makes comboboxes of the fields that name their kind in data-suggest. */
export function start(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.autocomplete = "off";
  }
}

let typing: number | undefined;
document.addEventListener("input", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.dataset["suggest"] === undefined) return;
  window.clearTimeout(typing);
  typing = window.setTimeout(() => void ask(input), 120);
});
document.addEventListener("focusout", close);
document.addEventListener("keydown", (event) => {
  if (!list) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    close();
  } else if (event.key === "Enter") {
    const chosen = list.querySelector<HTMLElement>("[aria-selected='true']");
    if (chosen) { event.preventDefault(); choose(chosen); }
  }
});
