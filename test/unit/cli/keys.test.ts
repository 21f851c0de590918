/** `sluice keys`: what it takes, what it says, what it keeps. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFormattedKey } from '../../../src/access/key-format.ts';
import { exposureOf } from '../../../src/cli/exposure.ts';
import { addKey } from '../../../src/cli/keys-add.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { readConfig } from '../../../src/config/read.ts';
import { FakeIo } from './fake-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-keys-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function sluice(...words: string[]) {
  const io = new FakeIo();
  io.cwd = folder;
  const code = await runProgram(io, ['keys', ...words], () => Promise.reject(new Error('no gateway')));
  return { code, ...io.said };
}

interface Listed {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  readonly projects: readonly string[];
  readonly policy?: object;
}

const listed = async () => JSON.parse((await sluice('list', '--json')).out) as Listed[];
const store = () => join(folder, '.sluice');

describe('[KEY-CLI] sluice keys', () => {
  it('makes a key, which stands alone on standard output and nowhere else', async () => {
    const { code, out, err } = await sluice(
      'add',
      'ci',
      '--read-only',
      '--tool',
      'files/read_*',
      '--expires',
      '30d',
    );
    const key = out.trim();
    expect([code, isFormattedKey(key), out]).toEqual([0, true, `${key}\n`]);
    expect(err).toMatch(
      /shown this once\. It opens the gateway, tools files\/read_\*; only what reads, until 2/,
    );
    expect(err).toContain('Authorization: Bearer <key>');
    for (const file of readdirSync(store())) {
      expect(readFileSync(join(store(), file)).includes(key.slice(4, 20))).toBe(false);
    }
    const lists = `${(await sluice('list')).out}${JSON.stringify(await listed())}`;
    expect(lists).not.toContain(key.slice(0, 12));
    expect((await sluice('add', 'quiet', '-q')).err).toBe('');
  });

  it('[OPERATOR-KEY-PLACE] tells where a key is kept, and which of its servers are not there', async () => {
    writeFileSync(
      join(folder, 'sluice.json'),
      '{ "mcpServers": { "files": { "command": "${UNSET}" } }, "projects": { "acme": { "mcpServers": { "git": {} } } } }',
    );
    expect((await sluice('add', 'a', '--server', 'files', '--tool', 'git/*')).err).toMatch(/^\nThe key "a"/);
    const { code, err } = await sluice(
      'add',
      'b',
      '--server',
      'fils',
      '--tool',
      'mail/send',
      '--tool',
      '*/x',
    );
    expect(code).toBe(0);
    expect(err).toContain('The configuration has no server "fils" so far; did you mean "files"?\n');
    expect(err).toContain('The configuration has no server "mail" so far; it has files, git.\n');
    expect(err).not.toContain('"*"');
    expect(err).toContain(`A gateway that keeps its keys in ${store()} takes it at once`);
    rmSync(join(folder, 'sluice.json'));
    expect((await sluice('add', 'c', '--server', 'fils')).err).toMatch(/^\nThe key "c"/);
  });

  it('lists what each opens, its scope in words and its state', async () => {
    writeFileSync(
      join(folder, 'sluice.json'),
      '{ "projects": { "acme": {}, "beta": {} }, "mcpServers": { "x": { "command": "${UNSET}" } } }',
    );
    expect((await sluice('list')).err).toContain('There are no keys');
    await sluice(
      'add',
      'two',
      '--project',
      'acme',
      '--project',
      'beta',
      '--server',
      'files',
      '--deny-tool',
      '*',
    );
    await sluice('add', 'old');
    await sluice('revoke', 'old');
    const io = new FakeIo();
    io.cwd = folder;
    await addKey(io, 'over', { expires: '1h' }, Date.now() - 7_200_000);
    expect((await sluice('list')).out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'ID', 'STATE', 'OPENS', 'SCOPE', 'EXPIRES', 'LAST USED'],
      ['over', expect.any(String), 'expired', 'the gateway', 'all of it', expect.any(String), 'never'],
      [
        'two',
        expect.any(String),
        'active',
        'the projects acme, beta',
        'servers files; no tools *',
        'never',
        'never',
      ],
      ['old', expect.any(String), 'revoked', 'the gateway', 'all of it', 'never', 'never'],
      [''],
    ]);
    expect(await listed()).toMatchObject([
      {},
      { projects: ['acme', 'beta'], policy: { servers: { allow: ['files'] }, tools: { deny: ['*'] } } },
      {},
    ]);
  });

  it('revokes by name or id, and asks which where several have the name', async () => {
    for (let round = 0; round < 2; round++) await sluice('add', 'ci');
    const [first, second] = (await listed()).map(({ id }) => id);
    await expect(sluice('revoke', 'ci')).rejects.toThrow(
      `2 keys have the name "ci"; name one by its id: ${first}, ${second}.`,
    );
    expect((await sluice('revoke', first ?? '')).err).toContain('is revoked');
    expect((await sluice('revoke', first ?? '')).err).toContain('was revoked before');
    expect((await sluice('revoke', 'ci')).err).toContain(`(id ${second}) is revoked`);
    expect((await listed()).map(({ state }) => state)).toEqual(['revoked', 'revoked']);
    await expect(sluice('revoke', 'nobody')).rejects.toThrow('There is no key "nobody"');
    await expect(sluice('revoke', 'slc_0planted0planted0')).rejects.toThrow('There is no key "***"');
  });

  it.each([
    [['add', 'x', '--expires', 'soon'], /--expires is a time from now like 30d/],
    [['add', 'x', '--expires', '2020-01-31'], /is in the past/],
    [['add', 'x', '--expires', '0d'], /is in the past/],
    [['add', 'x', '--expires', '999999999d'], /--expires is a time/],
    [['add', 'x', '--expires', '2027-02-30'], /--expires is a time/],
    [['add', 'x', '--tool', 'read'], /--tool must name the server, too/],
    [['add', 'x', '--deny-tool', ''], /--deny-tool must name the server, too/],
    [['add', 'x', '--data-dir', ''], /--data-dir names no folder/],
    [['add', 'x', '--server', ''], /--server must name a server/],
    [['add', 'x', '--project', 'acmee'], /has no project "acmee"; did you mean "acme"\?/],
  ])('refuses %j, and makes nothing', async (words, sentence) => {
    writeFileSync(join(folder, 'sluice.json'), '{ "projects": { "acme": {} } }');
    await expect(sluice(...words)).rejects.toThrow(sentence);
    expect(readdirSync(folder)).toEqual(['sluice.json']);
  });

  it('finds the folder as the gateway does', async () => {
    writeFileSync(join(folder, 'own.json'), '{ "dataDir": "kept", "mcpServers": {} }');
    await sluice('add', 'a', '--config', 'own.json');
    await sluice('add', 'b', '--data-dir', 'typed', '--config', 'own.json');
    expect(readdirSync(folder).sort()).toEqual(['kept', 'own.json', 'typed']);
  });
});

describe('[KEY-NAMES] a name', () => {
  const esc = String.fromCharCode(27);
  it.each([
    '',
    ' ',
    'a b',
    'a\nb',
    `a${esc}[31m`,
    'a\u202eb',
    '\u0430nn',
    'acme/ann',
    'ann#123',
    '-a',
    'x'.repeat(65),
    '0123abcd',
  ])('that could be taken for something else is refused: %j', async (name) => {
    await expect(sluice('add', '--', name)).rejects.toThrow(/name/);
  });

  it('that was written into the store by somebody else moves no terminal', async () => {
    await sluice('add', 'ann');
    const database = new DatabaseSync(join(store(), 'keys.db'));
    database.prepare('UPDATE keys SET name = ?, projects = ?').run(`a${esc}[2J\nx  y`, '["p\\u202eq"]');
    database.close();
    const { out } = await sluice('list');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(out.split('\n')).toHaveLength(3);
  });
});

describe('[KEY-EXPOSED] an address that others can reach', () => {
  const config = (more: string) => ({
    ...readConfig(`{ "host": "0.0.0.0", ${more} "mcpServers": { "x": { "command": "x" } } }`, {
      file: 'sluice.json',
      env: {},
    }),
    dataDir: store(),
  });

  it('is served where a key was added that is good, and never without', async () => {
    expect(await exposureOf(config(''))).toContain('so a key is needed: run sluice keys add <name>');
    await sluice('add', 'ann');
    expect(await exposureOf(config(''))).toBeUndefined();
    expect(await exposureOf(config('"apiKeyRequired": false,'))).toContain('keys cannot be optional');
    await sluice('revoke', 'ann');
    expect(await exposureOf(config(''))).toContain('so a key is needed');
    const io = new FakeIo();
    io.cwd = folder;
    await addKey(io, 'over', { expires: '1h' }, Date.now() - 7_200_000);
    expect(await exposureOf(config(''))).toContain('so a key is needed');
  });

  it('is not served where the store cannot be read', async () => {
    await sluice('add', 'ann');
    writeFileSync(join(store(), 'keys.db'), 'rotten'.repeat(1_000));
    await expect(exposureOf(config(''))).rejects.toThrow('is broken or no key store');
  });
});
