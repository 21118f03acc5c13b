// A sound says whether a scan was right before anyone has read the words.

let context: AudioContext | undefined;

function tone(frequency: number, from: number, seconds: number): void {
  context ??= new AudioContext();
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  oscillator.type = "triangle";
  gain.gain.setValueAtTime(0.25, context.currentTime + from);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + from + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(context.currentTime + from);
  oscillator.stop(context.currentTime + from + seconds);
}

/** Plays the sound of a right or a wrong scan, and lets the page blink in its colour. */
export function say(what: "good" | "bad"): void {
  const heard = navigator.userActivation.hasBeenActive; // browsers keep pages silent that nobody has touched
  try {
    if (heard && what === "good") {
      tone(1046, 0, 0.12);
    } else if (heard) {
      tone(196, 0, 0.25);
      tone(147, 0.22, 0.4);
    }
  } catch {
    // a page may have no sound; the words and the colour remain
  }
  if (what === "bad" && heard && "vibrate" in navigator) navigator.vibrate([120, 60, 120]);
  const main = document.querySelector("main");
  main?.classList.remove("flash-good", "flash-bad");
  main?.getBoundingClientRect(); // begins the animation again
  main?.classList.add(`flash-${what}`);
}
