import { describe, expect, test } from 'vitest';
import { type ReadyFacts, readyJson, readyText } from '../../../src/cli/banner.ts';
import { readConfig } from '../../../src/config/read.ts';
import { FakeIo } from './fake-io.ts';

function facts(text: string, more: Partial<ReadyFacts> = {}): ReadyFacts {
  const config = readConfig(text, { file: 'sluice.json', env: {} });
  const gateway = { url: 'http://127.0.0.1:8808' };
  return { config, gateway, readyMs: 12.6, version: '1.2.3', generatedKey: undefined, ...more };
}

const two = '{ "mcpServers": { "a": { "command": "x" }, "long-name": { "command": "x" } } }';

describe('what is printed when the gateway is ready', () => {
  test('[CLI-SERVE] the addresses, and what to paste', () => {
    const text = readyText(new FakeIo(), facts(two));
    expect(text).toContain('sluice 1.2.3  ready in 13 ms');
    expect(text).toContain(
      '  a          http://127.0.0.1:8808/servers/a/mcp\n             http://127.0.0.1:8808/servers/a/sse\n',
    );
    expect(text).toContain(
      '  root       http://127.0.0.1:8808/mcp  (all of them)\n             http://127.0.0.1:8808/sse\n',
    );
    expect(text).toContain(
      '  claude mcp add --transport http long-name http://127.0.0.1:8808/servers/long-name/mcp\n',
    );
    expect(text.match(/claude mcp add --transport sse .*/g)).toEqual([
      'claude mcp add --transport sse a http://127.0.0.1:8808/servers/a/sse',
    ]);
    expect(text).not.toContain('\u001b');
  });

  test('[CLI-ROUTES] every route is printed, and has a line to paste: servers, roots, projects', () => {
    const file = `{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "x" } }, "projects": {
      "acme": { "mcpServers": { "files": { "command": "x" } }, "servers": ["a"], "apiKeys": ["planted-key"] },
      "beta": { "servers": ["b"] } } }`;
    const text = readyText(new FakeIo(), facts(file));
    const added = [
      ...text.matchAll(/claude mcp add --transport http (\S+) http:\/\/127.0.0.1:8808(\S+)(.*)/g),
    ];
    const key = ' --header "Authorization: Bearer <key>"';
    expect(added.map(([, name, path, header]) => [name, path, header])).toEqual([
      ['a', '/servers/a/mcp', ''],
      ['b', '/servers/b/mcp', ''],
      ['sluice', '/mcp', ''],
      ['acme-files', '/projects/acme/servers/files/mcp', key],
      ['acme-a', '/projects/acme/servers/a/mcp', key],
      ['acme', '/projects/acme/mcp', key],
      ['beta-b', '/projects/beta/servers/b/mcp', ''],
    ]);
    expect(text).toContain('  acme        http://127.0.0.1:8808/projects/acme/mcp  (all of them)\n');
    expect(text).toContain('  beta        http://127.0.0.1:8808/projects/beta/mcp  (b)\n');
    expect(text).toContain('ws://127.0.0.1:8808/servers/a/ws');
    expect(text).not.toContain('planted');
    const told = JSON.parse(readyJson(facts(file))) as { projects: unknown };
    expect(told.projects).toMatchObject([
      {
        name: 'acme',
        root: { mcp: 'http://127.0.0.1:8808/projects/acme/mcp', ws: 'ws://127.0.0.1:8808/projects/acme/ws' },
        servers: [
          { name: 'files', sse: 'http://127.0.0.1:8808/projects/acme/servers/files/sse' },
          { name: 'a' },
        ],
      },
      { name: 'beta', servers: [{ name: 'b' }] },
    ]);
  });

  test('[CLI-SSE-OFF] no address of HTTP+SSE where it is switched off', () => {
    const file = two.replace('{', '{ "sse": false,');
    const text = readyText(new FakeIo(), facts(file));
    expect(text).not.toMatch(/\bsse\b|SSE/);
    expect(text).toContain('  a          http://127.0.0.1:8808/servers/a/mcp\n  long-name ');
    expect(text).toContain('ws://127.0.0.1:8808/servers/a/ws');
    expect(readyJson(facts(file))).not.toMatch(/\bsse\b|SSE/);
  });

  test('the snippet is JSON', () => {
    const text = readyText(new FakeIo(), facts(two));
    const snippet = text.slice(text.indexOf('{ "mcpServers"'), text.indexOf('  Older clients'));
    expect(JSON.parse(snippet)).toEqual({
      mcpServers: {
        a: { type: 'http', url: 'http://127.0.0.1:8808/servers/a/mcp' },
        'long-name': { type: 'http', url: 'http://127.0.0.1:8808/servers/long-name/mcp' },
        sluice: { type: 'http', url: 'http://127.0.0.1:8808/mcp' },
      },
    });
  });

  test('a key that was made just now, once, and how to send it', () => {
    const keyed = two.replace('{ "m', '{ "apiKeys": ["slc_made"], "m');
    const text = readyText(new FakeIo(), facts(keyed, { generatedKey: 'slc_made' }));
    expect(text).toContain('API key, shown this once:  slc_made');
    expect(text.split('slc_made')).toHaveLength(2);
    expect(text).toContain('/servers/a/mcp --header "Authorization: Bearer <key>"');
    expect(text).toContain('"Authorization": "Bearer <key>"');
  });

  test('a key of the configuration is never printed', () => {
    const text = readyText(new FakeIo(), facts(two.replace('{ "m', '{ "apiKeys": ["planted-key"], "m')));
    expect(text).not.toContain('planted-key');
    expect(text).toContain('--header "Authorization: Bearer <key>"');
  });

  test('the public address, where there is one', () => {
    const text = readyText(
      new FakeIo(),
      facts(two.replace('{ "m', '{ "publicUrl": "https://x.example/p/", "m')),
    );
    expect(text).toContain('https://x.example/p/servers/a/sse');
    expect(text).not.toContain('127.0.0.1');
  });

  test.each(['0.0.0.0', '[::]'])('%s is shown as an address that can be opened', (host) => {
    const text = readyText(new FakeIo(), facts(two, { gateway: { url: `http://${host}:1` } }));
    expect(text).toContain('http://127.0.0.1:1/servers/a/sse');
    expect(text).toContain('From other machines');
  });

  test('no servers', () => {
    expect(readyText(new FakeIo(), facts('{ "mcpServers": {} }'))).toContain('No servers yet');
  });
});

test('the same for programs, on one line', () => {
  const text = readyJson(facts(two));
  expect(text.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({
    url: 'http://127.0.0.1:8808',
    readyMs: 13,
    root: { sse: 'http://127.0.0.1:8808/sse', mcp: 'http://127.0.0.1:8808/mcp' },
    servers: [{ name: 'a', mcp: 'http://127.0.0.1:8808/servers/a/mcp' }, { name: 'long-name' }],
  });
});
