/** `sluice stdio` in raw lines: what is no message, what is too long, what contradicts itself. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  answerTo,
  ECHO,
  FIXTURE,
  initialize,
  modern,
  request,
  startFace,
  stopFaces,
} from '../support/stdio-face.ts';

afterAll(stopFaces);

const echo = ['--', process.execPath, ECHO];
const call = (id: unknown, text: string) => request(id, 'tools/call', { name: 'echo', arguments: { text } });

describe('lines', () => {
  it('[STDFACE-LINES] are messages: CRLF, empty lines and split chunks are taken, raw breaks never leave', async () => {
    const face = startFace(echo);
    face.say(`${JSON.stringify(initialize(1))}\r\n\r\n  `);
    const [head, tail] = [
      JSON.stringify(call('ä', 'grüezi')).slice(0, 40),
      JSON.stringify(call('ä', 'grüezi')).slice(40),
    ];
    face.process.stdin?.write(head);
    await face.heard(answerTo(1));
    face.process.stdin?.write(`${tail}\n`);
    expect((await face.heard(answerTo('ä'))).result?.['content']).toEqual([{ type: 'text', text: 'grüezi' }]);
    // The last line may lack its end.
    face.process.stdin?.write(JSON.stringify(request(3, 'ping')));
    const { code, out, err } = await face.end();
    expect(
      out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { id: unknown }).id),
    ).toEqual([1, 'ä', 3]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('[STDFACE-LINES] of a module that writes to stdout itself stay whole: its words go to stderr', async () => {
    const face = startFace([new URL('../fixtures/server/talking-module.ts', import.meta.url).pathname]);
    face.say(initialize(1));
    await face.heard(answerTo(1));
    face.say(request(2, 'tools/call', { name: 'talk', arguments: {} }));
    expect((await face.heard(answerTo(2))).result?.['content']).toEqual([{ type: 'text', text: 'said' }]);
    const { err, code } = await face.end();
    expect(err).toContain('talking on the way in');
    expect(err).toContain('talking within a call');
    expect(code).toBe(0);
  });

  it('[STDFACE-BADLINE] that are none are told, under their id where it can be told', async () => {
    const face = startFace(echo);
    const bad: readonly (readonly [line: string, id: unknown, code: number])[] = [
      ['{bad', null, -32700],
      ['"text"', null, -32600],
      ['{"jsonrpc":"2.0","id":10,"method":"tools/list",,}', 10, -32700],
      ['{"method":"tools/list","params":{"a":tru},"jsonrpc":"2.0","id":"eleven"}', 'eleven', -32700],
      ['{"jsonrpc":"2.0","id":12,"method":"a","method":"b"}', 12, -32600],
      ['{"jsonrpc":"2.0","id":13,"method":5}', 13, -32600],
      ['{"jsonrpc":"2.0","id":14,"method":"notifications/cancelled"}', 14, -32600],
      ['{"jsonrpc":"1.0","id":15,"method":"ping"}', 15, -32600],
      ['['.repeat(500), null, -32600],
    ];
    for (const [line] of bad) face.say(line);
    face.process.stdin?.write(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x0a]));
    face.say(initialize('last'));
    await face.heard(answerTo('last'));
    const told = face.lines.filter(({ error }) => error).map(({ id, error }) => [id, error?.code]);
    expect(told).toEqual([...bad.map(([, id, code]) => [id, code]), [null, -32700]]);
    expect((await face.end()).code).toBe(0);
  });

  it('[STDFACE-LONGLINE] that are too long are refused under their id; answers and other lines live on', async () => {
    const face = startFace(echo);
    face.say(initialize(1));
    await face.heard(answerTo(1));
    const long = 'x'.repeat(5 * 1024 * 1024);
    face.say(call(2, long));
    face.say(
      `{"method":"tools/call","params":{"name":"echo","arguments":{"text":"${long}"}},"jsonrpc":"2.0","id":3}`,
    );
    face.say({ jsonrpc: '2.0', id: 4, result: { long } });
    face.say(call(5, 'short'));
    await face.heard(answerTo(5));
    const told = face.lines.map(({ id, error }) => [id, error?.code, error?.data?.['code']]);
    expect(told).toEqual([
      [1, undefined, undefined],
      [2, -32600, 'too_large'],
      [3, -32600, 'too_large'],
      [null, -32600, 'too_large'],
      [5, undefined, undefined],
    ]);
    expect((await face.end()).code).toBe(0);
  });

  it.each([
    ['2025-03-26', [11, 12]],
    ['2025-06-18', [null]],
  ])('[STDFACE-BATCH] batches in %s', async (version, ids) => {
    const face = startFace(echo);
    face.say(initialize(1, {}, version));
    await face.heard(answerTo(1));
    face.say([call(11, 'a'), call(12, 'b')]);
    face.say(call(13, 'c'));
    await face.heard(answerTo(13));
    expect(face.lines.map(({ id }) => id)).toEqual([1, ...ids, 13]);
    await face.end();
  });

  it('[STDFACE-BATCH] never hold a modern request', async () => {
    const face = startFace(echo);
    face.say([modern(11, 'tools/list'), call(12, 'b')]);
    expect((await face.heard(answerTo(11))).error?.data?.['code']).toBe('wrong_era');
    await face.heard(answerTo(12));
    await face.end();
  });

  it('[STDFACE-LENIENT] a call without `initialize` is served, and a stray notification starts nothing', async () => {
    const face = startFace([...['--verbose', '--log-format', 'json'], ...echo]);
    face.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    face.say({ jsonrpc: '2.0', id: 7, result: {} });
    face.say(request(1, 'unknown/method'));
    face.say(call(2, 'without'));
    await face.heard(answerTo(2));
    expect(face.lines.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, -32601],
      [2, undefined],
    ]);
    const { err } = await face.end();
    expect(err.match(/no_session/g)).toHaveLength(2);
    expect(err.match(/"session opened"/g)).toHaveLength(1);
  });

  it('[STDFACE-CLAIMS] modern requests that say too little, or another version, are refused', async () => {
    const face = startFace(echo);
    const version = 'io.modelcontextprotocol/protocolVersion';
    const capabilities = 'io.modelcontextprotocol/clientCapabilities';
    face.say(modern(1, 'server/discover', {}, { [version]: '1900-01-01' }));
    face.say(modern(2, 'tools/list', {}, { [capabilities]: undefined }));
    face.say(modern(3, 'tools/list', {}, { [capabilities]: [] }));
    face.say(modern(4, 'tools/list', {}, { [version]: 5 }));
    face.say(modern('5', 'initialize'));
    await face.heard(answerTo('5'));
    const told = face.lines.map(({ id, error }) => [id, error?.code]);
    expect(told).toEqual([
      [1, -32022],
      [2, -32602],
      [3, -32602],
      [4, -32602],
      ['5', -32601],
    ]);
    const { supported, requested } = face.lines[0]?.error?.data ?? {};
    expect(supported).toEqual(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']);
    expect(requested).toBe('1900-01-01');
    await face.end();
  });

  it('[STDFACE-QUIET] nothing is logged while all is well; what a server says is, when asked for', async () => {
    const quiet = startFace(['--', process.execPath, FIXTURE]);
    quiet.say(initialize(1));
    await quiet.heard(answerTo(1));
    expect((await quiet.end()).err).toBe('');
    const loud = startFace(['--verbose', '--log-format', 'text', '--', process.execPath, FIXTURE]);
    loud.say(initialize(1));
    await loud.heard(answerTo(1));
    const { err } = await loud.end();
    expect(err).toMatch(/session opened .*dialect=stdio era=legacy principal=local/);
  });
});
