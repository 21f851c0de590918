/** Inputs that nobody should send: valid requests that were damaged, random bytes, random heads, raw garbage. */
import fc from 'fast-check';

/** A request that is HTTP at least. */
export interface HttpInput {
  readonly kind: 'http';
  readonly method: string;
  /** Path and query; `SSE` and `SESSION` stand for ids of sessions that are there. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** Bytes on a bare socket. */
export interface RawInput {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
}

export type Input = HttpInput | RawInput;

const MESSAGES = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"fuzz"},"_meta":{"progressToken":"t"}}}',
  '{"jsonrpc":"2.0","id":"x","method":"tools/list","params":{"cursor":"abc"}}',
  '{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"roots":{}},"clientInfo":{"name":"f","version":"1"}}}',
  '{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"test://static/text"}}',
  '{"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"test://static/text"}}',
  '{"jsonrpc":"2.0","id":5,"method":"prompts/get","params":{"name":"nothing"}}',
  '{"jsonrpc":"2.0","id":6,"method":"logging/setLevel","params":{"level":"error"}}',
  '{"jsonrpc":"2.0","id":7,"method":"ping"}',
  '{"jsonrpc":"2.0","method":"notifications/initialized"}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"no"}}',
  '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}',
  '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"tools/list"}]',
];

const TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    '\n',
    '\r\n',
    '\0',
    '\\u0000',
    '\\ud800',
    '"id":1,',
    '"method":"ping",',
  ],
  ...[
    '-0',
    '1e999',
    '1'.repeat(400),
    'null',
    'true',
    '__proto__',
    '\u2028',
    '\ufeff',
    '[['.repeat(80),
    'é',
    '😀',
  ],
];

/** One way to damage bytes, by numbers that fit any length. */
interface Damage {
  readonly how: 'cut' | 'drop' | 'double' | 'flip' | 'insert';
  readonly at: number;
  readonly length: number;
  readonly byte: number;
  readonly token: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  how: fc.constantFrom('cut', 'drop', 'double', 'flip', 'insert'),
  at: fc.nat(10_000),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.integer({ min: 0, max: 255 }),
  token: fc.constantFrom(...TOKENS),
});

function damaged(bytes: Buffer, { how, at, length, byte, token }: Damage): Buffer {
  const start = bytes.length === 0 ? 0 : at % bytes.length;
  const [head, part, tail] = [
    bytes.subarray(0, start),
    bytes.subarray(start, start + length),
    bytes.subarray(start),
  ];
  switch (how) {
    case 'cut':
      return head;
    case 'drop':
      return Buffer.concat([head, tail.subarray(length)]);
    case 'double':
      return Buffer.concat([head, part, tail]);
    case 'flip':
      return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
    case 'insert':
      return Buffer.concat([head, Buffer.from(token), tail]);
  }
}

const damages = fc.array(damage, { minLength: 1, maxLength: 4 });

const apply = (text: string, list: readonly Damage[]) => list.reduce(damaged, Buffer.from(text));

/** A message with other values in it. */
const strange = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.constantFrom('id', 'method', 'params', 'jsonrpc', 'result', 'extra'),
    fc.jsonValue(),
  )
  .map(([text, name, value]) => {
    const message: unknown = JSON.parse(text);
    return Buffer.from(
      JSON.stringify(Array.isArray(message) ? [value] : { ...(message as object), [name]: value }),
    );
  });

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...MESSAGES), damages).map(([text, list]) => apply(text, list)),
  },
  { weight: 3, arbitrary: strange },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)) },
);

const token = fc
  .string({ unit: fc.constantFrom(...Array.from('abc019-._~:/ ,;="*+')), maxLength: 24 })
  .map((text) => text.trim());

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/json;;',
    '',
  ],
  accept: ['application/json, text/event-stream', 'text/event-stream', '*/*', 'application/json', ';q=', ''],
  'mcp-session-id': ['SESSION', 'SESSION', 'SSE', 'nobody', ''],
  'mcp-protocol-version': ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', 'x'],
  'last-event-id': ['a-0-1', 'abc-1-1', '-', '9'.repeat(60)],
  origin: [
    ...Array.from({ length: 12 }, () => 'http://localhost:1'),
    'null',
    'http://evil.example',
    'file://',
  ],
  authorization: ['Bearer x', 'Basic eDp5', 'Bearer', ''],
};

const headers = fc
  .record(
    Object.fromEntries(
      Object.entries(HEADERS).map(([name, values]) => [
        name,
        fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: token }),
      ]),
    ),
    { requiredKeys: [] },
  )
  .map((given) => given as Record<string, string>);

const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('/mcp', '/sse', '/messages?sessionId=SSE', '/sse?sessionId=SSE', '/messages'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('/servers/fixture/mcp', '/servers/nobody/mcp', '/health', '/readyz', '/'),
  },
  { weight: 1, arbitrary: fc.webPath().map((text) => text || '/') },
  { weight: 1, arbitrary: fc.webQueryParameters().map((text) => `/messages?${text}`) },
);

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A good request with a bad body: what reaches the reader of messages. */
const badBody: fc.Arbitrary<Input> = fc.record({
  kind: fc.constant('http'),
  method: fc.constant('POST'),
  path: fc.constantFrom('/mcp', '/messages?sessionId=SSE'),
  headers: fc.constantFrom(JSON_HEADERS, { ...JSON_HEADERS, 'mcp-session-id': 'SESSION' }),
  body,
});

const badHead: fc.Arbitrary<Input> = fc.record({
  kind: fc.constant('http'),
  method: fc.constantFrom('POST', 'POST', 'GET', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'QUERY'),
  path,
  headers,
  body: fc.oneof(body, fc.constant(undefined)),
});

const REQUESTS = [
  'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n',
  `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\nContent-Length: ${MESSAGES[1]?.length}\r\n\r\n${MESSAGES[1]}`,
  `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n${MESSAGES[7]}\r\n0\r\n\r\n`,
];

const rawGarbage: fc.Arbitrary<Input> = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...REQUESTS), damages).map(([text, list]) => apply(text, list)),
    },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }) },
  )
  .map((bytes) => ({ kind: 'raw', bytes }));

export const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 5, arbitrary: badBody },
  { weight: 3, arbitrary: badHead },
  { weight: 2, arbitrary: rawGarbage },
);
