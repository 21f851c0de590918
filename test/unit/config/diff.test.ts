import { describe, expect, test } from 'vitest';
import { diffConfig, inForce, sameValue } from '../../../src/config/diff.ts';
import { readConfig } from '../../../src/config/read.ts';

function read(text: string, env: Record<string, string> = {}) {
  return readConfig(text, { file: 'sluice.json', env });
}

const before = `{ "mcpServers": {
  "same": { "command": "x", "env": { "A": "1", "B": "2" } },
  "changed": { "command": "x" }, "removed": { "command": "x" } } }`;

describe('servers', () => {
  test('are added, removed, changed or left alone', () => {
    const after = `{ "mcpServers": { "added": { "command": "x" },
      "changed": { "command": "x", "args": ["y"] },
      "same": { "env": { "B": "2", "A": "1" }, "command": "x" } } }`;
    expect(diffConfig(read(before), read(after))).toEqual({
      added: ['added'],
      removed: ['removed'],
      changed: ['changed'],
      unchanged: ['same'],
      settings: [],
      restart: [],
    });
  });

  test('another value of a variable is a change, another way to write the same is none', () => {
    const text = '{ "mcpServers": { "a": { "command": "${X}" } } }';
    expect(diffConfig(read(text, { X: '1' }), read(text, { X: '2' })).changed).toEqual(['a']);
    const other = '{ /* new */ "mcpServers": { "a": { "type": "stdio", "args": [], "command": "${Y}" } } }';
    expect(diffConfig(read(text, { X: '1' }), read(other, { Y: '1' })).unchanged).toEqual(['a']);
  });

  describe('with time-outs', () => {
    const own =
      '{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "x", "requestTimeout": "1s" } } }';
    const forAll = (times: string) => own.replace('{ "mcp', `{ "timeouts": { ${times} }, "mcp`);

    test('that all have do not change', () => {
      const fresh = forAll('"request": "2s", "start": "1s"');
      expect(diffConfig(read(own), read(fresh))).toMatchObject({ changed: [], restart: ['timeouts'] });
    });

    test('of their own change, also where the number was that of all', () => {
      const fresh = own.replace('"requestTimeout": "1s"', '"requestTimeout": "2s"');
      expect(diffConfig(read(own), read(fresh)).changed).toEqual(['b']);
      const six = '{ "command": "x", "requestTimeout": "6s" }';
      const reloaded = inForce(read(own), read(forAll('"request": "6s"')));
      expect(diffConfig(reloaded, read(own.replace('{ "command": "x" }', six))).changed).toEqual(['a']);
      const five = '{ "command": "x", "requestTimeout": "5m" }';
      expect(diffConfig(reloaded, read(own.replace('{ "command": "x" }', five))).changed).toEqual([]);
    });
  });

  test('one that is disabled is removed', () => {
    const off = before.replace('"removed": { ', '"removed": { "disabled": true, ');
    expect(diffConfig(read(before), read(off))).toMatchObject({ removed: ['removed'], added: [] });
  });
});

test('settings are told apart by what they need', () => {
  const fresh = before.replace('{ "mcp', '{ "port": 1, "limits": { "depth": 9 }, "apiKeys": ["k"], "mcp');
  expect(diffConfig(read(before), read(fresh))).toMatchObject({
    settings: ['apiKeys', 'apiKeyRequired'],
    restart: ['port', 'limits'],
  });
});

test('what needs a restart stays in force until then', () => {
  const first = read('{ "timeouts": { "drain": "5s" }, "port": 1, "mcpServers": {} }');
  const second = read(
    '{ "timeouts": { "drain": "6s" }, "port": 2, "default": "a", "mcpServers": { "a": { "command": "x" } } }',
  );
  const reloaded = inForce(first, second);
  expect(reloaded).toMatchObject({
    port: 1,
    timeouts: { drain: 5_000 },
    default: 'a',
    servers: [{ name: 'a' }],
  });
  expect(diffConfig(reloaded, second).restart).toEqual(['port', 'timeouts']);
  expect(diffConfig(reloaded, first).restart).toEqual([]);
});

test.each([
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  [null, {}, false],
  [Number.NaN, Number.NaN, true],
  [{ a: { b: [1] } }, { a: { b: [1] } }, true],
  [{ a: { b: [1] } }, { a: { b: ['1'] } }, false],
])('%j and %j are the same: %j', (a, b, same) => {
  expect(sameValue(a, b)).toBe(same);
});
