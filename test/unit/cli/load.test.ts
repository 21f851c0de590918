import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { missingCommands } from '../../../src/cli/commands-exist.ts';
import { loadConfig } from '../../../src/cli/load.ts';

const text = '{ "mcpServers": { "a": { "command": "x", "cwd": "sub" } } }';
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sluice-load-')));
});
afterEach(() => rm(folder, { recursive: true }));

function load(file?: string) {
  return loadConfig({ file, cwd: folder, env: {} });
}

describe('the file', () => {
  test('[CONFIG-SERVERS] is found by its well-known names, in their order', async () => {
    await writeFile(join(folder, '.mcp.json'), text);
    expect((await load()).path).toBe(join(folder, '.mcp.json'));
    await writeFile(join(folder, 'sluice.jsonc'), text);
    expect((await load()).path).toBe(join(folder, 'sluice.jsonc'));
    await writeFile(join(folder, 'sluice.json'), text);
    expect((await load()).path).toBe(join(folder, 'sluice.json'));
  });

  test('is called in errors as it was named', async () => {
    await mkdir(join(folder, 'conf'));
    await writeFile(join(folder, 'conf/my.json'), '{ "x": 1 }');
    await expect(load('conf/my.json')).rejects.toThrow(/^conf\/my\.json:1:1: /);
    await expect(load()).rejects.toThrow(
      /^There is no sluice\.json, sluice\.jsonc or \.mcp\.json in this folder; /,
    );
  });

  test('may name folders relative to itself', async () => {
    await mkdir(join(folder, 'conf'));
    await writeFile(join(folder, 'conf/my.json'), text);
    expect((await load('conf/my.json')).config.servers[0]).toMatchObject({ cwd: join(folder, 'conf/sub') });
  });

  test('[KEY-DATADIR] names the folder of what is kept: beside itself, or seen from where it was typed or set', async () => {
    await mkdir(join(folder, 'conf'));
    await writeFile(join(folder, 'conf/my.json'), text);
    await writeFile(join(folder, 'conf/own.json'), '{ "dataDir": "kept", "mcpServers": {} }');
    const dataDir = async (file: string, env: Record<string, string> = {}, flag?: string) =>
      (await loadConfig({ file, cwd: folder, env, flags: { dataDir: flag } })).config.dataDir;
    expect(await dataDir('conf/my.json')).toBe(join(folder, 'conf/.sluice'));
    expect(await dataDir('conf/own.json')).toBe(join(folder, 'conf/kept'));
    expect(await dataDir('conf/own.json', { SLUICE_DATA_DIR: 'data' })).toBe(join(folder, 'data'));
    expect(await dataDir('conf/own.json', { SLUICE_DATA_DIR: 'data' }, '/var/x')).toBe('/var/x');
  });

  test('that cannot be read is told in one sentence', async () => {
    await writeFile(join(folder, 'latin.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
    await writeFile(join(folder, 'large.json'), ' '.repeat(1024 * 1024 + 1));
    await expect(load('none.json')).rejects.toThrow('The file none.json does not exist; check the path.');
    await expect(load('.')).rejects.toThrow('The file . is a folder; name the file inside it.');
    await expect(load('latin.json')).rejects.toThrow('latin.json is not UTF-8; save it in that encoding.');
    await expect(load('large.json')).rejects.toThrow(
      'large.json is larger than 1 MiB, too large for a configuration.',
    );
  });
});

describe('commands that are not there', () => {
  async function problems(entry: object, env: Record<string, string> = {}) {
    await writeFile(join(folder, 'sluice.json'), JSON.stringify({ mcpServers: { a: entry } }));
    const { config } = await load();
    return (await missingCommands(config, env, folder)).map(({ where, message }) => `${where}: ${message}`);
  }

  test('are told with their place', async () => {
    expect(await problems({ command: 'no-such-program' }, { PATH: folder })).toEqual([
      'sluice.json:1:31: the command "no-such-program" of server "a" was not found; install it, or correct the command.',
    ]);
  });

  test('a whole line as the command is told what to do', async () => {
    expect((await problems({ command: 'npx -y x' }, { PATH: folder }))[0]).toContain(
      'each argument as an element of args',
    );
  });

  test('a folder that is not there', async () => {
    expect((await problems({ command: 'x', cwd: 'nowhere' }))[0]).toBe(
      `sluice.json:1:41: the folder ${join(folder, 'nowhere')} of server "a" does not exist.`,
    );
  });

  test('are found on the PATH of the entry, and by path', async () => {
    await writeFile(join(folder, 'tool'), '#!/bin/sh\n');
    expect(await problems({ command: 'tool' }, { PATH: folder })).toHaveLength(1);
    await chmod(join(folder, 'tool'), 0o755);
    expect(await problems({ command: 'tool' }, { PATH: folder })).toEqual([]);
    expect(await problems({ command: 'tool', env: { PATH: folder } }, { PATH: '/nowhere' })).toEqual([]);
    expect(await problems({ command: './tool' })).toEqual([]);
    expect(await problems({ command: join(folder, 'tool') })).toEqual([]);
  });
});
