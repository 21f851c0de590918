import { describe, expect, it } from 'vitest';
import { forOneClient } from '../../../src/config/one-client.ts';
import { readConfig } from '../../../src/config/read.ts';

const read = (more: object) =>
  forOneClient(
    readConfig(JSON.stringify({ mcpServers: { a: { command: 'node', warm: 2 } }, ...more }), {
      file: 'sluice.json',
      env: {},
    }),
  );

describe('a configuration for one client', () => {
  it('[STDFACE-LAZY] starts nothing ahead, waits for a first list, and is quiet', () => {
    const { servers, merge, log } = read({});
    expect(servers.map((server) => server.type === 'stdio' && server.warm)).toEqual([0]);
    expect([merge.ahead, merge.wait, log.level]).toEqual([false, 5_000, 'warn']);
  });

  it('[STDFACE-LAZY] does what its file says', () => {
    const { merge, log } = read({ merge: { ahead: true, wait: '1s' }, log: { level: 'debug' } });
    expect([merge.ahead, merge.wait, log.level]).toEqual([true, 1_000, 'debug']);
  });
});
