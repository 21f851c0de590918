/** `sluice console`: a fresh address for whoever owns the folder of the gateway. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { issueToken, redeemToken } from '../../../src/edges/node/console-tokens.ts';
import { consoleAddress } from '../../../src/cli/console.ts';
import { top } from '../../../src/cli/top.ts';
import { FakeIo } from '../../unit/cli/fake-io.ts';
import { folder, openDesk, posted } from './desk.ts';

function terminal(): FakeIo {
  const io = new FakeIo();
  io.cwd = folder();
  return io;
}

it('[ADMIN-COMMAND] prints an address that signs one in once', async () => {
  const desk = await openDesk();
  const io = terminal();
  const words = { url: desk.running.url, dataDir: desk.config.dataDir };
  expect(await consoleAddress(io, { ...words, json: false })).toBe(0);
  const [address, token = ''] = io.said.out.trim().split('#token=');
  expect(address).toBe(`${desk.running.url}/console/`);
  const [file = ''] = tokenFiles(desk.config.dataDir);
  expect(readFileSync(file, 'utf8')).not.toContain(token);
  const login = async () => (await desk.ask('/admin/api/login', posted({ token }))).status;
  expect([await login(), await login()]).toEqual([200, 401]);
  // Commands of the folder need no key either.
  const looking = terminal();
  expect(await top(looking, { ...words, once: true, json: true })).toBe(0);
  expect(JSON.parse(looking.said.out)).toMatchObject({ overview: { servers: 1 } });
});

it('[ADMIN-COMMAND] says where nothing runs, and makes no token then', async () => {
  const io = new FakeIo();
  io.cwd = folder();
  await expect(consoleAddress(io, { url: 'http://127.0.0.1:1', json: false })).rejects.toThrow(
    'does not answer',
  );
  await expect(consoleAddress(io, { url: 'https://far.example', json: false })).rejects.toThrow('--data-dir');
});

it('[ADMIN-COMMAND] prints no address that opens nothing: the gateway may keep its things elsewhere', async () => {
  const desk = await openDesk();
  const io = terminal();
  const words = { url: desk.running.url, dataDir: folder() };
  const asked = consoleAddress(io, { ...words, json: false });
  await expect(asked).rejects.toThrow(`does not keep its things in ${words.dataDir}`);
  expect(io.said.out).toBe('');
  await expect(top(io, { ...words, once: true, json: true })).rejects.toThrow(
    'name the configuration with -c',
  );
  // Nobody stays signed in by the looking.
  const own = { ...words, dataDir: desk.config.dataDir };
  expect(await consoleAddress(io, { ...own, json: false })).toBe(0);
  expect(desk.recorder.of('operated').map(({ action }) => action)).toEqual(['login', 'logout']);
});

it('[ADMIN-COMMAND] [ADMIN-TOKEN] a token of a file is good once, for ten minutes, and only in a file of ours', () => {
  const own = folder();
  const now = 1_000_000;
  const token = issueToken(own, now);
  expect(redeemToken(own, 'another', now)).toBe(false);
  expect([redeemToken(own, token, now), redeemToken(own, token, now)]).toEqual([true, false]);
  expect(redeemToken(own, issueToken(own, now), now + 10 * 60_000)).toBe(false);
  const open = issueToken(own, now);
  const [file = ''] = tokenFiles(own);
  chmodSync(file, 0o666);
  expect(redeemToken(own, open, now)).toBe(false);
  chmodSync(file, 0o600);
  writeFileSync(file, 'x'.repeat(2_000));
  expect(redeemToken(own, open, now)).toBe(false);
  rmSync(file);
  mkdirSync(file);
  expect(redeemToken(own, open, now)).toBe(false);
});

it('[ADMIN-COMMAND] an address stays good while other commands look at the gateway, and few files are kept', async () => {
  const desk = await openDesk();
  const io = terminal();
  const words = { url: desk.running.url, dataDir: desk.config.dataDir };
  await consoleAddress(io, { ...words, json: false });
  await Promise.all(Array.from({ length: 5 }, () => top(terminal(), { ...words, once: true, json: true })));
  const token = io.said.out.trim().split('#token=')[1];
  expect((await desk.ask('/admin/api/login', posted({ token }))).status).toBe(200);
  const own = folder();
  const many = Array.from({ length: 40 }, () => issueToken(own));
  expect(tokenFiles(own)).toHaveLength(33);
  expect(redeemToken(own, many.at(-1) ?? '')).toBe(true);
  issueToken(own, Date.now() + 11 * 60_000);
  expect(tokenFiles(own)).toHaveLength(1);
});

function tokenFiles(own: string): string[] {
  return readdirSync(own)
    .filter((name) => name.startsWith('console-token-'))
    .map((name) => join(own, name));
}
