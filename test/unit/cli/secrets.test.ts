import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/cli/load.ts';
import { Reloader } from '../../../src/cli/reload.ts';
import { scrub } from '../../../src/config/secrets.ts';
import { describeConfig } from '../../../src/config/describe.ts';
import type { Config } from '../../../src/config/types.ts';
import { createLogger } from '../../../src/log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });

const COMMAND = `\${command:${process.execPath} -p '"planted-"+"command"'}`;
const FILE = {
  mcpServers: {
    far: { url: 'https://far.example/mcp', headers: { 'X-Odd': 'odd ${file:header}' } },
    own: {
      url: 'https://own.example/mcp',
      auth: { type: 'per_principal', secrets: '${file:all.json}' },
    },
    child: { command: process.execPath, envPerPrincipal: { ODD: { ann: COMMAND } } },
    off: { disabled: true, url: 'https://off.example/', headers: { A: '${file:nowhere}' } },
  },
};

async function start() {
  await put('header', 'planted-header\n');
  await put('all.json', '{ "ann": "planted-ann" }\n');
  await put('sluice.json', JSON.stringify(FILE));
  const load = { cwd: folder, env: { PATH: process.env['PATH'] } };
  return { load, loaded: await loadConfig(load) };
}

test('[SECRET-HIDDEN] what files and commands gave is in force, and nowhere to be seen', async () => {
  const { config } = (await start()).loaded;
  const [far, own, child] = config.servers;
  expect(far).toMatchObject({ headers: { 'X-Odd': 'odd planted-header' } });
  expect(own).toMatchObject({ auth: { secrets: { ann: 'planted-ann' } } });
  expect(child).toMatchObject({ envPerPrincipal: { ODD: { ann: 'planted-command' } } });
  expect(config.secrets).toEqual(
    expect.arrayContaining(['planted-header', 'planted-ann', 'planted-command']),
  );
  const encoded = Buffer.from('planted-header and more').toString('base64');
  expect(scrub(`basic ${encoded}`, config.secrets)).toMatch(/^basic \*\*\*/);
  const shown = JSON.stringify(describeConfig(config));
  expect(shown).toContain('odd ***');
  expect(shown).not.toContain('planted');
});

test('[SECRET-RELOAD] they are read anew on demand, and what is the same ends nothing', async () => {
  const { load, loaded } = await start();
  const taken: Config[] = [];
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'text', sink: (line) => void lines.push(line) });
  const gateway = { reload: async (config: Config) => void taken.push(config) };
  const reloader = new Reloader({ loaded, load, gateway, logger });
  await put('header', 'planted-next\n');
  await reloader.check();
  expect(taken).toEqual([]);
  await reloader.check(true);
  expect(taken[0]?.servers[0]).toMatchObject({ headers: { 'X-Odd': 'odd planted-next' } });
  expect(lines.join('')).toContain('changed=["far"]');
  await rm(join(folder, 'header'));
  await reloader.check(true);
  expect(taken).toHaveLength(1);
  expect(lines.join('')).toContain('mcpServers.far.headers.X-Odd uses ${file:header}, which does not exist.');
  expect(lines.join('')).not.toContain('planted');
});

test('[SECRET-FILE] one that too many may read is warned of', async () => {
  await start();
  await chmod(join(folder, 'header'), 0o644);
  const { config } = await loadConfig({ cwd: folder, env: {} });
  expect(config.warnings).toEqual([
    expect.stringContaining('"header" may be read or changed by other users'),
  ]);
});
