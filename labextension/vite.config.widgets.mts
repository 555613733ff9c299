/** Bundles what widgets show in a browser: one module, its styles inside, which a kernel hands over as it is. */
import { join } from 'node:path';

import { defineConfig } from 'vite';

export default defineConfig({
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: join(import.meta.dirname, '..', 'daisy_lab', 'widgets', 'static'),
    emptyOutDir: true,
    target: 'es2022',
    minify: 'oxc',
    reportCompressedSize: true,
    lib: {
      entry: join(import.meta.dirname, 'src', 'widgets', 'index.ts'),
      formats: ['es'],
      fileName: 'widgets'
    }
  }
});
