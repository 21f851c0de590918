/** What the console tells to paste, pasted. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setupsOf, type Transport } from '../../src/console/app/servers/setup.ts';
import { Program } from '../support/program.ts';
import { ConsoleGateway } from './support/gateway.ts';

const run = promisify(execFile);
const KEY = 'slc_key_of_the_set_up';
// Inside the repository, where the packages that it imports are found.
const folder = mkdtempSync(join(import.meta.dirname, '.setup-'));

let gateway: ConsoleGateway;
beforeAll(async () => {
  gateway = await ConsoleGateway.start({ config: { apiKeys: [KEY] } });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await gateway.stop();
});

function setup(id: string, transport: Transport, name = 'everything'): string {
  const endpoints = { mcp: gateway.mcp('everything'), sse: gateway.sse('everything'), ws: '' };
  return setupsOf({ name, endpoints, isKeyed: true }, transport).find((each) => each.id === id)?.text ?? '';
}

const env = { ...process.env, SLUICE_KEY: KEY };

describe('the set-up of a client', () => {
  it.each(['http', 'sse'] as const)(
    '[DESK-SETUP] for TypeScript lists the tools over %s',
    async (transport) => {
      const file = join(folder, `${transport}.mjs`);
      writeFileSync(file, setup('typescript', transport));
      const { stdout } = await run(process.execPath, [file], { env });
      expect(stdout).toContain('echo');
    },
  );

  it('[DESK-SETUP] for curl lists the tools, or shows the stream', async () => {
    const { stdout } = await run('sh', ['-c', setup('curl', 'http')], { env });
    expect(stdout).toContain('"tools"');
    const args = ['-c', `exec ${setup('curl', 'sse')}`];
    const curl = await Program.start({ command: 'sh', args, cwd: folder, env });
    await curl.says(/event: endpoint/);
    await curl.end();
  });

  it('[DESK-SETUP] in JSON is JSON, and a name of others stays a name', () => {
    for (const id of ['claude-desktop', 'cursor', 'vscode']) {
      for (const transport of ['http', 'sse'] as const) {
        const text = setup(id, transport, 'weather/a"b');
        const { mcpServers, servers } = JSON.parse(text) as Record<string, Record<string, object>>;
        expect(Object.keys(mcpServers ?? servers ?? {})).toEqual(['weather-a-b']);
        expect(text).not.toContain(KEY);
      }
    }
    expect(setup('claude-code', 'http', '$(rm -rf x)')).toContain(' rm-rf-x http');
  });
});
