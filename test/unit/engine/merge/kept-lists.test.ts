/** What is kept of lists, and what a merge says of itself. */
import { describe, expect, it } from 'vitest';
import type { ServerList } from '../../../../src/engine/catalog/catalog.ts';
import type { Kind } from '../../../../src/engine/catalog/kinds.ts';
import { greetingOf, type Greeting } from '../../../../src/engine/merge/greeting.ts';
import { KeptLists } from '../../../../src/engine/merge/kept-lists.ts';
import { greeted, mergedWorld } from './support.ts';

const list = (bytes: number): ServerList => ({ items: [], bytes });
const kept = (bytes = 10) => ({ list: list(bytes), freshUntil: 1_000 });

describe('kept lists', () => {
  it('[MERGE-KEPT-BOUNDED] are bounded in number and bytes; those used longest ago give way', () => {
    const lists = new KeptLists({ entries: 3, bytes: 100 });
    for (const scope of ['a', 'b', 'c']) lists.keep(scope, 'tools', kept());
    expect(lists.find('a', 'tools')).toBeDefined();
    lists.keep('d', 'tools', kept());
    expect(['a', 'b', 'c', 'd'].filter((scope) => lists.find(scope, 'tools'))).toEqual(['a', 'c', 'd']);
    lists.keep('e', 'tools', kept(85));
    expect(['a', 'b', 'c', 'd', 'e'].filter((scope) => lists.find(scope, 'tools'))).toEqual(['d', 'e']);
    lists.keep('e', 'tools', kept(20));
    expect(lists.bytes).toBe(30);
    lists.keep('f', 'tools', kept(101));
    expect(lists.bytes).toBe(0);
  });

  it('of one scope or kind are those of no other', () => {
    const lists = new KeptLists();
    lists.keep('a', 'tools', kept());
    const others: [string, Kind][] = [
      ['b', 'tools'],
      ['a', 'prompts'],
      ['', 'tools'],
    ];
    for (const [scope, kind] of others) expect(lists.find(scope, kind)).toBeUndefined();
  });

  it('that were called changed are still there, as what was known last', () => {
    const lists = new KeptLists();
    for (const kind of ['tools', 'resources', 'templates'] as const) lists.keep('a', kind, kept());
    const told: unknown[] = [];
    const listsDoubted = () => {};
    lists.watchers.add({ listsChanged: (kinds) => told.push(kinds), listsDoubted });
    lists.announced('notifications/resources/updated');
    lists.announced('notifications/resources/list_changed');
    expect(told).toEqual([['resources', 'templates']]);
    expect(lists.find('a', 'tools')?.freshUntil).toBe(1_000);
    expect(lists.find('a', 'resources')).toEqual({ list: list(10), freshUntil: 0, kind: 'resources' });
  });

  it('and instructions, too: those that are too long are none, and the oldest give way', () => {
    const lists = new KeptLists({ entries: 2, bytes: 100 });
    lists.keepInstructions('long', 'x'.repeat(8 * 1024 + 1));
    for (const scope of ['a', 'b', 'c']) lists.keepInstructions(scope, scope);
    lists.keepInstructions('c', undefined);
    expect(['long', 'a', 'b', 'c'].map((scope) => lists.instructionsOf(scope))).toEqual([
      undefined,
      undefined,
      'b',
      undefined,
    ]);
  });
});

describe('a merge', () => {
  const greeting = (given: Partial<Greeting>) =>
    JSON.parse(
      greetingOf({ name: 'n', version: '2025-03-26', hasLogs: true, instructions: [], ...given }),
    ) as Record<string, unknown>;

  it('answers in the version that was asked for if it is one, and has no logs where none can come', () => {
    expect(greeting({})).toMatchObject({ protocolVersion: '2025-03-26', capabilities: { logging: {} } });
    expect(greeting({ version: 'x' })['protocolVersion']).toBe('2025-11-25');
    expect(greeting({ hasLogs: false })['capabilities']).not.toHaveProperty('logging');
    expect(greeting({})).not.toHaveProperty('instructions');
  });

  it('joins what servers say of their use, as far as it is not too long', () => {
    const instructions = [
      ['a', 'One.'],
      ['b', 'x'.repeat(40_000)],
      ['c', 'Two.'],
    ] as const;
    expect(greeting({ instructions })['instructions']).toBe('# a\n\nOne.\n\n# c\n\nTwo.');
  });

  it('makes a catalog once for all to whom its servers say the same', async () => {
    const at = mergedWorld({ a: { tools: ['x'] }, b: { tools: ['y'] } });
    const clients = await Promise.all(Array.from({ length: 20 }, () => greeted(at)));
    for (const client of clients) expect(await client.names()).toEqual(['x', 'y']);
    const lines = clients.map(
      ({ session }) => session.line as unknown as { lists: { catalog(k: Kind): unknown } },
    );
    expect(new Set(lines.map(({ lists }) => lists.catalog('tools'))).size).toBe(1);
    at.servers.a.has = { tools: ['x', 'z'] };
    for (const link of at.servers.a.links) link.notifies('notifications/tools/list_changed');
    for (const client of clients) expect(await client.names()).toEqual(['x', 'z', 'y']);
  });
});
