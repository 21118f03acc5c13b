// Reads codes in pictures of the camera where the browser cannot. It has a thread and a policy of its own, since it
// runs WebAssembly.

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

self.onmessage = (event: MessageEvent<ImageData>) => {
  void readBarcodes(event.data, { tryHarder: true, maxNumberOfSymbols: 1 })
    .then((found) => { self.postMessage(found[0]?.text ?? ""); })
    .catch(() => { self.postMessage(""); });
};
