import { describe, expect, test } from 'vitest';
import { diffConfig, sameValue } from '../../../src/config/diff.ts';
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
      settings: ['default'],
      restart: [],
    });
  });

  test('another value of a variable is a change, another way to write the same is none', () => {
    const text = '{ "mcpServers": { "a": { "command": "${X}" } } }';
    expect(diffConfig(read(text, { X: '1' }), read(text, { X: '2' })).changed).toEqual(['a']);
    const other = '{ /* new */ "mcpServers": { "a": { "type": "stdio", "args": [], "command": "${Y}" } } }';
    expect(diffConfig(read(text, { X: '1' }), read(other, { Y: '1' })).unchanged).toEqual(['a']);
  });

  test('a time-out for all changes the servers that have none of their own', () => {
    const old =
      '{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "x", "requestTimeout": "1s" } } }';
    const fresh = old.replace('{ "mcp', '{ "timeouts": { "request": "2s" }, "mcp');
    expect(diffConfig(read(old), read(fresh))).toMatchObject({ changed: ['a'], unchanged: ['b'] });
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
