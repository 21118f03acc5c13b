// A form marked data-swap is posted without leaving the page, so that sounds play and the focus stays. The server's
// answer is a whole page all the same: its main part takes the place of ours.

import { say } from "./sound";

/** Puts the main part of a page's text in the place of ours. */
export function show(html: string, url: string | undefined): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.querySelector("main");
  const main = document.querySelector("main");
  if (!next || !main) return;
  main.replaceWith(next);
  document.title = page.title;
  if (url) history.replaceState(null, "", url);
  const sound = next.querySelector<HTMLElement>("[data-sound]")?.dataset["sound"];
  if (sound === "good" || sound === "bad") say(sound);
  document.dispatchEvent(new Event("lotline:shown"));
  next.querySelector<HTMLElement>("[autofocus]")?.focus();
}

/** Posts a form and shows the answer. */
export async function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const data = new FormData(form, submitter);
  const body = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  show(await answer.text(), answer.redirected ? answer.url : undefined);
}
