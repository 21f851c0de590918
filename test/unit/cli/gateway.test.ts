import { describe, expect, test } from 'vitest';
import { CliError } from '../../../src/cli/exit.ts';
import { type GatewayOptions, runGateway, type StartGateway } from '../../../src/cli/gateway.ts';
import { isFormattedKey } from '../../../src/access/key-format.ts';
import { withGenerated } from '../../../src/cli/keys.ts';
import { readConfig } from '../../../src/config/read.ts';
import type { Running } from '../../../src/edges/node/start.ts';
import { FakeIo } from './fake-io.ts';

const text = '{ "mcpServers": {}, "timeouts": { "drain": "50ms" } }';

class FakeGateway implements Running {
  readonly url = 'http://127.0.0.1:1';
  readonly servers = ['a'];
  readonly done: string[] = [];
  drained: Promise<void> = Promise.resolve();
  async reload(): Promise<void> {}
  consoleToken(): string | undefined {
    return undefined;
  }
  async renew(): Promise<void> {}
  async drain(): Promise<void> {
    this.done.push('drain');
    await this.drained;
  }
  async stop(): Promise<void> {
    this.done.push('stop');
  }
}

function setUp(gateway: Promise<Running> | Running, more: Partial<GatewayOptions> = {}, from = text) {
  const io = new FakeIo();
  io.cwd = process.cwd();
  const start: StartGateway = () => Promise.resolve(gateway);
  let ready = () => {};
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const running = runGateway(io, {
    config: readConfig(from, { file: 'sluice.json', env: {} }),
    generatedKey: undefined,
    json: false,
    quiet: false,
    start: () => Promise.resolve(start),
    onReady: () => {
      ready();
      return () => io.err('cleaned up\n');
    },
    ...more,
  });
  return { io, running, isReady };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code });
}

describe('a running gateway', () => {
  test('[CLI-SIGTERM] drains on the first signal and ends with 0', async () => {
    const gateway = new FakeGateway();
    const { io, running, isReady } = setUp(gateway);
    await isReady;
    io.signal('SIGTERM');
    expect(await running).toBe(0);
    expect(gateway.done).toEqual(['drain', 'stop']);
    expect(io.said.out).toContain('ready in 123 ms');
    expect(io.said.err).toContain('cleaned up');
    expect(io.listening).toBe(0);
  });

  test('[CLI-SIGTERM] ends at once on the second', async () => {
    const gateway = new FakeGateway();
    let finish = () => {};
    gateway.drained = new Promise((resolve) => {
      finish = resolve;
    });
    const { io, running, isReady } = setUp(gateway);
    await isReady;
    io.signal('SIGTERM');
    expect(io.exits).toEqual([]);
    io.signal('SIGTERM');
    io.signal('SIGINT');
    expect(io.exits).toEqual([143, 130]);
    finish();
    await running;
  });

  test('that does not come to an end is cut off', async () => {
    const gateway = new FakeGateway();
    gateway.drained = new Promise(() => {});
    const { io, running, isReady } = setUp(gateway, { hardStopMs: 10 });
    await isReady;
    io.signal('SIGINT');
    expect(await running).toBe(1);
    expect(io.said.err).toContain('something did not stop in time and is cut off');
  });

  test('says nothing when told so, but the key that was made', async () => {
    const { io, running, isReady } = setUp(new FakeGateway(), { quiet: true, generatedKey: 'slc_x' });
    await isReady;
    io.signal('SIGTERM');
    await running;
    expect(io.said.out).toBe('slc_x\n');
  });
});

describe('[CLI-SIGTERM] a signal before the gateway is ready', () => {
  test('stops it as soon as it is', async () => {
    const gateway = new FakeGateway();
    let started: (gateway: Running) => void = () => {};
    const { io, running } = setUp(
      new Promise<Running>((resolve) => {
        started = resolve;
      }),
    );
    io.signal('SIGTERM');
    started(gateway);
    expect(await running).toBe(0);
    expect(gateway.done).toEqual(['stop']);
    expect(io.said.out).toBe('');
  });
});

describe('[CLI-START-ERRORS] a gateway that cannot start says why in one sentence', () => {
  test.each([
    [
      'EADDRINUSE',
      'Port 8808 on 127.0.0.1 is taken by another program; stop it, or choose another with --port.',
    ],
    ['EACCES', 'Port 8808 may not be used by this user; choose one above 1023 with --port.'],
    ['EADDRNOTAVAIL', 'The address 127.0.0.1 is none of this machine; choose another with --host.'],
    ['ENOTFOUND', 'The host name 127.0.0.1 is unknown; choose another with --host.'],
  ])('%s', async (code, message) => {
    const { running, io } = setUp(Promise.reject(systemError(code)));
    await expect(running).rejects.toThrow(new CliError(1, message));
    expect(io.listening).toBe(0);
  });

  test('with the place of the port', async () => {
    const { running } = setUp(
      Promise.reject(systemError('EADDRINUSE')),
      {},
      '{ "port": 80, "mcpServers": {} }',
    );
    await expect(running).rejects.toThrow('Port 80 (sluice.json:1:11) on 127.0.0.1 is taken');
  });

  test('a missing command, with its place', async () => {
    const { running } = setUp(
      new FakeGateway(),
      {},
      '{ "mcpServers": { "a": { "command": "no-such-program" } } }',
    );
    await expect(running).rejects.toThrow(
      'sluice.json:1:37: the command "no-such-program" of server "a" was not found',
    );
  });

  test('[SEC-BIND] a wide address without a key', async () => {
    const { running } = setUp(new FakeGateway(), {}, '{ "host": "0.0.0.0", "mcpServers": {} }');
    await expect(running).rejects.toThrow(
      'so a key is needed: run sluice keys add <name>, set API_KEYS=<key>',
    );
  });
});

test('[KEY-FORMAT] "auto" stands for a fresh key', () => {
  const { keys, generated } = withGenerated(['mine', 'auto']);
  expect(isFormattedKey(generated ?? '')).toBe(true);
  expect(keys).toEqual(['mine', generated]);
  expect(withGenerated(['auto']).generated).not.toBe(generated);
  expect(withGenerated(['mine'])).toEqual({ keys: ['mine'], generated: undefined });
  expect(withGenerated(undefined)).toEqual({ keys: undefined, generated: undefined });
});
