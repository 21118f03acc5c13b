package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// What ui/ builds lies in assets and is committed (decision 20): a clone with
// only Go builds the whole program.
//
//go:embed templates/*.html assets/*
var files embed.FS

// built names the built files by their sources.
var built = readJSON("assets/manifest.json")

// drawn are the icons' insides.
var drawn = readJSON("assets/icons.json")

func readJSON(name string) map[string]string {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err) // it is built into the program
	}
	all := map[string]string{}
	if err := json.Unmarshal(text, &all); err != nil {
		panic(err)
	}
	return all
}

// asset is the address of a built file.
func asset(source string) string { return "/assets/" + built[source] }

// icon is one of Lucide's icons, drawn in the page itself; it says nothing to a
// screen reader, the words beside it do.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">` + drawn[name] + `</svg>`)
}

var packed sync.Map // file: its text, compressed

// serveAsset serves a built file for ever: its name changes with its content.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	text, err := files.ReadFile("assets/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) {
	case ".wasm":
		kind = "application/wasm"
	case ".woff2":
		kind = "font/woff2"
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if name == built["scan-worker.ts"] {
		// The worker that reads codes in pictures is the only place that runs WebAssembly.
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")
	}
	h.Add("Vary", "Accept-Encoding")
	if path.Ext(name) == ".woff2" || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(text)
		return
	}
	small, ok := packed.Load(name)
	if !ok {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one that it knows
		_, _ = z.Write(text)
		_ = z.Close()
		small, _ = packed.LoadOrStore(name, b.Bytes())
	}
	h.Set("Content-Encoding", "gzip")
	_, _ = w.Write(small.([]byte))
}
