import { describe, expect, it } from 'vitest';
import { readConfig, secretsWanted } from '../../../src/config/read.ts';
import { argvOf, type SecretLookup, sourceOf } from '../../../src/config/secret-source.ts';
import { refused } from './reading.ts';

const options = { file: 'sluice.json', env: { VAR: 'variable' } };

describe('[SECRET-COMMAND] the words of a command', () => {
  it.each([
    ['op read op://vault/x', ['op', 'read', 'op://vault/x']],
    ['  a  "b c" d\'e f\'g ""  ', ['a', 'b c', 'de fg', '']],
    [
      'a $HOME `b` $(c) ; d | e > f * \\n',
      ['a', '$HOME', '`b`', '$(c)', ';', 'd', '|', 'e', '>', 'f', '*', '\\n'],
    ],
    ['"a', undefined],
    ['', []],
  ])('%s', (line, words) => {
    expect(argvOf(line)).toEqual(words);
  });
});

describe('a source', () => {
  it('is a file or a command, or something else', () => {
    expect(sourceOf('${file: /run/secrets/x }')).toEqual({ kind: 'file', path: '/run/secrets/x' });
    expect(sourceOf('${command:a b}')).toEqual({ kind: 'command', argv: ['a', 'b'] });
    for (const other of ['${VAR}', '${env:VAR}', '${VAR:-file:x}', '${files:x}', '${file:x'])
      expect(sourceOf(other), other).toBeUndefined();
    for (const wrong of ['${file:}', '${command: }', "${command:a 'b}"])
      expect(sourceOf(wrong), wrong).toHaveProperty('fault');
  });

  const text = JSON.stringify({
    apiKeys: [{ name: 'ann', key: '${file:key}' }],
    state: { keys: [{ id: 'a', secret: '${command:state key}' }] },
    mcpServers: {
      child: {
        command: 'node',
        args: ['--token', '${file:arg}'],
        env: { A: 'x-${file:env}-${VAR}' },
        envPerPrincipal: { B: { ann: '${file:per}' }, C: '${command:all of them}' },
      },
      far: { url: 'https://x/?key=${file:url}', headers: { 'X-A': 'Bearer ${file:header}' } },
      tokens: {
        url: 'https://y/',
        auth: {
          type: 'client_credentials',
          issuer: 'https://z',
          clientId: 'a',
          clientSecret: '${file:client}',
        },
      },
      off: { disabled: true, command: 'node', env: { A: '${command:never}' } },
    },
    projects: {
      acme: {
        apiKeys: [{ name: 'ben', key: '${file:project}' }],
        mcpServers: { own: { command: 'node', env: { A: '${file:own}' } } },
      },
    },
  });
  const TOKENS = ['key', 'arg', 'env', 'per', 'url', 'header', 'client', 'project', 'own'].map(
    (name) => `\${file:${name}}`,
  );

  it('[SECRET-PLACES] may stand wherever a secret may, but where nothing is served', () => {
    const wanted = [...secretsWanted(text, options).keys()];
    expect(wanted.toSorted()).toEqual(
      [...TOKENS, '${command:all of them}', '${command:state key}'].toSorted(),
    );
    expect([...secretsWanted('{ "mcpServers": {} }', options)]).toEqual([]);
  });

  it('[SECRET-HIDDEN] is hidden whatever it stands in, and filled in once', () => {
    const lookUp: SecretLookup = (token, source) => {
      if (token === '${command:all of them}') return { text: '{"ann":"${file:not-twice}"}' };
      if (token === '${file:url}') return { text: 'secret-of-url' };
      return {
        text: `secret of ${source.kind === 'file' ? source.path : source.argv.join(' ')} ${'x'.repeat(24)}`.replaceAll(
          ' ',
          '-',
        ),
      };
    };
    const config = readConfig(text, { ...options, lookUp });
    const [child, far] = config.servers;
    expect(child).toMatchObject({
      env: { A: expect.stringMatching(/^x-secret-of-env-x+-variable$/) as string },
      envPerPrincipal: { C: { ann: '${file:not-twice}' } },
    });
    expect(far).toMatchObject({ url: 'https://x/?key=secret-of-url' });
    for (const name of ['arg', 'env', 'per', 'url', 'header', 'client', 'own'])
      expect(
        config.secrets.some((secret) => secret.startsWith(`secret-of-${name}`)),
        name,
      ).toBe(true);
    expect(config.secrets).toContain('${file:not-twice}');
  });

  it('[SECRET-FAULTS] that gives nothing is told with its place', () => {
    expect(
      refused('{"mcpServers": { "a": {\n"url": "https://x/", "headers": { "A": "b ${file:x}" } } } }'),
    ).toEqual(['sluice.json:2:43: mcpServers.a.headers.A uses ${file:x}, which cannot be had here.']);
    expect(
      refused('{"mcpServers": { "a": {\n"url": "https://x/", "headers": { "A": "${command:}" } } } }'),
    ).toEqual([
      'sluice.json:2:41: mcpServers.a.headers.A uses ${command:}, which names no command; write ${command:program argument}.',
    ]);
  });
});
