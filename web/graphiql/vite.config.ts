import { createHash } from 'node:crypto';

import { defineConfig, type Plugin } from 'vite';

/** Where `npm run preview` finds the server; the built page always asks its own origin. */
const server = process.env.SALESGRAPH_URL ?? 'http://127.0.0.1:8080';
const base = '/graphiql/';

/**
 * GraphiQL's style holds 34 fonts as text, half a megabyte. As files, the browser
 * loads the two or three whose letters are on the page, and the page's policy need
 * not allow fonts from `data:`.
 */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const style of Object.values(bundle)) {
        if (style.type !== 'asset' || !style.fileName.endsWith('.css')) continue;
        style.source = style.source
          .toString()
          .replace(/data:font\/(woff2?|ttf);base64,([\w+/=]+)/g, (_match, type, text) => {
            const source = Buffer.from(text, 'base64');
            const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
            const fileName = `assets/font-${hash}.${type}`;
            this.emitFile({ type: 'asset', fileName, source });
            return base + fileName;
          });
      }
    },
  };
}

export default defineConfig({
  base,
  plugins: [fontsAsFiles()],
  preview: { proxy: { '/graphql': server } },
  worker: { format: 'es' },
  build: {
    // The browsers that have everything the editor needs; older ones cannot run it.
    target: 'es2022',
    // Monaco is one large piece by nature.
    chunkSizeWarningLimit: 4096,
    rollupOptions: {
      onwarn(warning, warn) {
        // Directives for servers that render React; there is none here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
