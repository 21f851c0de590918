/** What of a server is shown, as entries say it. */
import { describe, expect, test } from 'vitest';
import { entry, read } from './reading.ts';

function offerOf(text: string) {
  const [server] = read(`{ "mcpServers": { "a": { "command": "x", ${text} } } }`).servers;
  return {
    tools: server?.tools,
    prompts: server?.prompts,
    resources: server?.resources,
    cache: server?.cache,
  };
}

describe('[CONFIG-OFFER] what of a server is shown', () => {
  test('is all of it by default', () => {
    expect(offerOf('"env": {}')).toEqual({});
  });

  test('is told by patterns, other names and other descriptions', () => {
    const tools = '{ "hide": ["delete_*"], "rename": { "a": "b" }, "descriptions": { "a": "B." } }';
    expect(offerOf(`"tools": ${tools}, "resources": { "include": ["file:///srv/*"] }`)).toEqual({
      tools: { include: [], hide: ['delete_*'], rename: { a: 'b' }, descriptions: { a: 'B.' } },
      resources: { include: ['file:///srv/*'], hide: [] },
    });
  });

  test('may be a list of what is shown, as others write it', () => {
    expect(offerOf('"tools": ["read_*"], "prompts": ["*"]')).toMatchObject({
      tools: { include: ['read_*'] },
      prompts: { include: ['*'] },
    });
  });

  test('with how long answers are kept', () => {
    expect(offerOf('"cache": { "lists": "1m", "public": true }').cache).toEqual({
      lists: 60_000,
      public: true,
    });
  });

  test.each([
    [
      '{ "command": "x", "tools": { "rename": { "a": "x", "b": "x" } } }',
      '2:66',
      'tools.rename.b is "x", which is the name of "a" already; give each its own.',
    ],
    [
      '{ "command": "x", "tools": "read" }',
      '2:37',
      'tools must be a list of patterns like ["read_*"], or an object { "include", "hide", "rename", "descriptions" }.',
    ],
    [
      '{ "command": "x", "tools": { "hidden": [] } }',
      '2:39',
      'tools.hidden is not a known setting; did you mean "hide"?',
    ],
    [
      '{ "command": "x", "resources": { "rename": {} } }',
      '2:43',
      'resources.rename is not a known setting; remove it, or use one of include, hide.',
    ],
    ['{ "command": "x", "dialect": "morse" }', '2:39', 'dialect must be one of'],
    ['{ "command": "x", "cache": { "lists": 0 } }', '2:48', 'cache.lists must be a time'],
  ])('%s', (text, place, message) => {
    const [line, ...more] = entry(text);
    expect(line).toContain(`sluice.json:${place}: mcpServers.files.${message}`);
    expect(more).toEqual([]);
  });
});
