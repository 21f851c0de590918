/** The published types, as a user's compiler reads them: strict, and without skipping the libraries. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-types-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'sluice'));
  symlinkSync(resolve('node_modules/@types'), join(folder, 'node_modules', '@types'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(source: string, types: readonly string[]): string {
  writeFileSync(join(folder, 'user.ts'), source);
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    types,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
  const tsc = resolve('node_modules/.bin/tsc');
  return spawnSync(tsc, ['-p', folder], { cwd: folder, encoding: 'utf8' }).stdout;
}

const HELLO = `inprocess({ name: 'h', handler: { 'tools/list': () => ({ tools: [] }) } })`;

it('[ENTRY-TYPES] the root entry compiles without any types of Node', () => {
  const source = `import { createGateway, inprocess } from 'sluice';
    export const response: Promise<Response> = createGateway({ servers: { h: ${HELLO} } }).fetch(new Request('http://x'));`;
  expect(check(source, [])).toBe('');
});

it('[ENTRY-TYPES] the Node entry compiles, and what is wrong does not', () => {
  const source = (command: string) => `import { createServer } from 'node:http';
    import { createGateway, inprocess, stdio } from 'sluice/node';
    const servers = { h: ${HELLO}, f: stdio({ name: 'f', command: ${command} }) };
    createServer(createGateway({ servers }).node);`;
  expect(check(source(`'npx'`), ['node'])).toBe('');
  expect(check(source('1'), ['node'])).toContain('TS2322');
});

it('[ENTRY-TYPES] the entry for pages compiles with the types of a browser alone', () => {
  const source = (url: string) => `import { connect, type ClientError } from 'sluice/browser';
    const link = connect({ url: ${url}, onState: (state, reason?: ClientError) => console.log(state, reason?.code) });
    export const tools = link.request<{ tools: unknown[] }>('tools/list').then(({ tools }) => tools.length);`;
  expect(check(source(`'/mcp'`), [])).toBe('');
  expect(check(source('1'), [])).toContain('TS2322');
});
