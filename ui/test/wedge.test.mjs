import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { transform } from "esbuild";

const { code } = await transform(await readFile(new URL("../src/wedge.ts", import.meta.url), "utf8"), { loader: "ts", format: "esm" });
const { Wedge, GS } = await import(`data:text/javascript,${encodeURIComponent(code)}`);

function type(wedge, text, pause, control = "") {
  let at = 1000, found;
  for (const key of [...text, "Enter"]) found = wedge.key(key, (at += pause), control.includes(key)) ?? found;
  return found;
}

test("what comes fast and ends with Enter is a scan", () => assert.equal(type(new Wedge(), "CAP-1/L7", 8), "CAP-1/L7"));
test("what a person types is none", () => assert.equal(type(new Wedge(), "CAP-1/L7", 120), undefined));
test("three fast keys are none", () => assert.equal(type(new Wedge(), "abc", 5), undefined));
test("Ctrl+] is the group separator", () => assert.equal(type(new Wedge(), "10AB]21X", 8, "]"), `10AB${GS}21X`));
test("slow keys before a scan are not of it", () => {
  const wedge = new Wedge();
  wedge.key("x", 0);
  assert.equal(type(wedge, "SN-0001", 10), "SN-0001");
});
