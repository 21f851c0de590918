import { describe, expect, test } from 'vitest';
import { ConfigError, PROBLEMS_SHOWN } from '../../../src/config/problems.ts';
import { readConfig, readOneLiner } from '../../../src/config/read.ts';

const file = 'sluice.json';

function read(text: string, env: Record<string, string> = {}) {
  return readConfig(text, { file, env });
}

/** The lines of the error of a text that must be refused. */
function refused(text: string, env: Record<string, string> = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('The text was taken.');
}

/** The error of one server entry, which stands in line 2. */
function entry(text: string, env: Record<string, string> = {}): string[] {
  return refused(`{"mcpServers": {\n"files": ${text}\n}}`, env);
}

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
  test.each([
    ['{ "url": "https://x.example/mcp" }', 'http'],
    ['{ "url": "https://x.example/sse" }', 'sse'],
    ['{ "url": "https://x.example/a/sse/" }', 'sse'],
    ['{ "url": "https://x.example/sse", "type": "streamable-http" }', 'http'],
  ])('%s is of type %s', (text, type) => {
    const config = readConfig(`{ "mcpServers": { "a": ${text} } }`, { file, env: {}, acceptUrls: true });
    expect(config.servers[0]?.type).toBe(type);
  });

  test('are refused by the gateway, with their place', () => {
    expect(entry('{ "url": "https://x.example/mcp" }')).toEqual([
      'sluice.json:2:19: mcpServers.files: serving a server behind a URL is not supported by this version; set "disabled": true to keep it for `sluice list` and `sluice call`, or remove the entry.',
    ]);
  });

  test.each([
    [
      '{ "url": "x" }',
      'sluice.json:2:19: mcpServers.files.url must be an address like "https://example.com/mcp".',
    ],
    [
      '{ "url": "file:///x" }',
      'sluice.json:2:19: mcpServers.files.url must be an address like "https://example.com/mcp".',
    ],
    [
      '{ "url": "https://x/", "type": "ws" }',
      'sluice.json:2:41: mcpServers.files: WebSocket is not supported by this version; use the http or sse address of the server, or remove the entry.',
    ],
    [
      '{ "url": "wss://x.example/" }',
      'sluice.json:2:19: mcpServers.files: WebSocket is not supported by this version; use the http or sse address of the server, or remove the entry.',
    ],
  ])('%s is refused', (text, line) => {
    expect(entry(text)).toEqual([line]);
  });

  describe('that are disabled', () => {
    const text = `{ "mcpServers": {
      "a": { "url": "https://x.example/\${PART:-mcp}", "headers": { "X": "\${TOKEN}" }, "disabled": true },
      "old": { "url": "wss://x.example/", "disabled": true }, "cmd": { "command": "x", "disabled": true } } }`;
    const readFor = (acceptUrls: boolean, env: Record<string, string>) =>
      readConfig(text, { file, env, acceptUrls });

    test('are of use to a client, their variables filled in, and never served', () => {
      const config = readFor(true, { TOKEN: 'planted-token' });
      expect(config).toMatchObject({ servers: [], disabled: ['a', 'old', 'cmd'] });
      expect(config.unserved).toMatchObject([
        {
          name: 'a',
          server: { type: 'http', url: 'https://x.example/mcp', headers: { X: 'planted-token' } },
        },
        { name: 'old', problems: [{ message: expect.stringContaining('WebSocket') as string }] },
      ]);
      expect(readFor(false, {}).unserved).toEqual([]);
    });

    test('may have variables that are not set, which is told to whoever wants to use them', () => {
      const [first] = readFor(true, {}).unserved;
      expect(first).toMatchObject({
        name: 'a',
        problems: [
          { where: 'sluice.json:2:74', message: expect.stringContaining('TOKEN is not set') as string },
        ],
      });
    });

    test('are checked in their shape', () => {
      const wrong = '{ "mcpServers": { "a": { "url": "https://x", "headers": 1, "disabled": true } } }';
      expect(() => readConfig(wrong, { file, env: {}, acceptUrls: true })).toThrow(
        'sluice.json:1:57: mcpServers.a.headers must be an object',
      );
    });
  });
});

describe('[CONFIG-ERRORS] an error of an entry names file, line, column and the fix', () => {
  test.each([
    ['{ "comand": "x" }', '2:12', 'mcpServers.files.comand is not a known setting; did you mean "command"?'],
    [
      '{ "command": "x", "arg": [] }',
      '2:28',
      'mcpServers.files.arg is not a known setting; did you mean "args"?',
    ],
    ['{ "command": "" }', '2:23', 'mcpServers.files.command must name the program to start, like "npx".'],
    ['{ "command": 1 }', '2:23', 'mcpServers.files.command must be a text in double quotes, not a number.'],
    ['{ "command": "x", "args": "y" }', '2:36', 'mcpServers.files.args must be a list [ … ], not a string.'],
    [
      '{ "command": "x", "args": [1] }',
      '2:37',
      'mcpServers.files.args[0] must be a text in double quotes, not a number.',
    ],
    [
      '{ "command": "x", "env": { "A": null } }',
      '2:42',
      'mcpServers.files.env.A must be a text; write numbers and true or false in quotes.',
    ],
    [
      '{ "command": "x", "sharing": "all" }',
      '2:39',
      'mcpServers.files.sharing must be one of "session", "principal", "shared".',
    ],
    ['{ "command": "x", "warm": -1 }', '2:36', 'mcpServers.files.warm must be at least 0.'],
    [
      '{ "command": "x", "warm": 9, "maxProcesses": 2 }',
      '2:36',
      'mcpServers.files.warm must be at most maxProcesses (2).',
    ],
    [
      '{ "command": "x", "startTimeout": "3 parsecs" }',
      '2:44',
      'mcpServers.files.startTimeout must be a time from 1 ms to 24 days, like 30000 (milliseconds), "30s" or "5m".',
    ],
    ['{ "command": "x", "type": "sse" }', '2:36', 'mcpServers.files.type must be "stdio".'],
    ['{ "builtin": "aar" }', '2:23', 'mcpServers.files.builtin must be "aare".'],
    [
      '{ "command": "x", "url": "y" }',
      '2:28',
      'mcpServers.files has both "command" and "url"; keep one of the two.',
    ],
    ['{ }', '2:1', 'mcpServers.files needs "command", "builtin" or "url" to tell which server it is.'],
    ['{ "type": "sse" }', '2:1', 'mcpServers.files needs "url" to tell which server it is.'],
    ['"npx"', '2:10', 'mcpServers.files must be an object { … } with "command", "builtin" or "url".'],
  ])('%s', (text, place, message) => {
    expect(entry(text)).toEqual([`sluice.json:${place}: ${message}`]);
  });

  test('a name that does not fit into a URL', () => {
    expect(refused('{ "mcpServers": { "my server": { "command": "x" } } }')).toEqual([
      'sluice.json:1:19: mcpServers["my server"]: a server is named with up to 64 letters, digits, ".", "_" and "-", the first a letter or digit, because its name is part of URLs; for example "my-server".',
    ]);
    expect(refused('{ "mcpServers": { "..": { "command": "x" } } }')[0]).toContain('choose another');
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
    expect(config.apiKeys).toEqual([{ name: 'key1', key: 'abcdefgh' }]);
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
      'sluice.json:2:24: mcpServers.files.command holds "${input:token}", which cannot be filled in; write ${VAR} or ${VAR:-default} for a variable, or $${ for a plain "${".',
    ]);
  });

  test('of the prototype are not taken for set', () => {
    expect(entry('{ "command": "${constructor}" }')[0]).toContain('the variable constructor is not set');
  });
});

describe('an error of the settings', () => {
  test.each([
    ['{ "prot": 1, "mcpServers": {} }', '1:3', 'prot is not a known setting; did you mean "port"?'],
    ['{ "port": 70000, "mcpServers": {} }', '1:11', 'port must be at most 65535.'],
    ['{ "port": 1.5, "mcpServers": {} }', '1:11', 'port must be a whole number, not a number.'],
    [
      '{ "host": "", "mcpServers": {} }',
      '1:11',
      'host must name the address to listen on, like "127.0.0.1".',
    ],
    [
      '{ "limits": { "bodyBytes": "4 MB/s" }, "mcpServers": {} }',
      '1:28',
      'limits.bodyBytes must be a size of at least 1 byte, like 4194304 (bytes), "512KiB" or "4MiB".',
    ],
    [
      '{ "timeouts": { "heartbeet": "1s" }, "mcpServers": {} }',
      '1:17',
      'timeouts.heartbeet is not a known setting; did you mean "heartbeat"?',
    ],
    [
      '{ "timeouts": { "drain": "25d" }, "mcpServers": {} }',
      '1:26',
      'timeouts.drain must be a time from 1 ms to 24 days, like 30000 (milliseconds), "30s" or "5m".',
    ],
    [
      '{ "log": { "level": "loud" }, "mcpServers": {} }',
      '1:21',
      'log.level must be one of "trace", "debug", "info", "warn", "error", "silent".',
    ],
    [
      '{ "publicUrl": "mcp.example.com", "mcpServers": {} }',
      '1:16',
      'publicUrl must be an address like "https://mcp.example.com", without a query.',
    ],
    [
      '{ "allowedHosts": ["https://x"], "mcpServers": {} }',
      '1:20',
      'allowedHosts[0] must be a host name like "mcp.example.com", with or without a port, or "*".',
    ],
    [
      '{ "allowedOrigins": ["null"], "mcpServers": {} }',
      '1:22',
      'allowedOrigins[0] must be an origin like "https://app.example.com", or "*".',
    ],
    [
      '{ "default": "b", "mcpServers": { "a": { "command": "x" } } }',
      '1:14',
      'default names "b", which is not among the servers (a); name one that is, or remove it.',
    ],
    [
      '{ "default": "a", "mcpServers": { "a": { "command": "x", "disabled": true } } }',
      '1:14',
      'default names "a", which is disabled; name one that is, or remove it.',
    ],
    ['{ "mcpServer": {} }', '1:3', 'mcpServer is not a known setting; did you mean "mcpServers"?'],
    ['{ }', '1:1', '"mcpServers" is missing; write "mcpServers": { "name": { "command": "…" } }.'],
    ['{ "mcpServers": [] }', '1:17', 'mcpServers must be an object { … } with one entry a server.'],
    [
      '{ "mcpServers": {}, "servers": {} }',
      '1:21',
      '"mcpServers" and "servers" mean the same; keep one of the two.',
    ],
    [
      '{ "apiKeys": ["sha256:12"], "mcpServers": {} }',
      '1:15',
      'apiKeys[0] begins with "sha256:" and so must go on with the 64 hexadecimal digits of a SHA-256.',
    ],
    [
      '{ "apiKeys": ["two words"], "mcpServers": {} }',
      '1:15',
      'apiKeys[0] must be 1 to 512 visible ASCII characters without spaces.',
    ],
    [
      '{ "apiKeys": [{ "name": "a" }], "mcpServers": {} }',
      '1:15',
      'apiKeys[0] must be a text, or an object { "name": …, "key": … }.',
    ],
    [
      '{ "apiKeys": [{ "name": "a", "key": "k1" }, { "name": "a", "key": "k2" }], "mcpServers": {} }',
      '1:45',
      'apiKeys[1] has the name "a" of another key; choose another.',
    ],
  ])('%s', (text, place, message) => {
    expect(refused(text)).toEqual([`sluice.json:${place}: ${message}`]);
  });

  test('never tells a key', () => {
    const lines = refused('{ "apiKeys": ["planted secret"], "mcpServers": {} }');
    expect(lines.join()).not.toContain('planted');
  });
});

describe('all problems', () => {
  test('[CONFIG-ERRORS] are told at once, in the order of the file', () => {
    const lines = refused(
      '{ "prot": 1,\n"mcpServers": { "a": { "comand": "x" },\n"b": { "command": 2 } },\n"limits": { "depth": 0 } }',
    );
    expect(lines.map((line) => line.split(': ')[0])).toEqual([
      'sluice.json:1:3',
      'sluice.json:2:24',
      'sluice.json:3:19',
      'sluice.json:4:22',
    ]);
  });

  test('are bounded', () => {
    const servers = Array.from({ length: 50 }, (_, index) => `"s${index}": { }`).join(',');
    const lines = refused(`{ "mcpServers": { ${servers} } }`);
    expect(lines).toHaveLength(PROBLEMS_SHOWN + 1);
    expect(lines.at(-1)).toBe('… and 30 more problems of this kind.');
  });

  test('know their line and column', () => {
    expect.assertions(1);
    try {
      read('{ "port": -1, "mcpServers": {} }');
    } catch (error) {
      expect(error).toMatchObject({ problems: [{ line: 1, column: 11, path: 'port' }] });
    }
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
