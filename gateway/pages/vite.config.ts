import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** How the pages are built into `gateway/pages/dist`, which the service serves. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The same index.html is served for `/` and `/c/CODE`: assets by absolute path.
  base: '/',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // The content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
