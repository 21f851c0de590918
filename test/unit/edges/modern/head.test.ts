/** What the head of a modern POST has to say, and the order in which it is looked at. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALL_VERSIONS } from '../../../../src/protocol/era.ts';
import { encodeHeader } from '../../../../src/protocol/param-headers.ts';
import { call, type Headers, modernFront, type Params, post, request, told } from './support.ts';

const MISMATCH = [400, -32020, 'header_mismatch'];
const BAD_META = [400, -32602, 'bad_meta'];
const P = 'io.modelcontextprotocol/';

/** Posts, and looks that nothing of it reached the server when it was refused. */
async function answerTo(body: ReturnType<typeof request>, headers: Headers = {}): Promise<unknown[]> {
  const at = modernFront();
  const reply = await post(at, body, headers);
  if (reply.status !== 200) expect(at.server.opens).toBe(0);
  return told(reply);
}

describe('headers and body', () => {
  test.each<Headers>([
    { 'mcp-protocol-version': undefined },
    { 'mcp-protocol-version': '2025-11-25' },
    { 'mcp-protocol-version': '2026-07-29' },
    { 'mcp-protocol-version': '2026-07-28, 2026-07-28' },
    { 'mcp-protocol-version': '' },
  ])('[FACE-VERSION] [FACE-NOTHING-SENT] %j is refused', async (headers) => {
    expect(await answerTo(call(), headers)).toEqual(MISMATCH);
  });

  test.each<Headers>([
    { 'mcp-method': undefined },
    { 'mcp-method': 'tools/list' },
    { 'mcp-method': 'Tools/call' },
    { 'mcp-method': 'tools/call, tools/call' },
  ])('[FACE-METHOD] %j is refused', async (headers) => {
    expect(await answerTo(call(), headers)).toEqual(MISMATCH);
  });

  test.each<Headers>([
    { 'mcp-name': undefined },
    { 'mcp-name': 'T' },
    { 'mcp-name': '' },
    { 'mcp-name': 't\u00e4' },
  ])('[FACE-NAME] %j is refused', async (headers) => {
    expect(await answerTo(call(), headers)).toEqual(MISMATCH);
  });

  test.each<Headers>([
    { 'mcp-name': '=?base64?dA=?=' },
    { 'mcp-name': '=?base64?!!!!?=' },
    { 'mcp-name': '=?base64?/w==?=' },
    { 'mcp-name': '=?BASE64?dA==?=' },
    { 'mcp-name': '=?base64?eA==?=' },
  ])('[FACE-BASE64] %j is refused', async (headers) => {
    expect(await answerTo(call(), headers)).toEqual(MISMATCH);
  });

  test.each<Headers>([{ 'mcp-param-a': 'b\u00e4' }])('[FACE-PARAMS] %j is refused', async (headers) => {
    expect(await answerTo(call(), headers)).toEqual(MISMATCH);
  });

  test.each<[string, Params, Headers]>([
    ['tools/call', { name: 't' }, { 'mcp-name': '=?base64?dA==?=' }],
    ['prompts/get', { name: 'Gr\u00fcezi' }, { 'mcp-name': encodeHeader('Gr\u00fcezi') }],
    ['resources/read', { uri: 'file:///a, b' }, {}],
    ['resources/read', { uri: 'file:///a', name: 'b' }, { 'mcp-name': 'file:///a' }],
    ['tasks/get', { taskId: 'x-1' }, {}],
    ['tools/list', {}, { 'mcp-name': 'means nothing here' }],
    ['tools/call', { arguments: {} }, {}],
  ])('[FACE-NAME] [FACE-BASE64] %s %j with %j is passed on', async (method, params, headers) => {
    expect((await answerTo(request(method, params), headers))[0]).toBe(200);
  });

  test.each<[string, Params, Headers]>([
    ['prompts/get', { name: 'p' }, { 'mcp-name': 'q' }],
    ['resources/read', { uri: 'file:///a', name: 'b' }, { 'mcp-name': 'b' }],
    ['tasks/cancel', { taskId: 'x' }, { 'mcp-name': 'y' }],
    ['tasks/update', { taskId: 'x' }, { 'mcp-name': undefined }],
    ['tools/call', {}, { 'mcp-name': 't' }],
  ])('[FACE-NAME] %s %j with %j is refused', async (method, params, headers) => {
    expect(await answerTo(request(method, params), headers)).toEqual(MISMATCH);
  });

  test('[FACE-BASE64] whatever a name holds, its header is understood, and no other is', async () => {
    const at = modernFront();
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }));
    await fc.assert(
      fc.asyncProperty(name, name, async (one, other) => {
        const body = request('tools/call', { name: one });
        expect((await post(at, body, { 'mcp-name': encodeHeader(one) })).status).toBe(200);
        const reply = await post(at, body, { 'mcp-name': encodeHeader(other) });
        expect(reply.status).toBe(one === other ? 200 : 400);
      }),
      { numRuns: 300 },
    );
  });
});

describe('`_meta`', () => {
  test.each<[string, Params]>([
    ['a version that is no string', { [`${P}protocolVersion`]: 20260728 }],
    ['no capabilities', { [`${P}clientCapabilities`]: undefined }],
    ['capabilities that are no object', { [`${P}clientCapabilities`]: [] }],
    ['info that is no object', { [`${P}clientInfo`]: 'c' }],
    ['info without a version', { [`${P}clientInfo`]: { name: 'c' } }],
    ['info with a name that is no string', { [`${P}clientInfo`]: { name: 1, version: '1' } }],
    ['a level that is none', { [`${P}logLevel`]: 'loud' }],
    ['a level that is no string', { [`${P}logLevel`]: 7 }],
  ])('[FACE-META] with %s is refused', async (_what, meta) => {
    expect(await answerTo(call(meta))).toEqual(BAD_META);
  });

  test.each<[string, Params]>([
    ['no info', { [`${P}clientInfo`]: undefined }],
    ['a level', { [`${P}logLevel`]: 'warning' }],
    ['trace context and foreign keys', { traceparent: '00-0af7-b7ad-01', 'com.example/x': [1] }],
  ])('[FACE-META] with %s is passed on', async (_what, meta) => {
    expect((await answerTo(call(meta)))[0]).toBe(200);
  });

  test.each(['2026-07-28', '2099-01-01'])(
    '[FACE-ERA] [FACE-META] none, though the head says %s',
    async (version) => {
      const bare = { ...call(), params: { name: 't' } };
      expect(await answerTo(bare, { 'mcp-protocol-version': version })).toEqual(BAD_META);
    },
  );

  test.each(['1900-01-01', '2099-01-01', 'latest', '2025-11-25'])(
    '[FACE-UNKNOWN] version %s in head and body is not supported',
    async (version) => {
      const at = modernFront();
      const headers = { 'mcp-protocol-version': version };
      const reply = await post(at, call({ [`${P}protocolVersion`]: version }), headers);
      expect(told(reply)).toEqual([400, -32022, 'unknown_version']);
      const supported = ALL_VERSIONS.filter((one) => one !== version);
      expect(reply.json.error?.data).toMatchObject({ requested: version, supported });
    },
  );
});

describe('what is told first', () => {
  test.each<[string, unknown[], Params, Headers]>([
    [
      '`_meta` before the head',
      BAD_META,
      { [`${P}clientCapabilities`]: undefined },
      { 'mcp-protocol-version': '1' },
    ],
    [
      'a contradiction before an unknown version',
      MISMATCH,
      { [`${P}protocolVersion`]: '1900-01-01' },
      { 'mcp-protocol-version': '1900-01-02' },
    ],
    [
      'an unknown version before what is missing',
      [400, -32022, 'unknown_version'],
      { [`${P}protocolVersion`]: '1900-01-01' },
      { 'mcp-protocol-version': undefined, 'mcp-method': undefined },
    ],
  ])('[FACE-ORDER] %s', async (_what, expected, meta, headers) => {
    expect(await answerTo(call(meta), headers)).toEqual(expected);
  });
});

describe('ids', () => {
  test.each(['x', '', 0, -7, 1e3, 'a'.repeat(1_000)])('[FACE-IDS] %j is one', async (id) => {
    expect((await answerTo(call({}, id)))[0]).toBe(200);
  });

  test.each([1.5, null, true, {}])('[FACE-IDS] %j is none', async (id) => {
    expect(await answerTo(call({}, id))).toEqual([400, -32600, 'invalid_request']);
  });

  test('[FACE-IDS] one that is too long is not given back', async () => {
    const reply = await post(modernFront(), call({}, 'a'.repeat(2_000)));
    expect(told(reply)).toEqual([413, -32600, 'too_large']);
    expect(reply.json.id).toBeNull();
  });
});

describe('Mcp-Param-*', () => {
  test('[FACE-PARAMS] go on as they came', async () => {
    const at = modernFront();
    const params = { 'mcp-param-region': 'us-west1', 'mcp-param-odd': '=?base64?no?=' };
    expect((await post(at, call(), params)).status).toBe(200);
    expect(at.server.link.abouts.at(-1)?.paramHeaders).toEqual(params);
  });

  test('[FACE-PARAMS] too many, and too long ones, are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`mcp-param-${at}`, 'x']));
    expect(await answerTo(call(), many)).toEqual([431, -32600, 'headers_too_large']);
    const long = { 'mcp-param-a': 'x'.repeat(17_000) };
    expect(await answerTo(call(), long)).toEqual([431, -32600, 'headers_too_large']);
  });
});
