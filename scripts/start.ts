/** `npm start`: builds the gateway if need be and runs it, in this process, with the demo configuration. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const CLI = resolve('dist/cli.js');

if (!existsSync(CLI)) {
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv = [process.execPath, CLI, 'serve', 'examples/demo/sluice.json', ...process.argv.slice(2)];
await import(CLI);
