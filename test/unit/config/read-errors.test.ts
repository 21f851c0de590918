import { describe, expect, test } from 'vitest';
import { PROBLEMS_SHOWN } from '../../../src/config/problems.ts';
import { entry, read, refused } from './reading.ts';

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
