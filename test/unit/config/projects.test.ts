/** Projects, as they are written and as they are read. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe.ts';
import { diffConfig, inForce } from '../../../src/config/diff.ts';
import { hashed, read, refused } from './reading.ts';

const text = `{
  "mcpServers": { "search": { "command": "s" }, "notes": { "command": "n" } },
  "apiKeys": ["root-key"],
  "merge": { "names": "always", "wait": "50ms" },
  "projects": {
    "acme": {
      "mcpServers": { "files": { "command": "f", "env": { "TOKEN": "planted" } }, "off": { "command": "o", "disabled": true } },
      "servers": ["search"],
      "apiKeys": ["\${ACME_KEY}"],
      "limits": { "sessions": 5 },
      "merge": { "down": "hide" },
      "dialect": "orch-data"
    },
    "beta": { "mcpServers": { "files": { "command": "g" } } }
  }
}`;

describe('[PROJECT-CONFIG] a project', () => {
  const config = read(text, { ACME_KEY: 'acme-key-1' });

  test('has servers, keys and limits of its own, and what the gateway has where it says nothing', () => {
    expect(config.projects).toMatchObject([
      {
        name: 'acme',
        servers: [{ name: 'files', command: 'f' }],
        disabled: ['off'],
        shared: ['search'],
        apiKeys: [{ name: 'key1', key: hashed('acme-key-1') }],
        default: undefined,
        merge: { names: 'always', wait: 50, down: 'hide' },
        dialect: 'orch-data',
        limits: { sessions: 5 },
      },
      {
        name: 'beta',
        servers: [{ name: 'files', command: 'g' }],
        shared: [],
        apiKeys: undefined,
        default: 'files',
        merge: { names: 'always', wait: 50, down: 'keep' },
        dialect: 'superset',
        limits: {},
      },
    ]);
  });

  test('is shown with its sources and without its secrets', () => {
    const rows = describeConfig(config);
    const of = (path: string) => rows.find((row) => row.path === path);
    expect(of('projects.acme.limits.sessions')).toMatchObject({ value: 5, source: { kind: 'file' } });
    expect(of('projects.acme.mcpServers.files.command')?.source.where).toBe('sluice.json:7:45');
    expect(of('projects.acme.servers[0]')?.value).toBe('search');
    expect(of('projects.acme.apiKeys[0].key')?.value).toBe('***');
    expect(of('projects.acme.mcpServers.files.env.TOKEN')?.value).toBe('***');
    expect(of('projects.beta.dialect')).toMatchObject({ value: 'superset', source: { kind: 'default' } });
    expect(config.secrets).toContain('planted');
    expect(config.secrets).toContain('acme-key-1');
  });

  test('may be all there is', () => {
    expect(read('{ "projects": { "a": { "mcpServers": {} } } }').servers).toEqual([]);
  });
});

describe('[PROJECT-CONFIG] what is wrong with a project is told with its place', () => {
  const around = (project: string) =>
    refused(
      `{ "mcpServers": { "files": { "command": "x" } }, "apiKeys": ["k"], "projects": {\n"acme": ${project}\n} }`,
    );
  const hash = createHash('sha256').update('k').digest('hex');

  test.each([
    ['[]', '2:9', ' must be an object { … } with "mcpServers" or "servers".'],
    ['{ "server": [] }', '2:11', '.server is not a known setting; did you mean "servers"?'],
    [
      '{ "servers": ["file"] }',
      '2:23',
      '.servers[0] names "file", which is no server of the gateway; did you mean "files"?',
    ],
    [
      '{ "servers": ["abc"] }',
      '2:23',
      '.servers[0] names "abc", which is no server of the gateway; it has files.',
    ],
    [
      '{ "servers": ["files"], "mcpServers": { "files": { "command": "y" } } }',
      '2:23',
      '.servers[0] names "files", which the project has already; remove it.',
    ],
    [
      '{ "servers": ["files"], "default": "other" }',
      '2:44',
      '.default names "other", which is not among the servers (files); name one that is, or remove it.',
    ],
    ['{ "limits": { "sessions": 0 } }', '2:35', '.limits.sessions must be at least 1.'],
    ['{ "apiKeys": [] }', '2:22', '.apiKeys must hold a key; leave it out to take those of the gateway.'],
    ['{ "apiKeys": ["k"] }', '2:23', '.apiKeys[0] is a key of the gateway itself, too; make another one.'],
    [
      `{ "apiKeys": ["sha256:${hash}"] }`,
      '2:23',
      '.apiKeys[0] is a key of the gateway itself, too; make another one.',
    ],
    [
      '{ "mcpServers": { "x": { "comand": "y" } } }',
      '2:34',
      '.mcpServers.x.comand is not a known setting; did you mean "command"?',
    ],
  ])('%s', (project, place, message) => {
    expect(around(project)).toEqual([`sluice.json:${place}: projects.acme${message}`]);
  });

  test('a name that does not fit into a URL', () => {
    expect(refused('{ "projects": { "a/b": {} } }')[0]).toContain(
      'projects["a/b"]: a project is named with up to 64 letters',
    );
  });

  test('a key that opens another project already', () => {
    const [line] = refused(
      '{ "projects": { "a": { "apiKeys": ["planted-k"] }, "b": { "apiKeys": ["planted-k"] } } }',
    );
    expect(line).toBe(
      'sluice.json:1:71: projects.b.apiKeys[0] is a key of the project a, too; make another one.',
    );
  });
});

describe('[PROJECT-RELOAD] what changed of a project', () => {
  const before = read(text, { ACME_KEY: 'acme-key-1' });
  const after = read(
    text.replace('"command": "f"', '"command": "f2"').replace('"sessions": 5', '"sessions": 6'),
    {
      ACME_KEY: 'acme-key-1',
    },
  );

  test('is told by server, and of its rules as a whole', () => {
    expect(diffConfig(before, after)).toMatchObject({
      added: [],
      removed: [],
      changed: ['acme/files'],
      unchanged: ['search', 'notes', 'beta/files'],
      settings: ['projects'],
    });
    expect(diffConfig(before, { ...after, projects: after.projects.slice(1) })).toMatchObject({
      removed: ['acme/files'],
      settings: ['projects'],
    });
    expect(diffConfig(before, before)).toMatchObject({ changed: [], settings: [] });
  });

  test('is in force, and the rest stays what it was', () => {
    const now = inForce(before, after);
    expect(now.projects[0]?.servers[0]).toMatchObject({ command: 'f2' });
    expect(now.projects[1]?.servers[0]).toBe(before.projects[1]?.servers[0]);
  });
});
