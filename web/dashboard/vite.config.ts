import { defineConfig } from "vite";

// Where the API runs while the dashboard is developed; when it is built, both share one origin.
const api = process.env["SALESGRAPH_URL"] ?? "http://127.0.0.1:8080";
const proxy = { "/graphql": { target: api, ws: true }, "^/kpis\\.": { target: api } };

// As the server sends it, so that a preview fails where production would.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export default defineConfig({
  base: "/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  // Maps are parsed as JSON by the browser, which is faster than as JavaScript.
  json: { stringify: true },
  server: { proxy },
  preview: { proxy, headers: { "Content-Security-Policy": contentSecurityPolicy } },
  build: {
    target: "es2022",
    // Small files would become data: URLs, which the policy refuses for scripts and fonts.
    assetsInlineLimit: 0,
    // ECharts, which arrives after the first paint.
    chunkSizeWarningLimit: 800,
  },
});
