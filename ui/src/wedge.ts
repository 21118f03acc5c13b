// A scanner that poses as a keyboard types faster than any hand. Its keys are told from a person's by their speed.

/** The longest pause between two keys of a scan, in milliseconds. */
export const pauseMax = 35;
/** The shortest text that counts as a scan. */
export const lengthMin = 4;

/** The group separator of GS1 and ISO 15434 codes; keyboards send it as Ctrl+]. */
export const GS = "\u001d";

/** Collects keys and says when they were a scan. */
export class Wedge {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  /** Takes a key at a time in milliseconds; gives the scan's text when this key ends one. */
  key(key: string, at: number, control = false): string | undefined {
    const fast = at - this.last <= pauseMax;
    this.last = at;
    if (key === "Enter" || key === "Tab") {
      const text = fast && this.text.length >= lengthMin ? this.text : undefined;
      this.text = "";
      return text;
    }
    const char = control && (key === "]" || key === "}") ? GS : key.length === 1 && !control ? key : "";
    if (char === "") return undefined;
    this.text = fast ? this.text + char : char;
    return undefined;
  }

  /** What was typed at a scanner's speed so far. */
  get typed(): string {
    return this.text;
  }
}
