import { describe, expect, test } from 'vitest';
import { type ReadyFacts, readyJson, readyText } from '../../../src/cli/banner.ts';
import { readConfig } from '../../../src/config/read.ts';
import { FakeIo } from './fake-io.ts';

function facts(text: string, more: Partial<ReadyFacts> = {}): ReadyFacts {
  const config = readConfig(text, { file: 'sluice.json', env: {} });
  const gateway = { url: 'http://127.0.0.1:8808', servers: config.servers.map(({ name }) => name) };
  return { config, gateway, readyMs: 12.6, version: '1.2.3', generatedKey: undefined, ...more };
}

const two = '{ "mcpServers": { "a": { "command": "x" }, "long-name": { "command": "x" } } }';

describe('what is printed when the gateway is ready', () => {
  test('[CLI-SERVE] the addresses, and what to paste', () => {
    const text = readyText(new FakeIo(), facts(two));
    expect(text).toContain('sluice 1.2.3  ready in 13 ms');
    expect(text).toContain(
      '  a          http://127.0.0.1:8808/servers/a/sse\n             http://127.0.0.1:8808/servers/a/mcp\n',
    );
    expect(text).toContain(
      '  root       http://127.0.0.1:8808/sse  (a)\n             http://127.0.0.1:8808/mcp\n',
    );
    expect(text).toContain(
      '  claude mcp add --transport sse long-name http://127.0.0.1:8808/servers/long-name/sse\n',
    );
    expect(text).not.toContain('\u001b');
  });

  test('the snippet is JSON', () => {
    const text = readyText(new FakeIo(), facts(two));
    const snippet = text.slice(text.indexOf('{ "mcpServers"'));
    expect(JSON.parse(snippet)).toEqual({
      mcpServers: {
        a: { type: 'sse', url: 'http://127.0.0.1:8808/servers/a/sse' },
        'long-name': { type: 'sse', url: 'http://127.0.0.1:8808/servers/long-name/sse' },
      },
    });
  });

  test('a key that was made just now, and how to send it', () => {
    const text = readyText(new FakeIo(), facts(two, { generatedKey: 'slc_made' }));
    expect(text).toContain('API key, shown this once:  slc_made');
    expect(text).toContain('/servers/a/sse --header "Authorization: Bearer slc_made"');
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
    const text = readyText(
      new FakeIo(),
      facts(two, { gateway: { url: `http://${host}:1`, servers: ['a'] } }),
    );
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
    default: 'a',
    root: { sse: 'http://127.0.0.1:8808/sse', mcp: 'http://127.0.0.1:8808/mcp' },
    servers: [{ name: 'a', mcp: 'http://127.0.0.1:8808/servers/a/mcp' }, { name: 'long-name' }],
  });
});
