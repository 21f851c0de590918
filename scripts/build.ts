/**
 * Builds `dist/`: the library one file for one (so that stack traces are true); the CLI as a bundle (so that it starts
 * fast), in pieces that are read when a command needs them: who has no Redis does not wait until its client was read;
 * and the console.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { build as buildConsole } from 'vite';

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

/** What runs inside Redis is read from files beside the code; in the bundle it stands in the code. */
const LUA = /readFileSync\(new URL\('\.\/([\w-]+\.lua)', import\.meta\.url\), 'utf8'\)/g;
const luaInside: Plugin = {
  name: 'lua-inside',
  setup({ onLoad }) {
    onLoad({ filter: /backplanes\/redis\/scripts\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(LUA, (_, file: string) =>
        JSON.stringify(readFileSync(join(dirname(path), file), 'utf8')),
      ),
      loader: 'ts',
    }));
  },
};

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
cpSync('src/backplanes/redis', 'dist/backplanes/redis', {
  recursive: true,
  filter: (path) => !path.endsWith('.ts'),
});

const BUNDLE = {
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
} as const satisfies BuildOptions;

await build({
  ...BUNDLE,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: 'cli-pieces/[name]-[hash]',
  plugins: [luaInside],
});
chmodSync('dist/cli.js', 0o755);

await buildConsole({ configFile: 'vite.config.ts', logLevel: 'warn' });
