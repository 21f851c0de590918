import { describe, expect, test } from 'vitest';
import { readConfig, readOneLiner } from '../../../src/config/read.ts';
import { entry, file, hashed, read } from './reading.ts';

describe('a whole file', () => {
  test('gets every default written out', () => {
    const config = read('{ "mcpServers": { "files": { "command": "npx", "args": ["-y", "x"] } } }');
    expect(config.servers).toEqual([
      {
        name: 'files',
        type: 'stdio',
        command: 'npx',
        args: ['-y', 'x'],
        env: {},
        cwd: undefined,
        sharing: 'session',
        warm: 0,
        maxProcesses: 32,
        description: undefined,
        startTimeout: 30_000,
        era: 'auto',
        probeTimeout: 5_000,
        requestTimeout: 300_000,
      },
    ]);
    expect(config).toMatchObject({
      file,
      host: '127.0.0.1',
      port: 8808,
      apiKeys: [],
      apiKeyRequired: false,
      default: 'files',
      disabled: [],
      warnings: [],
    });
    expect(config.limits.bodyBytes).toBe(4 * 1024 * 1024);
    expect(config.timeouts.heartbeat).toBe(15_000);
  });

  test('[FINDERA-RULE] says which words a server understands, and how long it may take to say so', () => {
    const config = read(
      '{ "mcpServers": { "a": { "url": "http://a/mcp", "era": "modern", "probeTimeout": "2s" } } }',
    );
    expect(config.servers[0]).toMatchObject({ era: 'modern', probeTimeout: 2_000 });
  });

  test('[CONFIG-SERVERS] may have comments, trailing commas, a byte order mark and a $schema', () => {
    const text =
      '\uFEFF{\n// why\n"$schema": "./x.json", /* y */ "port": 0, "mcpServers": { "a": { "command": "x", }, }, }';
    expect(read(text)).toMatchObject({ port: 0, default: 'a' });
  });

  test('may call its servers as VS Code does; what VS Code adds is ignored with a warning', () => {
    const config = read(
      '{ "inputs": [],\n "servers": { "a": { "command": "x", "timeout": 3, "alwaysAllow": [] } } }',
    );
    expect(config.default).toBe('a');
    expect(config.warnings).toEqual([
      'sluice.json:1:13: inputs is ignored.',
      'sluice.json:2:49: servers.a.timeout is ignored; write requestTimeout instead.',
      'sluice.json:2:67: servers.a.alwaysAllow is ignored.',
    ]);
  });

  test('sizes and times may be texts', () => {
    const config = read(`{ "mcpServers": { "a": { "command": "x", "startTimeout": "1.5m" } },
      "limits": { "bodyBytes": "512 KiB", "queuedBytes": 100 }, "timeouts": { "drain": "2s", "request": "1h" } }`);
    expect(config.limits).toMatchObject({ bodyBytes: 524_288, queuedBytes: 100 });
    expect(config.timeouts).toMatchObject({ drain: 2_000, request: 3_600_000 });
    expect(config.servers[0]).toMatchObject({ startTimeout: 90_000, requestTimeout: 3_600_000 });
  });

  test('a disabled entry is left out, and its variables need not be set', () => {
    const config = read(`{ "mcpServers": {
      "off": { "command": "\${NOT_SET}", "disabled": true }, "away": { "url": "\${NOT_SET}", "disabled": true },
      "on": { "command": "x" } } }`);
    expect(config).toMatchObject({ default: 'on', disabled: ['off', 'away'] });
    expect(config.servers).toHaveLength(1);
  });

  test('numbers and truth values in env become texts', () => {
    const [server] = read(
      '{ "mcpServers": { "a": { "command": "x", "env": { "N": 1, "B": true } } } }',
    ).servers;
    expect(server).toMatchObject({ env: { N: '1', B: 'true' } });
  });

  test('brackets around an IPv6 host are taken off', () => {
    expect(read('{ "host": "[::1]", "mcpServers": {} }').host).toBe('::1');
  });

  test('without servers there is no default', () => {
    expect(read('{ "mcpServers": {} }').default).toBeUndefined();
  });

  test('a built-in server has options', () => {
    const [server] = read(
      '{ "mcpServers": { "a": { "builtin": "aare", "options": { "baseUrl": "${U}" } } } }',
      {
        U: 'http://127.0.0.1:1',
      },
    ).servers;
    expect(server).toMatchObject({
      type: 'inprocess',
      builtin: 'aare',
      options: { baseUrl: 'http://127.0.0.1:1' },
    });
  });
});

describe('servers behind a URL', () => {
  describe('that are disabled', () => {
    const text = `{ "mcpServers": {
      "a": { "url": "https://x.example/\${PART:-mcp}", "headers": { "X": "\${TOKEN}" }, "disabled": true },
      "old": { "url": "wss://x.example/", "type": "sse", "disabled": true }, "cmd": { "command": "x", "disabled": true } } }`;
    const readFor = (env: Record<string, string>) => readConfig(text, { file, env });

    test('are of use to a client, their variables filled in, and never served', () => {
      const config = readFor({ TOKEN: 'planted-token' });
      expect(config).toMatchObject({ servers: [], disabled: ['a', 'old', 'cmd'] });
      expect(config.unserved).toMatchObject([
        {
          name: 'a',
          server: { type: 'http', url: 'https://x.example/mcp', headers: { X: 'planted-token' } },
        },
        { name: 'old', problems: [{ message: expect.stringContaining('must be "ws"') as string }] },
      ]);
    });

    test('may have variables that are not set, which is told to whoever wants to use them', () => {
      const [first] = readFor({}).unserved;
      expect(first).toMatchObject({
        name: 'a',
        problems: [
          { where: 'sluice.json:2:74', message: expect.stringContaining('TOKEN is not set') as string },
        ],
      });
    });

    test('are checked in their shape', () => {
      const wrong = '{ "mcpServers": { "a": { "url": "https://x", "headers": 1, "disabled": true } } }';
      expect(() => readConfig(wrong, { file, env: {} })).toThrow(
        'sluice.json:1:57: mcpServers.a.headers must be an object',
      );
    });
  });
});

describe('variables', () => {
  test('[CONFIG-VARIABLES] are filled in where they are allowed', () => {
    const text = `{ "mcpServers": { "a": { "command": "\${BIN}", "args": ["--x=\${env:X}", "$\${X}", "\${Y:-y z}"],
      "env": { "K": "\${X}-\${X}" }, "cwd": "/srv/\${X}", "description": "\${X}" } }, "apiKeys": ["\${KEY}"] }`;
    const config = read(text, { BIN: 'node', X: '1', KEY: 'abcdefgh' });
    expect(config.servers[0]).toMatchObject({
      command: 'node',
      args: ['--x=1', '${X}', 'y z'],
      env: { K: '1-1' },
      cwd: '/srv/1',
      description: '${X}',
    });
    expect(config.apiKeys).toEqual([{ name: 'key1', key: hashed('abcdefgh') }]);
  });

  test('[CONFIG-UNSET] that are not set are told at their place, each', () => {
    expect(
      entry('{ "command": "x",\n "args": ["a", "--k=${TOKEN}"],\n "env": { "A": "${OTHER}" } }'),
    ).toEqual([
      'sluice.json:3:21: mcpServers.files.args[1] uses ${TOKEN}, but the variable TOKEN is not set; export TOKEN before starting, or write a default: ${TOKEN:-value}.',
      'sluice.json:4:17: mcpServers.files.env.A uses ${OTHER}, but the variable OTHER is not set; export OTHER before starting, or write a default: ${OTHER:-value}.',
    ]);
  });

  test('in a form that is not known are told with the forms that are', () => {
    expect(entry('{ "command": "${input:token}" }')).toEqual([
      'sluice.json:2:24: mcpServers.files.command holds "${input:token}", which cannot be filled in; write ${VAR} or ${VAR:-default} for a variable, ${file:…} or ${command:…} for a secret, or $${ for a plain "${".',
    ]);
  });

  test('of the prototype are not taken for set', () => {
    expect(entry('{ "command": "${constructor}" }')[0]).toContain('the variable constructor is not set');
  });
});

describe('a one-liner', () => {
  test('is served under the name default, its words untouched', () => {
    const config = readOneLiner(
      { command: 'npx', args: ['${HOME}', '-y'], env: { A: 'b' } },
      { env: { PORT: '1' } },
    );
    expect(config.servers[0]).toMatchObject({
      name: 'default',
      command: 'npx',
      args: ['${HOME}', '-y'],
      env: { A: 'b' },
    });
    expect(config).toMatchObject({ file: undefined, default: 'default', port: 1 });
    expect(config.servers[0]).not.toHaveProperty('disabled');
  });
});
