/** What each dialect of HTTP+SSE puts on its streams, byte for byte. */
import { describe, expect, it } from 'vitest';
import { DIALECT_NAMES, dialectNamed, type DialectName } from '../../../src/dialects/table.ts';
import type { Dialect } from '../../../src/engine/ports.ts';
import { SLUICE_VERSION } from '../../../src/protocol/version.ts';
import { ISO, MS, NOW, SESSION, text } from './support.ts';

const INFO = `{"name":"sluice","version":"${SLUICE_VERSION}"}`;
const ORIGIN = 'https://mcp.example.com';

/** By dialect: its opening, its heartbeat, and where its clients post. */
const EXPECTED: Record<DialectName, { opening: string; heartbeat: string; endpoint: string | undefined }> = {
  superset: {
    opening:
      ': connected\n\nevent: endpoint\ndata: /messages?sessionId=s1\n\nevent: connected\ndata: ' +
      '{"type":"connection_established","connectionId":"s1","connection_id":"s1","protocol":"sse",' +
      `"timestamp":${MS},"server_info":${INFO}}\n\n`,
    heartbeat: `: ping\n\nevent: heartbeat\ndata: {"type":"heartbeat","timestamp":${MS}}\n\n`,
    endpoint: '/base/messages?sessionId=s1',
  },
  'http-sse': {
    opening: 'event: endpoint\ndata: /messages?sessionId=s1\n\n',
    heartbeat: ': ping\n\n',
    endpoint: '/base/messages?sessionId=s1',
  },
  clg: {
    opening: `event: connected\ndata: {"connectionId":"s1","protocol":"sse","timestamp":${MS}}\n\n`,
    heartbeat: `event: heartbeat\ndata: {"timestamp":${MS}}\n\n`,
    endpoint: undefined,
  },
  rails: {
    opening:
      'event: connected\ndata: {"type":"connection_established","connection_id":"s1",' +
      `"timestamp":"${ISO}","server_info":${INFO}}\n\n`,
    heartbeat: `event: heartbeat\ndata: {"type":"heartbeat","timestamp":"${ISO}"}\n\n`,
    endpoint: undefined,
  },
  rare4n: {
    opening:
      ': connected\n\nevent: endpoint\ndata: /messages?sessionId=s1\n\n' +
      'data: {"jsonrpc":"2.0","id":null,"result":{"protocolVersion":"2024-11-05",' +
      `"capabilities":{"tools":{},"resources":{},"prompts":{}},"serverInfo":${INFO}}}\n\n`,
    heartbeat: ': ping\n\n',
    endpoint: '/base/sse?sessionId=s1',
  },
  'aareguru-json': {
    opening: 'event: endpoint\ndata: {"uri":"/messages?sessionId=s1"}\n\n',
    heartbeat: ': ping\n\n',
    endpoint: '/base/messages?session_id=s1',
  },
  'orch-data': {
    opening:
      'event: endpoint\ndata: /messages?sessionId=s1\n\n' +
      `data: {"jsonrpc":"2.0","method":"endpoint","params":{"uri":"${ORIGIN}/messages?sessionId=s1"}}\n\n` +
      ': connection-established\n\n',
    heartbeat: ': keepalive\n\n',
    endpoint: '/base/messages?sessionId=s1',
  },
};

describe.each(DIALECT_NAMES.map((name) => [name, dialectNamed(name) as Dialect] as const))(
  'the dialect %s',
  (name, dialect) => {
    it('opens with its own events, in their order', () => {
      expect(text(dialect.opening(SESSION, NOW, ORIGIN))).toBe(EXPECTED[name].opening);
    });

    it('keeps awake with its own heartbeat', () => {
      expect(text(dialect.heartbeat(NOW))).toBe(EXPECTED[name].heartbeat);
    });

    it('tells its clients where to post, or nothing', () => {
      const routes = { messages: '/base/messages', stream: '/base/sse' };
      expect(dialect.endpoint?.(routes, 's1')).toBe(EXPECTED[name].endpoint);
    });

    it('has a name of its own, and no resumption', () => {
      expect([dialect.name, dialect.resumable]).toEqual([name, false]);
    });
  },
);

describe('the table of dialects', () => {
  it('has seven, the default first', () => {
    expect(DIALECT_NAMES).toHaveLength(7);
    expect(DIALECT_NAMES[0]).toBe('superset');
  });

  it('has no other', () => {
    for (const name of ['', 'SUPERSET', 'streamable', 'toString']) expect(dialectNamed(name)).toBeUndefined();
  });

  it('gives `orch-data` a header that names the session, and no other dialect one', () => {
    for (const name of DIALECT_NAMES) {
      const headers = dialectNamed(name)?.headers?.(SESSION);
      expect(headers).toEqual(name === 'orch-data' ? { 'x-session-id': 's1' } : undefined);
    }
  });

  it('tells the endpoint without an origin where none is known', () => {
    expect(text(dialectNamed('orch-data')?.opening(SESSION, NOW))).toContain(
      '{"uri":"/messages?sessionId=s1"}',
    );
  });
});
