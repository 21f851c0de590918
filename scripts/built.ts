/** What is run from `dist`, built where its sources are newer. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The path of the command. Ends this process where it cannot be built, which was said then. */
export function builtCommand(): string {
  const command = resolve('dist/cli.js');
  if (changedAt(command) < Math.max(changedAt('package.json'), ...sources().map(changedAt))) {
    const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  return command;
}

function sources(): string[] {
  return readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** 0 when there is no such file. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
