/**
 * Builds `dist/`: the library one file for one (so that stack traces are true), and the CLI as one bundled file
 * (so that it starts fast and needs nothing beside it).
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/** Checked before anything is loaded that an older Node does not have. */
const NODE = '22.19.0';

/** Bundled CommonJS packages ask for `require`, which an ES module does not have. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
const __node = process.versions.node.split('.').map(Number), __wanted = [${NODE.split('.').slice(0, 2)}];
if (__node[0] < __wanted[0] || (__node[0] === __wanted[0] && __node[1] < __wanted[1])) {
  console.error('Sluice needs Node ${NODE} or newer; this is Node ' + process.versions.node + '.');
  process.exit(1);
}
const require = __createRequire(import.meta.url);`;

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
await build({
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // The UMD builds that some packages name as `main` cannot be followed by a bundler.
  mainFields: ['module', 'main'],
  sourcemap: 'linked',
  legalComments: 'linked',
  logLevel: 'warning',
  banner: { js: BANNER },
});
chmodSync('dist/cli.js', 0o755);
