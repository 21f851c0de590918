/** Our own version, from the package that this file is in, be it the source or the bundle. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function ownVersion(): string {
  let folder = import.meta.dirname;
  for (let step = 0; step < 4; step++) {
    const version = versionIn(folder);
    if (version !== undefined) return version;
    folder = dirname(folder);
  }
  return '0.0.0';
}

function versionIn(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    return name === 'sluice' && typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
