/**
 * Builds `dist/`: the library one file for one (so that stack traces are true), and the CLI as one bundled file
 * (so that it starts fast and needs nothing beside it), but for the client of Redis, which few need: who has no Redis
 * does not wait until it was read.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';

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
const REDIS_CLIENT = 'cli-ioredis.js';
/** What is asked of it: a CommonJS package does not say what it has, so it is named here. */
const REDIS_NAMES = ['AbstractConnector', 'Cluster', 'Redis'];
const redisBeside: Plugin = {
  name: 'redis-beside',
  setup({ onResolve }) {
    onResolve({ filter: /^ioredis$/ }, () => ({ path: `./${REDIS_CLIENT}`, external: true }));
  },
};

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
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/cli.js',
  plugins: [luaInside, redisBeside],
});
await build({
  ...BUNDLE,
  stdin: { contents: `export { ${REDIS_NAMES} } from 'ioredis';`, resolveDir: '.' },
  outfile: `dist/${REDIS_CLIENT}`,
});
chmodSync('dist/cli.js', 0o755);
