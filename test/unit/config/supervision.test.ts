/** How the file says what is looked after while a server runs. */
import { expect, it } from 'vitest';
import { describeConfig, valueText } from '../../../src/config/describe.ts';
import { serverOf } from '../../../src/edges/node/servers.ts';
import { read } from './reading.ts';

const ENTRY = '"healthInterval": "30s", "healthTimeout": 2000, "idleTimeout": "10m"';

it('[SUPERVISE-CONFIG] times and sizes are read, shown with their units, and reach the server', async () => {
  const config = read(`{ "mcpServers": { "a": { "command": "x", ${ENTRY}, "maxMemory": "512MiB" } } }`);
  const [server] = config.servers;
  expect(server).toMatchObject({ healthInterval: 30_000, idleTimeout: 600_000, maxMemory: 536_870_912 });
  const shown = Object.fromEntries(describeConfig(config).map((row) => [row.path, valueText(row)]));
  expect(shown).toMatchObject({
    'mcpServers.a.healthInterval': '"30s"',
    'mcpServers.a.healthTimeout': '"2s"',
    'mcpServers.a.idleTimeout': '"10m"',
    'mcpServers.a.maxMemory': '"512MiB"',
  });
  if (!server) throw new Error('There is no server.');
  const options = await serverOf('a', server, {});
  expect(options).toMatchObject({ healthIntervalMs: 30_000, healthTimeoutMs: 2_000, idleMs: 600_000 });
  await options.driver.close();
});

it('[SUPERVISE-CONFIG] a server behind a URL has the same but for what is of programs', () => {
  expect(
    read(`{ "mcpServers": { "a": { "url": "http://127.0.0.1:1/mcp", ${ENTRY} } } }`).servers,
  ).toMatchObject([{ healthInterval: 30_000, healthTimeout: 2_000, idleTimeout: 600_000 }]);
  expect(() =>
    read('{ "mcpServers": { "a": { "url": "http://127.0.0.1:1/mcp", "maxMemory": "1MiB" } } }'),
  ).toThrow('maxMemory');
  expect(() => read('{ "mcpServers": { "a": { "command": "x", "healthInterval": 0 } } }')).toThrow(
    'healthInterval',
  );
});
