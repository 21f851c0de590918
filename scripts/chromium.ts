/** Where the Chromium of the browser tests is, and how it gets there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The program named in `CHROMIUM`, or the one of the system; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM'];
  return [...(named ? [named] : []), ...PATHS].find((path) => existsSync(path));
}

export const CHROMIUM_ADVICE =
  'The browser tests need Chromium: run `apt-get install -y chromium`, or name one in the variable CHROMIUM.';

/** Whether there is one; where there is none and Debian's can be installed, it is. */
export function ensureChromium(): boolean {
  if (chromiumPath() !== undefined) return true;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
  }
  if (chromiumPath() !== undefined) return true;
  console.error(CHROMIUM_ADVICE);
  return false;
}
