import { describe, expect, it } from 'vitest';
import { type Heard, SPEECHES, type StreamDialect } from '../../../src/browser/speech.ts';

const STREAM = new URL('https://gateway.test/servers/a/sse');
const ANSWER = { jsonrpc: '2.0', id: 1, result: {} };

function hear(dialect: StreamDialect, event: string, data: unknown): Heard | undefined {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return SPEECHES[dialect].hear({ event, data: text }, STREAM);
}

function placeOf(heard: Heard | undefined): [string, Readonly<Record<string, string>>] {
  if (heard?.kind !== 'place') throw new Error(`No place: ${JSON.stringify(heard)}`);
  return [heard.place.url.href, heard.place.members];
}

const STANDARD = ['http-sse', 'superset', 'rare4n', 'aareguru-json', 'orch-data'] as const;

describe.each(STANDARD)('%s', (dialect) => {
  it('[PAGE-DIALECTS] is told where to post, as text or as JSON', () => {
    const expected = ['https://gateway.test/messages?sessionId=x', {}];
    expect(placeOf(hear(dialect, 'endpoint', '/messages?sessionId=x'))).toEqual(expected);
    expect(placeOf(hear(dialect, 'endpoint', { uri: '/messages?sessionId=x' }))).toEqual(expected);
    expect(placeOf(hear(dialect, 'endpoint', expected[0]))).toEqual(expected);
  });

  it('[PAGE-ORIGIN] posts to no other origin', () => {
    for (const uri of [
      'https://evil.test/messages',
      '//evil.test/x',
      'http://gateway.test/x',
      'data:text/plain,x',
    ]) {
      expect(() => hear(dialect, 'endpoint', uri)).toThrow('another origin');
      expect(() => hear(dialect, 'endpoint', { uri })).toThrow('another origin');
    }
    for (const uri of ['https://[', '{"uri":7}', '{"uri"'])
      expect(() => hear(dialect, 'endpoint', uri)).toThrow();
  });

  it('[PAGE-DIALECTS] hears messages, and nothing in what is none', () => {
    expect(hear(dialect, 'message', ANSWER)).toEqual({ kind: 'message', message: ANSWER });
    expect(hear(dialect, 'message', { status: 'ok' })).toBeUndefined();
    expect(hear(dialect, 'connected', '7')).toBeUndefined();
    expect(hear(dialect, 'mcp-response', ANSWER)).toBeUndefined();
    expect(() => hear(dialect, 'message', 'no JSON')).toThrow('not a JSON object');
  });
});

describe('clg and rails', () => {
  it('[PAGE-DIALECTS] name the session in each body', () => {
    const clg = hear('clg', 'connected', { connectionId: 'c1', connection_id: 'c1', protocol: 'sse' });
    expect(placeOf(clg)).toEqual([STREAM.href, { connectionId: 'c1', protocol: 'sse' }]);
    const rails = hear('rails', 'connected', { type: 'connection_established', connection_id: 'c1' });
    const posts = 'https://gateway.test/servers/a/mcp/sse/message';
    expect(placeOf(rails)).toEqual([posts, { connection_id: 'c1' }]);
    for (const path of ['/mcp/sse', '/mcp/sse/', '/sse', '/mcp', '/sse?a=b']) {
      const stream = new URL(`https://gateway.test/servers/a${path}`);
      const heard = SPEECHES.rails.hear({ event: 'connected', data: '{"connection_id":"c1"}' }, stream);
      expect(placeOf(heard)[0]).toBe(posts);
    }
  });

  it('[PAGE-DIALECTS] hear answers under their own names', () => {
    const expected = { kind: 'message', message: ANSWER };
    expect(hear('clg', 'mcp-response', ANSWER)).toEqual(expected);
    expect(hear('clg', 'mcp_response', ANSWER)).toBeUndefined();
    expect(hear('rails', 'mcp_response', ANSWER)).toEqual(expected);
    expect(hear('rails', 'mcp_error', { jsonrpc: '2.0', id: 1, error: {} })?.kind).toBe('message');
    expect(hear('rails', 'error', { type: 'error', message: 'x' })).toBeUndefined();
    for (const dialect of ['clg', 'rails'] as const) {
      expect(hear(dialect, 'endpoint', '/messages?sessionId=x')).toBeUndefined();
      expect(hear(dialect, 'heartbeat', { timestamp: 1 })).toEqual({ kind: 'heartbeat' });
    }
  });

  it.each([{}, { connectionId: 7, connection_id: 7 }, []])(
    'refuse a `connected` that names no session: %j',
    (data) => {
      expect(() => hear('clg', 'connected', data)).toThrow('no connectionId');
      expect(() => hear('rails', 'connected', data)).toThrow('no connection_id');
    },
  );
});
