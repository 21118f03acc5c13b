// Tables to type in take what a spreadsheet has in the clipboard, and grow as they are filled.

function rowAt(body: HTMLTableSectionElement, index: number): HTMLTableRowElement | undefined {
  while (body.rows.length <= index) {
    const last = body.rows[body.rows.length - 1];
    if (!last) return undefined;
    const copy = last.cloneNode(true) as HTMLTableRowElement;
    const number = body.rows.length;
    for (const field of copy.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) {
      field.name = field.name.replace(/\.\d+\./, `.${number}.`);
      field.id = field.name;
      field.removeAttribute("aria-invalid");
      if (field instanceof HTMLInputElement) {
        if (field.type === "checkbox") field.checked = false;
        else field.value = "";
      } else {
        field.selectedIndex = 0;
      }
      field.setAttribute("aria-label", (field.getAttribute("aria-label") ?? "").replace(/\d+$/, String(number + 1)));
    }
    body.append(copy);
  }
  return body.rows[index];
}

function put(field: Element | undefined, text: string): void {
  if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = /^(true|yes|x|1)$/i.test(text);
  else if (field instanceof HTMLInputElement) field.value = text;
  else if (field instanceof HTMLSelectElement) field.value = [...field.options].some((o) => o.value === text) ? text : "";
}

/** A first row of titles tells which column is which. */
function titles(cells: string[], names: string[]): number[] | undefined {
  const known = cells.map((cell) => names.indexOf(cell.trim().toLowerCase().replaceAll(" ", "_")));
  return known.filter((i) => i >= 0).length >= Math.min(2, cells.length) ? known : undefined;
}

document.addEventListener("paste", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement)) return;
  const table = field.closest<HTMLTableElement>("table.grid-input");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const body = table?.tBodies[0];
  if (!body || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  const row = field.closest("tr");
  const fieldsOf = (r: HTMLTableRowElement): Element[] => [...r.querySelectorAll("input, select")];
  const first = row ? fieldsOf(row).indexOf(field) : 0;
  const names = row ? fieldsOf(row).map((f) => (f as HTMLInputElement).name.split(".").pop() ?? "") : [];
  const columns = titles(lines[0] ?? [], names);
  if (columns) lines.shift();
  let index = row ? [...body.rows].indexOf(row) : 0;
  for (const cells of lines) {
    const target = rowAt(body, index++);
    if (!target) return;
    const fields = fieldsOf(target);
    for (const [i, cell] of cells.entries()) {
      const column = columns ? (columns[i] ?? -1) : first + i;
      if (column >= 0) put(fields[column], cell.trim());
    }
  }
});

document.addEventListener("input", (event) => {
  const field = event.target;
  const body = field instanceof Element ? field.closest<HTMLTableElement>("table.grid-input")?.tBodies[0] : undefined;
  const row = field instanceof Element ? field.closest("tr") : null;
  if (body && row === body.rows[body.rows.length - 1]) rowAt(body, body.rows.length);
});
