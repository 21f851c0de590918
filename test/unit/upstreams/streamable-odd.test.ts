/** What a server may answer that is no message in good order: a clear fault each, in the log and on `/health`. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { until } from './harness.ts';
import {
  ask,
  eventOf,
  type Got,
  json,
  type Linked,
  played,
  ready,
  result,
  stream,
  well,
} from './network-harness.ts';

const HTML = '<html>secret of the server</html>';

function status(code: number, headers: Record<string, string> = {}, body = '') {
  return (_got: Got, response: ServerResponse) => void response.writeHead(code, headers).end(body);
}

type Odd = (got: Got, response: ServerResponse) => void;

const ODD: [what: string, code: string, words: string, odd: Odd][] = [
  ['a web page', 'not-mcp', 'a web page', status(200, { 'content-type': 'text/html; charset=utf-8' }, HTML)],
  ['plain text', 'not-mcp', '"text/plain"', status(200, { 'content-type': 'Text/Plain' }, HTML)],
  ['no type at all', 'not-mcp', 'without a type', status(200, {}, HTML)],
  [
    'a type that is nonsense',
    'not-mcp',
    'an unknown kind',
    status(200, { 'content-type': '"<secret>"' }, HTML),
  ],
  ['nothing', 'no-answer', 'took a request with 202', status(202)],
  ['an empty body', 'no-answer', 'ended its answer', status(200, { 'content-type': 'application/json' })],
  [
    'white space',
    'no-answer',
    'ended its answer',
    status(200, { 'content-type': 'application/json' }, ' \n '),
  ],
  [
    'gzip that was not asked for',
    'compressed',
    '"gzip"',
    (got, response) => {
      const body = gzipSync(JSON.stringify(result(got.message.id)));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    },
  ],
  ['401', 'unauthorized', '401', status(401, { 'www-authenticate': 'Bearer realm="secret"' }, HTML)],
  ['403', 'unauthorized', '403', status(403, { 'content-type': 'text/html' }, HTML)],
  ['405', 'wrong-address', '405', status(405, { allow: 'GET' })],
  ['429', 'busy', '429', status(429, { 'retry-after': '7' })],
  ['500', 'http-status', '500', status(500, { 'content-type': 'text/html' }, HTML)],
  ['502', 'bad-gateway', '502', status(502)],
  ['503', 'busy', '503', status(503)],
  ['508', 'loop', '508', status(508)],
  [
    'a redirect elsewhere',
    'redirected',
    'http://evil.example.com',
    status(307, { location: 'http://u:secret@evil.example.com/x?secret' }),
  ],
  [
    'a redirect to https',
    'redirected',
    'https://127.0.0.1',
    status(308, { location: 'https://127.0.0.1/mcp' }),
  ],
  ['a redirect that makes a GET of it', 'redirected', '302', status(302, { location: '/other' })],
  ['303', 'redirected', '303', status(303, { location: '/other' })],
  ['a redirect to nowhere', 'redirected', 'no address', status(307, { location: 'http://[secret' })],
  ['a redirect without end', 'redirected', 'more than 5 times', status(307, { location: '/mcp' })],
  ['a redirect without a place', 'http-status', '307', status(307)],
  [
    'a stream that ends',
    'no-answer',
    'ended the stream',
    (_got, response) => void stream(response).end(': bye\n\n'),
  ],
  [
    'half an answer',
    'cut',
    'broke the connection',
    (_got, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        .write('{"json');
      response.socket?.destroySoon();
    },
  ],
  ['a broken connection', 'cut', 'broke the connection', (got) => void got.request.socket.destroy()],
];

async function oddly(odd: Odd): Promise<Linked> {
  const server = await played(
    (got, response) => (got.message.method === 'odd' ? odd(got, response) : false),
    well(),
  );
  return ready(`${server.url}/mcp?secret=1`, { headers: { 'x-key': 'secret' } });
}

describe('an answer that is no message', () => {
  it.each(ODD)('[NETWORK-ODD] %s is told as %s, and the rest goes on', async (_what, code, words, odd) => {
    const at = await oddly(odd);
    at.link.send(Buffer.from('{"jsonrpc":"2.0","id":2,"method":"odd"}'), 2);
    await until('it failed', () => at.recorder.failures.length > 0);
    const [failure] = at.recorder.failures;
    expect(failure).toMatchObject({ number: 2, isUnsent: false, fault: { code } });
    expect(failure?.fault.message).toContain(words);
    expect(failure?.fault.message).toMatch(/^The server "far" .*\.$/);
    expect(at.notes.refusals.at(-1)).toMatchObject({ code, message: failure?.fault.message });
    expect(at.driver.health()).toMatchObject({ state: 'up', reason: failure?.fault.message });
    expect(JSON.stringify([at.recorder.failures, at.notes.refusals, at.driver.health()])).not.toContain(
      'secret',
    );
    expect((await ask(at, 3, 'x', { a: 1 })).result).toEqual({ echo: { a: 1 } });
    expect(at.recorder.failures).toHaveLength(1);
    expect(at.recorder.faults).toEqual([]);
  });

  it('[NETWORK-ODD] says when to try again, where the server says it', async () => {
    const at = await oddly(status(429, { 'retry-after': '7' }));
    at.link.send(Buffer.from('{"jsonrpc":"2.0","id":2,"method":"odd"}'), 2);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures[0]?.fault.retryAfterMs).toBe(7_000);
  });

  it.each([
    ['with its id', 2],
    ['without an id', undefined],
    ['with null for an id', null],
  ])('[NETWORK-WORDS] gives the words of the server where it refuses with an error %s', async (_how, id) => {
    const error = { code: -32600, message: 'Unsupported protocol version', data: { big: 1 } };
    const body = JSON.stringify({ jsonrpc: '2.0', id, error });
    const at = await oddly(status(400, { 'content-type': 'application/json' }, body));
    expect((await ask(at, 2, 'odd')).error).toEqual(error);
    expect(at.recorder.failures).toEqual([]);
    expect(at.notes.refusals).toMatchObject([{ code: 'http-status' }]);
  });

  it.each([401, 403])(
    '[NETWORK-KEY] tells whose key it is where the server answers %s in words',
    async (code) => {
      const error = { code: -32001, message: 'A valid key is needed here.', data: { hint: 'Send a key.' } };
      const body = JSON.stringify({ jsonrpc: '2.0', id: null, error });
      const at = await oddly(status(code, { 'content-type': 'application/json' }, body));
      at.link.send(Buffer.from('{"jsonrpc":"2.0","id":2,"method":"odd"}'), 2);
      await until('it failed', () => at.recorder.failures.length > 0);
      expect(at.recorder.failures).toMatchObject([{ number: 2, fault: { code: 'unauthorized' } }]);
      expect(at.recorder.failures[0]?.fault.message).toContain('check the `headers` of its entry');
      expect(at.notes.refusals.at(-1)).toMatchObject({ code: 'unauthorized' });
    },
  );

  it.each([
    ['is no JSON', 'nonsense'],
    ['is cut', '{"jsonrpc":"2.0","id":2,"result":{"a":'],
    ['has a member twice', '{"jsonrpc":"2.0","id":2,"id":2,"result":{}}'],
    ['is not UTF-8', Buffer.from('{"jsonrpc":"2.0","id":2,"result":"\xff"}', 'latin1')],
    ['nests too deep', `{"jsonrpc":"2.0","id":2,"result":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['gives the number back as a string', '{"jsonrpc":"2.0","id":"2","result":{}}'],
  ])('[NETWORK-BAD] a body that %s is an error for its caller', async (_how, body) => {
    const at = await oddly((_got, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    expect((await ask(at, 2, 'odd')).error).toMatchObject({ data: { code: 'upstream_bad_answer' } });
    expect(at.notes.refusals).toHaveLength(1);
    await ask(at, 3);
  });

  it('[NETWORK-BAD] an event that is no message harms no other', async () => {
    const at = await oddly((got, response) => {
      stream(response).write('data: nonsense\n\nid: 1\ndata:\n\nevent: other\ndata: {}\n\n');
      response.write(`data: {"jsonrpc":"2.0","method":"notifications/a","method":"twice"}\n\n`);
      response.write(eventOf({ jsonrpc: '2.0', method: 'notifications/b' }));
      response.end(eventOf(result(got.message.id, 'good')));
    });
    expect((await ask(at, 2, 'odd')).result).toBe('good');
    expect(at.recorder.said.at(-2)).toMatchObject({ related: 2, value: { method: 'notifications/b' } });
    expect(at.notes.refusals.map(({ code }) => code)).toEqual(['parse_error', 'doubled_member']);
  });

  it('[NETWORK-BAD] one broken message of a batch does not harm the others', async () => {
    const at = await oddly((_got, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        '[{"jsonrpc":"2.0","method":"notifications/a"}, nonsense, {"jsonrpc":"2.0","id":2,"result":1}]',
      );
    });
    expect((await ask(at, 2, 'odd')).result).toBe(1);
    expect(at.recorder.said.at(-2)?.value.method).toBe('notifications/a');
    expect(at.notes.refusals).toMatchObject([{ code: 'parse_error' }]);
  });

  it('[NETWORK-STREAM] reads frames with a mark at their beginning and lines that end by CR', async () => {
    const at = await oddly((got, response) => {
      const text = `\uFEFFid: 1\rdata: {"jsonrpc":"2.0",\rdata: "id":${got.message.id},"result":"é"}\r\r`;
      stream(response);
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
      response.end();
    });
    expect((await ask(at, 2, 'odd')).result).toBe('é');
    expect(at.notes.refusals).toEqual([]);
  });

  it('[NETWORK-REDIRECT] follows a redirect within the origin, and goes there at once from then on', async () => {
    const server = await played((got, response) => {
      if (got.url.startsWith('/mcp/')) return false;
      response.writeHead(307, { location: '/mcp/?moved' }).end('moved');
      return true;
    }, well());
    const at = await ready(`${server.url}/mcp`);
    expect((await ask(at, 2, 'x', { a: 1 })).result).toEqual({ echo: { a: 1 } });
    const posts = server.got.filter(({ method }) => method === 'POST');
    expect(posts.map(({ url }) => url)).toEqual(['/mcp', '/mcp/?moved', '/mcp/?moved', '/mcp/?moved']);
    expect(posts[1]?.body).toBe(posts[0]?.body);
    await at.link.close();
    expect(server.got.at(-1)).toMatchObject({ method: 'DELETE', url: '/mcp/?moved' });
  });

  it('[NETWORK-CAP] an answer over the cap is told to its caller, in a body and in an event', async () => {
    const big = 'x'.repeat(20_000);
    const server = await played((got, response) => {
      if (got.message.method === 'body') json(response, result(got.message.id, big));
      else if (got.message.method === 'event') {
        stream(response).write(eventOf({ jsonrpc: '2.0', method: 'notifications/big', params: { big } }));
        response.end(
          eventOf(got.message.params ? result(got.message.id, 'small') : result(got.message.id, big)),
        );
      } else return false;
      return true;
    }, well());
    const at = await ready(server.url, { maxMessageBytes: 10_000 });
    const tooLarge = { data: { code: 'answer_too_large' } };
    expect((await ask(at, 2, 'body')).error).toMatchObject(tooLarge);
    expect((await ask(at, 3, 'event', { small: true })).result).toBe('small');
    at.link.send(Buffer.from('{"jsonrpc":"2.0","id":4,"method":"event"}'), 4);
    expect((await at.recorder.answer(4)).error).toMatchObject(tooLarge);
    expect((await ask(at, 5)).result).toEqual({ echo: {} });
    expect(at.notes.refusals.map(({ message }) => message).join()).toContain('maxMessageBytes');
  });
});
