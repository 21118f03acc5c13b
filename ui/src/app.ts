// What every page has: shortcuts, scans, one submit only, live counts. Pictures bring their libraries when they are seen.

import "./grid";
import * as live from "./live";
import * as scan from "./scan";
import * as suggest from "./suggest";
import { say } from "./sound";
import { post, show } from "./swap";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-busy", "true");
  if (form.dataset["swap"] === undefined) return;
  event.preventDefault();
  void post(form, event.submitter).catch(() => { form.submit(); });
});

window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector<HTMLInputElement>(".bar input[name=q]")?.select();
  }
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-print]")) window.print();
  if (target?.closest("[data-zone]")) {
    const field = document.querySelector<HTMLInputElement>("#zone");
    if (field) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
  if (target?.closest("[data-scheme-toggle]")) {
    const root = document.documentElement;
    const dark = root.dataset["scheme"] ? root.dataset["scheme"] === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset["scheme"] = dark ? "light" : "dark";
    document.cookie = `scheme=${root.dataset["scheme"]}; path=/; max-age=31536000; samesite=strict`;
    document.dispatchEvent(new Event("lotline:scheme"));
  }
});

// Some forms ask as they are filled: the scope of a recall follows its trigger.
let asking: number | undefined;
document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-ask]") : null;
  if (!form) return;
  window.clearTimeout(asking);
  asking = window.setTimeout(() => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") query.append(name, value);
    const url = `${form.action.split("?")[0] ?? ""}?${query}`;
    void fetch(url).then(async (answer) => {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("answer");
      if (next) document.getElementById("answer")?.replaceWith(next);
      history.replaceState(null, "", url);
      pictures();
    });
  }, 300);
});

function pictures(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-picture]:not([data-drawn])")) {
    element.dataset["drawn"] = "waiting";
    watcher.observe(element);
  }
}

const watcher = new IntersectionObserver((seen) => {
  for (const entry of seen) {
    if (!entry.isIntersecting) continue;
    const element = entry.target as HTMLElement;
    watcher.unobserve(element);
    const kind = element.dataset["picture"];
    const drawn = kind === "genealogy" ? import("./genealogy").then((m) => m.draw(element)) : import("./charts").then((m) => m.draw(element));
    void drawn.then(() => { element.dataset["drawn"] = "yes"; });
  }
});

function upload(form: HTMLFormElement): void {
  if (form.dataset["ready"] !== undefined) return;
  form.dataset["ready"] = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const bar = form.querySelector("progress");
    const words = form.querySelector<HTMLElement>("[data-progress]");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.onprogress = (sent) => {
      if (bar) { bar.hidden = false; bar.max = sent.total; bar.value = sent.loaded; }
      if (words) words.textContent = sent.loaded < sent.total ? `Sending: ${Math.round((100 * sent.loaded) / sent.total)} %` : "Checking every row …";
    };
    const phases = new EventSource(`/import/progress?id=${encodeURIComponent(form.querySelector<HTMLInputElement>("[name=request]")?.value ?? "")}`);
    phases.addEventListener("phase", (event: MessageEvent<string>) => { if (words) words.textContent = event.data; });
    request.onloadend = () => { phases.close(); show(request.responseText, undefined); };
    request.send(new FormData(form));
  });
}

function start(): void {
  suggest.start();
  scan.start();
  pictures();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) upload(form);
  const zone = document.querySelector<HTMLButtonElement>("[data-zone]");
  if (zone) zone.hidden = false;
  if (document.querySelector("[data-again]")) window.setTimeout(again, 2000);
}

// A page that waits for an answer looks for it by itself.
function again(): void {
  if (!document.querySelector("[data-again]")) return;
  const url = location.pathname;
  void fetch(url).then(async (answer) => { show(await answer.text(), url); });
}
document.addEventListener("lotline:shown", start);
start();
live.follow();
const sound = document.querySelector<HTMLElement>("[data-sound]")?.dataset["sound"];
if (sound === "good" || sound === "bad") say(sound);
