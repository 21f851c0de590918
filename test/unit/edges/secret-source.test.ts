import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchSecret, type SecretReading } from '../../../src/edges/node/secret-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-secret-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function reading(more: Partial<SecretReading> = {}) {
  const warnings: string[] = [];
  const all = { folder, env: process.env, warn: (message: string) => void warnings.push(message), ...more };
  const file = (path: string) => fetchSecret({ kind: 'file', path }, all);
  const command = (...argv: [string, ...string[]]) => fetchSecret({ kind: 'command', argv }, all);
  /** What Node says to a script. */
  const node = (script: string, ...args: string[]) => command(process.execPath, '-e', script, ...args);
  return { warnings, file, command, node };
}

function put(name: string, text: string | Uint8Array, mode = 0o600): string {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return name;
}

describe('[SECRET-FILE] a file', () => {
  it('is its text without the line break at its end', async () => {
    const { file, warnings } = reading();
    expect(await file(put('a', 'secret\n'))).toEqual({ text: 'secret' });
    expect(await file(put('b', 'one\r\ntwo\r\n'))).toEqual({ text: 'one\r\ntwo' });
    expect(await file(join(folder, put('c', ' x \n\n')))).toEqual({ text: ' x \n' });
    symlinkSync('a', join(folder, 'link'));
    expect(await file('link')).toEqual({ text: 'secret' });
    expect(warnings).toEqual([]);
  });

  it('is an ordinary one, small, and a text', async () => {
    const { file } = reading();
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const [name, fault] of [
      ['none', 'does not exist'],
      ['folder', 'is no ordinary file'],
      ['pipe', 'is no ordinary file'],
      ['/dev/zero', 'is no ordinary file'],
      [put('large', 'x'.repeat(65_537)), 'is larger than 65536 bytes'],
      [put('empty', '\n'), 'is empty'],
      [put('latin', new Uint8Array([0xe9])), 'is no UTF-8'],
      [put('nul', 'a\0b'), 'is no text'],
      ['a/b', 'does not exist: a part of the path is no folder'],
    ] as const)
      expect(await file(name), name).toEqual({ fault });
    expect(await file(put('most', 'x'.repeat(65_536)))).toHaveProperty('text');
  });

  it('that others may read or change is warned of', async () => {
    for (const [mode, isWarned] of [
      [0o600, false],
      [0o640, false],
      [0o644, true],
      [0o660, true],
      [0o602, true],
    ] as const) {
      const { file, warnings } = reading();
      await file(put(`mode-${mode.toString(8)}`, 'planted', mode));
      expect(warnings.length > 0, mode.toString(8)).toBe(isWarned);
      expect(warnings.join()).not.toContain('planted');
    }
  });
});

describe('[SECRET-COMMAND] a command', () => {
  it('is run in the folder, without a shell, and with little of the environment', async () => {
    process.env['PLANTED_TOKEN'] = 'planted';
    const { node } = reading();
    expect(await node('console.log(process.argv[1], process.cwd())', '$PATH; ls *')).toEqual({
      text: `$PATH; ls * ${folder}`,
    });
    expect(await node('console.log(process.env.PLANTED_TOKEN, Boolean(process.env.PATH))')).toEqual({
      text: 'undefined true',
    });
    delete process.env['PLANTED_TOKEN'];
    expect(await node('process.stdin.resume().on("end", () => console.log("no input"))')).toEqual({
      text: 'no input',
    });
  });

  it('is not waited for once it is over, whatever it leaves running with its output open', async () => {
    const { node } = reading({ commandMs: 20_000 });
    const leaves = 'setTimeout(() => {}, 4_000)';
    const program =
      'require("node:child_process").spawn(process.execPath, ["-e", process.argv[1]], { stdio: "inherit", detached: true }).unref(); console.log("said")';
    const from = performance.now();
    expect(await node(program, leaves)).toEqual({ text: 'said' });
    expect(performance.now() - from).toBeLessThan(3_500);
  });

  it('[SECRET-FAULTS] that fails says nothing but that', async () => {
    const { node } = reading({ commandMs: 500 });
    const { node: patient, command } = reading({ commandMs: 20_000 });
    expect(await patient('console.log("planted"); console.error("planted"); process.exit(3)')).toEqual({
      fault: 'ended with 3',
    });
    expect(await node('for (;;) console.log("planted".repeat(1000))')).toEqual({
      fault: expect.stringMatching(/^(?:said more than 65536 bytes|took longer than 0.5 s)$/) as string,
    });
    expect(await node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)')).toEqual({
      fault: 'took longer than 0.5 s',
    });
    expect(await command('no-such-program-anywhere')).toEqual({
      fault: 'cannot be run: there is no such program',
    });
    expect(await patient('')).toEqual({ fault: 'is empty' });
  });
});
