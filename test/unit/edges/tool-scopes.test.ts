import { describe, expect, it } from 'vitest';
import { ToolScopes } from '../../../src/edges/http/tool-scopes.ts';
import { assignNames } from '../../../src/engine/catalog/names.ts';
import { dice } from '../access/dice.ts';

describe('[OAUTH-STEP-UP] the scopes of a call', () => {
  const scopes = new ToolScopes(
    { 'files/write_*': ['write'], '*/admin': ['root', 'write'], 'a.b/x.y': ['xy'] },
    ['mcp'],
  );

  it.each([
    [['files'], 'write_file', ['mcp', 'write']],
    [['files'], 'read_file', undefined],
    [['web'], 'write_file', undefined],
    [['web'], 'admin', ['mcp', 'root', 'write']],
    [['files', 'web'], 'write_file', ['mcp', 'write']],
    [['files', 'web'], 'files__write_file', ['mcp', 'write']],
    [['files', 'web'], 'web__write_file', undefined],
    [['a.b'], 'x.y', ['mcp', 'xy']],
    [['a.b'], 'a_b__x_y', ['mcp', 'xy']],
    [['files', 'web'], 'files__wri_abcdefgh', ['mcp', 'write']],
  ] as const)('at %j of "%s" are %j', (servers, name, needed) => {
    expect(scopes.needed(servers, name)).toEqual(needed);
  });

  it('are needed under every name that a merge understands, however names are rewritten', () => {
    const { next, below } = dice(3);
    const text = (most: number) =>
      Array.from({ length: 1 + below(most) }, () => 'ab_.-/\u00e4 x'[below(9)] ?? 'c').join('');
    for (let round = 0; round < 300; round++) {
      const servers = [
        ...new Set(Array.from({ length: 3 }, () => text(next() < 0.2 ? 40 : 4).replaceAll('/', '_'))),
      ];
      const items = servers.flatMap((server) =>
        [...new Set(Array.from({ length: 4 }, () => text(next() < 0.2 ? 80 : 4)))].map((own) => ({
          server,
          own,
          id: JSON.stringify([server, own]),
        })),
      );
      const told = new Map([[text(6), items[0]?.id ?? '']].filter(() => false) as [string, string][]);
      const { understood } = assignNames(items, below(2) === 0 ? 'collisions' : 'always', told);
      for (const [name, at] of understood) {
        const { server, own } = items[at] ?? { server: '', own: '' };
        const one = new ToolScopes({ [`${server}/${own}`.replaceAll('*', '')]: ['needed'] }, []);
        expect(one.needed(servers, name), JSON.stringify({ name, server, own })).toEqual(['needed']);
      }
    }
  });
});
