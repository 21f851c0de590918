/** What callers may use, as the file says it. */
import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { diffConfig } from '../../../src/config/diff.ts';
import { read, refused } from './reading.ts';

const servers = '"mcpServers": { "files": { "command": "x", "readOnly": true, "checkArguments": true } }';

describe('[POLICY-CONFIG] a policy', () => {
  test('is that of the gateway, of a project, of a key', () => {
    const config = read(`{ ${servers},
      "policy": { "servers": ["files"], "checkArguments": true },
      "apiKeys": [{ "name": "a", "key": "k1", "policy": { "tools": ["files/read_*"] } }, "k2"],
      "projects": { "acme": { "servers": ["files"], "policy": { "tools": { "deny": ["*/delete_*"] } } } } }`);
    expect(config.policy).toEqual({ servers: ['files'], checkArguments: true, readOnly: false });
    expect(config.apiKeys.map(({ policy }) => policy?.tools)).toEqual([['files/read_*'], undefined]);
    expect(config.projects[0]?.policy?.tools).toEqual({ deny: ['*/delete_*'] });
    expect(config.servers[0]).toMatchObject({ readOnly: true, checkArguments: true });
  });

  test('lets nothing through by an empty list', () => {
    expect(read(`{ ${servers}, "policy": { "tools": [] } }`).policy?.tools).toEqual([]);
  });

  test('names the server beside the tool', () => {
    const [problem] = refused(`{ ${servers},\n"policy": { "tools": { "deny": ["delete_*"] } } }`);
    expect(problem).toMatch(
      /^sluice\.json:2:\d+: policy\.tools\.deny\[0\] must name the server, too, like "files\/read_\*"/,
    );
  });

  test('with a word nobody knows is refused', () => {
    const [problem] = refused(`{ ${servers},\n"policy": { "tool": ["*"] } }`);
    expect(problem).toContain('policy.tool is not a known setting; did you mean "tools"?');
  });

  test('counts as a change of its own and is shown', () => {
    const [before, after] = [read(`{ ${servers} }`), read(`{ ${servers}, "policy": { "tools": ["*"] } }`)];
    expect(diffConfig(before, after)).toMatchObject({ settings: ['policy'], changed: [], restart: [] });
    expect(describeConfig(after)).toContainEqual(
      expect.objectContaining({ path: 'policy.tools[0]', value: '*' }),
    );
  });
});
