// Scans, by a scanner that types or by the camera: what a code says goes into the fields that ask for it.

import { say } from "./sound";
import { Wedge } from "./wedge";

/** What the server reads in a code. */
interface Read {
  kind: string;
  ref?: string;
  values: Record<string, string>;
  problem?: string;
}

/** Asks the server what a code says. */
export async function read(text: string): Promise<Read> {
  const answer = await fetch(`/scan?text=${encodeURIComponent(text)}`);
  return (await answer.json()) as Read;
}

function tell(words: string): void {
  const place = document.getElementById("scan-says");
  if (place) place.textContent = words;
}

/** Puts a code where it belongs: into the fields of the form that it names, else into the field itself. */
async function fill(input: HTMLInputElement, text: string): Promise<void> {
  const got = await read(text);
  if (got.problem) {
    say("bad");
    tell(got.problem);
    return;
  }
  const form = input.form;
  if (form && input.name !== "q" && input.name !== "scan") {
    if (input.dataset["object"] !== undefined) {
      input.value = got.ref?.replace(/^(unit|lot):/, "") ?? text;
    } else {
      input.value = got.values[input.name] ?? text;
      for (const [name, value] of Object.entries(got.values)) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement && field !== input && field.value === "") field.value = value;
      }
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
    say("good");
    tell(`Scanned ${input.value}`);
    next(input);
    return;
  }
  input.value = text;
  form?.requestSubmit();
}

/** Goes on to the next empty field. */
function next(input: HTMLInputElement): void {
  const fields = [...(input.form?.querySelectorAll<HTMLInputElement>("input:not([type=hidden]),select,textarea") ?? [])];
  const rest = fields.slice(fields.indexOf(input) + 1);
  (rest.find((f) => f.value === "" && f.offsetParent !== null) ?? input.form?.querySelector<HTMLElement>("button.first"))?.focus();
}

/** The field that a scan made anywhere on the page is for. */
function goal(): HTMLInputElement | null {
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement && focused.classList.contains("scan")) return focused;
  const own = [...document.querySelectorAll<HTMLInputElement>("main input.scan")];
  return own.find((f) => f.value === "" && f.offsetParent !== null) ?? own[0] ?? document.querySelector<HTMLInputElement>(".bar input[name=q]");
}

const wedge = new Wedge();
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.metaKey || event.isComposing) return;
  const scanned = wedge.key(event.key, event.timeStamp, event.ctrlKey);
  if (scanned === undefined) return;
  const input = goal();
  if (!input) return;
  event.preventDefault();
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement && focused !== input && focused.value.endsWith(scanned)) {
    focused.value = focused.value.slice(0, -scanned.length); // it was scanned into a field that does not want it
  }
  void fill(input, scanned);
});

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
declare const BarcodeDetector: { new (options: { formats: string[] }): Detector } | undefined;
const formats = ["qr_code", "data_matrix", "code_128", "code_39", "ean_13", "ean_8", "itf", "aztec", "pdf417"];

/** Reads codes with the browser's own detector, else with a worker that knows how. */
function detector(): (video: HTMLVideoElement) => Promise<string | undefined> {
  if (typeof BarcodeDetector !== "undefined") {
    const own = new BarcodeDetector({ formats });
    return async (video) => (await own.detect(video))[0]?.rawValue;
  }
  const worker = new Worker(document.body.dataset["scanWorker"] ?? "", { type: "module" });
  const canvas = document.createElement("canvas");
  return (video) =>
    new Promise((done) => {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (!context || canvas.width === 0) { done(undefined); return; }
      context.drawImage(video, 0, 0);
      worker.onmessage = (event: MessageEvent<string>) => { done(event.data || undefined); };
      worker.postMessage(context.getImageData(0, 0, canvas.width, canvas.height));
    });
}

async function camera(input: HTMLInputElement): Promise<void> {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Camera");
  const video = document.createElement("video");
  video.playsInline = true;
  const words = document.createElement("p");
  words.textContent = "Hold the code into the picture.";
  const end = document.createElement("button");
  end.textContent = "Close";
  dialog.append(video, words, end);
  document.body.append(dialog);
  dialog.showModal();
  let stream: MediaStream | undefined;
  let open = true;
  end.addEventListener("click", () => { dialog.close(); });
  dialog.addEventListener("close", () => {
    open = false;
    for (const track of stream?.getTracks() ?? []) track.stop();
    dialog.remove();
    input.focus();
  });
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    await video.play();
    const detect = detector();
    const look = async (): Promise<void> => {
      if (!open) return;
      const text = await detect(video);
      if (text) { dialog.close(); await fill(input, text); return; }
      window.setTimeout(() => void look(), 120);
    };
    await look();
  } catch {
    words.textContent = "The camera cannot be used. Allow it for this page, or type the code.";
  }
}

/** Shows the buttons that open the camera, where there is one. */
export function start(): void {
  if (!("mediaDevices" in navigator)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-camera]")) button.hidden = false;
}
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-camera]") : null;
  const input = button ? document.getElementById(button.dataset["camera"] ?? "") : null;
  if (input instanceof HTMLInputElement) void camera(input);
});
