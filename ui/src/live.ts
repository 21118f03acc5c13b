// While others record, what a page marks as live is asked for again: the server says how far the journal is.

let timer: number | undefined;

async function refresh(): Promise<void> {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-live][id]")];
  if (regions.length === 0 || document.visibilityState !== "visible") return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of regions) {
    const next = page.getElementById(region.id);
    if (next && next.innerHTML !== region.innerHTML && !region.contains(document.activeElement)) region.replaceWith(next);
  }
  document.dispatchEvent(new Event("lotline:shown"));
}

/** Follows the journal and keeps the live regions of the page current. */
export function follow(): void {
  if (!document.querySelector("[data-live]")) return;
  let known = "";
  const source = new EventSource("/live");
  source.addEventListener("size", (event: MessageEvent<string>) => {
    if (known !== "" && known !== event.data) {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void refresh(), 250);
    }
    known = event.data;
    for (const counter of document.querySelectorAll("[data-journal-size]")) counter.textContent = event.data;
  });
  window.addEventListener("pagehide", () => { source.close(); });
}
