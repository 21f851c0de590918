/** Where the Prometheus of the tests is, with its checker of rules, and how it gets there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program of the system, or the one in the folder that `PROMETHEUS_DIR` names; undefined where there is none. */
export function prometheusPath(name: 'prometheus' | 'promtool'): string | undefined {
  const named = process.env['PROMETHEUS_DIR'];
  const folders = [
    named ?? '',
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/bin',
    '/usr/local/bin',
  ];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

export const PROMETHEUS_ADVICE =
  'The tests of metrics need Prometheus 2.40 or newer: run `apt-get install -y prometheus`, or name a folder with prometheus and promtool in the variable PROMETHEUS_DIR.';

/** Whether there is one; where there is none and Debian's can be installed, it is. */
export function ensurePrometheus(): boolean {
  if (isThere()) return true;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    // It is not to be started as a service.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'prometheus']]) {
      spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
  }
  if (isThere()) return true;
  console.error(PROMETHEUS_ADVICE);
  return false;
}

function isThere(): boolean {
  return prometheusPath('prometheus') !== undefined && prometheusPath('promtool') !== undefined;
}
