import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/cli/load.ts';
import { Reloader } from '../../../src/cli/reload.ts';
import { watchFile } from '../../../src/cli/watch.ts';
import type { Config } from '../../../src/config/types.ts';
import { createLogger } from '../../../src/log.ts';
import { hashed } from '../config/reading.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-reload-'));
  file = join(folder, 'sluice.json');
});
afterEach(() => rm(folder, { recursive: true }));

function textOf(settings: object, servers: object = { a: { command: process.execPath } }): string {
  return JSON.stringify({ ...settings, mcpServers: servers });
}

async function start(text: string, reload: (config: Config) => Promise<void> = () => Promise.resolve()) {
  await writeFile(file, text);
  const load = { cwd: folder, env: {} };
  const loaded = await loadConfig(load);
  const taken: Config[] = [];
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    format: 'text',
    sink: (line) => void lines.push(line.slice(13)),
  });
  const gateway = {
    reload: async (config: Config) => {
      await reload(config);
      taken.push(config);
    },
  };
  return { reloader: new Reloader({ loaded, load, gateway, logger }), taken, lines };
}

describe('[CONFIG-RELOAD] a changed file', () => {
  test('is taken over, and what changed is told', async () => {
    const { reloader, taken, lines } = await start(textOf({}));
    await writeFile(file, textOf({}, { a: { command: process.execPath }, b: { command: process.execPath } }));
    await reloader.check();
    expect(taken.map((config) => config.servers.map(({ name }) => name))).toEqual([['a', 'b']]);
    expect(lines).toEqual([
      'info  configuration reloaded added=["b"] removed=[] changed=[] settings=["default"]\n',
    ]);
  });

  test('[SEC-EMPTY-KEYS] that asks nobody for a key any more is told of as such, and one with an empty list is not taken', async () => {
    const { reloader, taken, lines } = await start(textOf({ apiKeys: ['one-key'] }));
    await writeFile(file, textOf({ apiKeys: [] }));
    await reloader.check();
    expect(taken).toEqual([]);
    await writeFile(file, textOf({ apiKeys: ['another-key'] }));
    await reloader.check();
    expect(lines.join('')).not.toContain('asks nobody');
    await writeFile(file, textOf({}));
    await reloader.check();
    expect(lines.at(-1)).toBe('warn  The configuration asks nobody for a key any more.\n');
  });

  test('with the same text is not looked at', async () => {
    const { reloader, taken, lines } = await start(textOf({}));
    await writeFile(file, textOf({}));
    await reloader.check();
    expect([taken, lines]).toEqual([[], []]);
  });

  test('that is broken keeps the configuration in force, and says so once', async () => {
    const { reloader, taken, lines } = await start(textOf({}));
    await writeFile(file, '{ "prot": 1, "mcpServers": {} }');
    await reloader.check();
    await reloader.check();
    expect(taken).toEqual([]);
    expect(lines).toEqual([
      'error sluice.json:1:3: prot is not a known setting; did you mean "port"?\n',
      'error the changed configuration cannot be used; the one before stays in force\n',
    ]);
    await writeFile(file, textOf({ default: 'a' }));
    await reloader.check();
    expect(taken).toHaveLength(1);
  });

  test('[CONFIG-RELOAD] that stays away is told of once, and again after it was back', async () => {
    const { reloader, lines } = await start(textOf({}));
    for (const text of [undefined, textOf({}), undefined]) {
      await (text === undefined ? rm(file) : writeFile(file, text));
      for (let check = 0; check < 5; check++) await reloader.check();
    }
    expect(lines).toHaveLength(4);
  });

  test('that is gone, names a missing command, or is refused by the gateway, keeps it too', async () => {
    const { reloader, taken, lines } = await start(textOf({}), () => Promise.reject(new Error('no room')));
    await rm(file);
    await reloader.check();
    await writeFile(file, textOf({}, { a: { command: 'no-such-program' } }));
    await reloader.check();
    await writeFile(file, textOf({ allowedHosts: ['x'] }));
    await reloader.check();
    expect(taken).toEqual([]);
    const errors = lines.filter((line) => !line.includes('stays in force'));
    expect(errors[0]).toContain('does not exist');
    expect(errors[1]).toContain('"no-such-program" of server "a" was not found');
    expect(errors[2]).toContain('no room');
    expect(lines).toHaveLength(6);
  });

  test('cannot move the address, nor take the keys from a wide one', async () => {
    const { reloader, taken, lines } = await start(textOf({ host: '0.0.0.0', apiKeys: ['a-long-key'] }));
    await writeFile(file, textOf({ host: '127.0.0.1' }));
    await reloader.check();
    expect(taken).toEqual([]);
    expect(lines[0]).toContain('The address 0.0.0.0 can be reached from other machines');
    await writeFile(file, textOf({ host: '127.0.0.1', apiKeys: ['another-key'] }));
    await reloader.check();
    expect(taken).toMatchObject([{ host: '0.0.0.0', apiKeys: [{ key: hashed('another-key') }] }]);
    expect(lines.at(-1)).toContain('"host" changed: restart for it to take effect.');
  });

  test('that changes while a reload runs is looked at again, one at a time', async () => {
    let running = 0;
    const { reloader, taken } = await start(textOf({}), async () => {
      running++;
      expect(running).toBe(1);
      if (taken.length === 0) {
        await writeFile(file, textOf({ allowedHosts: ['second'] }));
        void reloader.check();
      }
      running--;
    });
    await writeFile(file, textOf({ allowedHosts: ['first'] }));
    await reloader.check();
    expect(taken.map((config) => config.allowedHosts)).toEqual([['first'], ['second']]);
  });
});

describe('the watcher', () => {
  /** Resolves with the next time it stirs. */
  function stirs() {
    let resolve: () => void = () => {};
    const next = () =>
      new Promise<void>((done) => {
        resolve = done;
      });
    const end = watchFile(file, {
      changed: () => resolve(),
      failed: (error) => {
        throw error;
      },
      quietMs: 5,
    });
    return { next, end };
  }

  test('sees a file written, replaced by renaming, and made anew', async () => {
    await writeFile(file, 'a');
    const { next, end } = stirs();
    try {
      let seen = next();
      await writeFile(file, 'b');
      await seen;
      seen = next();
      await writeFile(join(folder, 'new'), 'c');
      await rename(join(folder, 'new'), file);
      await seen;
      seen = next();
      await rm(file);
      await seen;
      seen = next();
      await writeFile(file, 'd');
      await seen;
    } finally {
      end();
    }
  });

  test('[CONFIG-LINKED] that is a link is followed where it leads, also when it leads elsewhere', async () => {
    const at = (name: string) => join(folder, name, 'real.json');
    for (const name of ['one', 'two']) {
      await mkdir(join(folder, name));
      await writeFile(at(name), 'a');
    }
    await symlink(at('one'), file);
    const { next, end } = stirs();
    try {
      let seen = next();
      await writeFile(at('one'), 'b');
      await seen;
      seen = next();
      await symlink(at('two'), join(folder, 'link'));
      await rename(join(folder, 'link'), file);
      await seen;
      seen = next();
      await writeFile(at('two'), 'c');
      await seen;
    } finally {
      end();
    }
  });

  test('that stirs without end is heard after the longest wait', async () => {
    await writeFile(file, 'a');
    const heard = new AbortController();
    const end = watchFile(file, {
      changed: () => heard.abort(),
      failed: () => {},
      quietMs: 10_000,
      mostMs: 50,
    });
    while (!heard.signal.aborted) await writeFile(file, String(Math.random()));
    end();
    expect(heard.signal.aborted).toBe(true);
  });
});
