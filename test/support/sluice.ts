/** The command line as a program: what was built, where that is newer than its sources, else the sources themselves. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = join(ROOT, 'dist/cli.js');

let chosen: string | undefined;

/** The program, and the arguments before those of the command. */
export function programOfSluice(): { readonly command: string; readonly args: readonly string[] } {
  chosen ??= isFresh() ? BUILT : join(ROOT, 'src/cli/main.ts');
  return { command: process.execPath, args: [chosen] };
}

function isFresh(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  return sources.every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= built);
}
