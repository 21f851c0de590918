/** Builds the console from `src/console` into `dist/console`. */
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/console',
  // Under whatever path a proxy puts the gateway.
  base: './',
  plugins: [react(), tailwind()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // With `light-dark()`, by which a colour is written once for both themes.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page may load nothing but files of its own: what is inlined would be refused.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
