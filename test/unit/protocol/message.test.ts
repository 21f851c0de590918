import { describe, expect, it } from 'vitest';
import { readBody, readMessage, DEFAULT_LIMITS, type Message } from '../../../src/protocol/message.ts';
import { bytesOf, rawOf, refusalOf, textOf, wordOf } from './support.ts';

function read(text: string): Message {
  return readMessage(bytesOf(text));
}

function skim(text: string): Message {
  return readMessage(bytesOf(text), DEFAULT_LIMITS, 'envelope');
}

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0').toUpperCase()}`;
}

describe('[MESSAGE-KINDS] the kind of a message', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', 'request'],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}', 'notification'],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', 'response'],
    ['{"jsonrpc":"2.0","id":1,"result":null}', 'response'],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}', 'error'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}', 'error'],
    ['{"jsonrpc":"2.0","error":{"code":-32700,"message":"no"}}', 'error'],
    ['\r\n\t {"jsonrpc" : "2.0" , "id" : 1 , "method" : "ping"} \n', 'request'],
    ['{"jsonrpc":"\\u0032.0","id":1,"method":"ping"}', 'request'],
  ])('%s is a %s', (text, kind) => {
    expect(read(text).kind).toBe(kind);
    expect(skim(text).kind).toBe(kind);
  });

  it.each([
    ['a wrong jsonrpc', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '1'],
    ['no jsonrpc', '{"id":1,"method":"ping"}', '1'],
    ['a jsonrpc that is a number', '{"jsonrpc":2.0,"id":"a","method":"ping"}', '"a"'],
    ['a null id', '{"jsonrpc":"2.0","id":null,"method":"ping"}', undefined],
    ['an id that is true', '{"jsonrpc":"2.0","id":true,"method":"ping"}', undefined],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', undefined],
    ['an id that is an array', '{"jsonrpc":"2.0","id":[1],"method":"ping"}', undefined],
    ['params that are a string', '{"jsonrpc":"2.0","id":0,"method":"ping","params":"x"}', '0'],
    ['params that are null', '{"jsonrpc":"2.0","id":1,"method":"ping","params":null}', '1'],
    ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":1}', '1'],
    ['a method beside a result', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', undefined],
    ['nothing to do', '{"jsonrpc":"2.0","id":1}', '1'],
    ['both result and error', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}', undefined],
    ['an error that is a string', '{"jsonrpc":"2.0","id":1,"error":"no"}', undefined],
    ['a result without id', '{"jsonrpc":"2.0","result":{}}', undefined],
    ['a result with a null id', '{"jsonrpc":"2.0","id":null,"result":{}}', undefined],
    ['an error with an id that is an object', '{"jsonrpc":"2.0","id":{},"error":{}}', undefined],
    ['names in another case', '{"jsonrpc":"2.0","ID":1,"Method":"ping"}', undefined],
    ['a number', ' 1 ', undefined],
    ['a string', '"jsonrpc"', undefined],
    ['an empty object', '{}', undefined],
  ])('%s is no message', (_, text, id) => {
    const refusal = refusalOf(() => read(text));
    expect(refusal?.word).toBe('invalid_request');
    expect(refusal?.id && textOf(refusal.id)).toBe(id);
  });

  it('[MESSAGE-NAMES] takes names exactly', () => {
    const message = read('{"jsonrpc":"2.0","ID":1,"method":"ping","Params":1,"id ":2,"\ufeffid":3}');
    expect(message.kind).toBe('notification');
    expect(message.params.end).toBe(0);
  });

  it('takes names with escapes for what they mean', () => {
    const message = read('{"jsonrpc":"2.0","\\u0069d":7,"m\\u0065thod":"ping"}');
    expect(message.kind).toBe('request');
    expect(rawOf(message.bytes, message.id)).toBe('7');
  });

  it('tells an array from a message', () => {
    expect(wordOf(() => read('[{"jsonrpc":"2.0","method":"ping"}]'))).toBe('batch_not_allowed');
    expect(wordOf(() => read('[1'))).toBe('parse_error');
    expect(wordOf(() => read('1 1'))).toBe('parse_error');
  });

  it('names a byte order mark', () => {
    expect(refusalOf(() => read('\ufeff{}'))?.message).toContain('byte order mark');
  });
});

describe('the id', () => {
  it.each(['0', '""', '-1', '1.0', '1e3', '12345678901234567890', '"a\\u0000\\ud800"', '"é"'])(
    '%s keeps its text',
    (id) => {
      const message = read(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
      expect(rawOf(message.bytes, message.id)).toBe(id);
      const answer = skim(`{"result":{"id":9},"id": ${id} ,"jsonrpc":"2.0"}`);
      expect(rawOf(answer.bytes, answer.id)).toBe(id);
    },
  );

  it('is absent in notifications and in errors that answer nothing', () => {
    expect(read('{"jsonrpc":"2.0","method":"x"}').id).toEqual({ start: 0, end: 0 });
    expect(read('{"jsonrpc":"2.0","id":null,"error":{}}').id).toEqual({ start: 0, end: 0 });
  });
});

describe('the facts', () => {
  it('decodes known, unknown and escaped methods', () => {
    for (const method of ['tools/call', 'x/unknown', '', 'grüezi', 'tools/callx', 'tools/cal']) {
      expect(read(JSON.stringify({ jsonrpc: '2.0', id: 1, method })).method).toBe(method);
    }
    expect(read('{"jsonrpc":"2.0","id":1,"method":"tools\\/call"}').method).toBe('tools/call');
    expect(read('{"jsonrpc":"2.0","id":1,"method":"\ufefftools/call"}').method).toBe('\ufefftools/call');
  });

  it('decodes every escape of a target, however long', () => {
    const texts = [
      '"\\\b\f\n\r\t/',
      '\u0000\u001f\u007f',
      'é😀',
      '\ud800',
      '\udc00\ud800',
      '\ufeff',
      '\u2028',
    ];
    for (const text of [...texts, texts.join('')]) {
      for (const name of [text, 'x'.repeat(70) + text, text.repeat(70)]) {
        const request = { jsonrpc: '2.0', id: 1, method: 'm', params: { name } };
        expect(read(JSON.stringify(request)).target).toBe(name);
        const escaped = Array.from({ length: name.length }, (_, i) => escape(name.charCodeAt(i))).join('');
        const raw = JSON.stringify(request).replace(JSON.stringify(name), () => `"${escaped}"`);
        expect(read(raw).target).toBe(name);
        expect(read(raw.replaceAll('/', '\\/')).target).toBe(name);
      }
    }
  });

  it('finds params and outcome', () => {
    const request = read('{"jsonrpc":"2.0","id":1,"method":"x","params": {"a":[]} }');
    expect(rawOf(request.bytes, request.params)).toBe('{"a":[]}');
    const answer = skim('{"jsonrpc":"2.0","id":1,"result": {"a":["}\\""]} }');
    expect(rawOf(answer.bytes, answer.outcome)).toBe('{"a":["}\\""]}');
    const error = read('{"jsonrpc":"2.0","id":1,"error":{"code":1}}');
    expect(rawOf(error.bytes, error.outcome)).toBe('{"code":1}');
  });

  it.each([
    ['tools/call', '{"name":"echo"}', 'echo'],
    ['tools/call', '{"arguments":{"name":"inner"},"name":"e\\u0063ho"}', 'echo'],
    ['tools/call', '{"name":"echo","uri":"a://b"}', 'echo'],
    ['tools/call', '{"name":7,"uri":"a://b"}', undefined],
    ['resources/read', '{"uri":"a://b"}', 'a://b'],
    ['resources/read', '{"name":"allowed","uri":"a://secret"}', 'a://secret'],
    ['resources/subscribe', '{"uri":"a://secret","name":"allowed"}', 'a://secret'],
    ['notifications/resources/updated', '{"name":"x","uri":"a://b"}', 'a://b'],
    ['x/other', '{"uri":"a://b"}', 'a://b'],
    ['tools/call', '{"_meta":{"name":"inner"}}', undefined],
    ['tools/call', '["name"]', undefined],
    ['tools/call', '{"name":""}', ''],
    ['tools/call', '{"ref":{"name":"inner"}}', undefined],
    ['completion/complete', '{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a"}}', 'p'],
    ['completion/complete', '{"ref":{"uri":"a://{b}","type":"ref/resource","name":"x"}}', 'a://{b}'],
    ['completion/complete', '{"ref":{"uri":"a://b","type":"ref/prompt"}}', undefined],
    ['completion/complete', '{"name":"x","ref":["name"]}', undefined],
  ])('%s with %s is about %s', (method, params, target) => {
    expect(read(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`).target).toBe(target);
    expect(read(`{"params":${params},"method":"${method}","jsonrpc":"2.0","id":1}`).target).toBe(target);
  });

  it.each([
    ['"id":1,"method":"x"', '{"_meta":{"progressToken":"t"}}', '"t"', undefined],
    ['"id":1,"method":"x"', '{"_meta":{"progressToken":0,"x":{"progressToken":5}}}', '0', undefined],
    ['"id":1,"method":"x"', '{"_meta":{"progressToken":{}}}', undefined, undefined],
    ['"id":1,"method":"x"', '{"_meta":{"progressToken":null}}', undefined, undefined],
    ['"id":1,"method":"x"', '{"_meta":["progressToken"]}', undefined, undefined],
    ['"id":1,"method":"x"', '{"progressToken":1,"requestId":2}', undefined, undefined],
    ['"id":1,"method":"x"', '{"arguments":{"_meta":{"progressToken":1}}}', undefined, undefined],
    ['"id":1,"method":"x"', '{"meta":{"progressToken":1}}', undefined, undefined],
    ['"id":1,"method":"x"', '{"_meta":{"progressToken":1,"id":2,"requestId":3}}', '1', undefined],
    ['"method":"x"', '{"_meta":{"progressToken":1}}', undefined, undefined],
    ['"method":"notifications/progress"', '{"progressToken":1.0,"progress":2}', '1.0', undefined],
    ['"method":"notifications/progress"', '{"progressToken":[1]}', undefined, undefined],
    ['"method":"notifications/progress"', '{"_meta":{"progressToken":1}}', undefined, undefined],
    ['"method":"notifications/cancelled"', '{"requestId":"a","reason":"r"}', undefined, '"a"'],
    ['"method":"notifications/cancelled"', '{"requestId":true}', undefined, undefined],
    ['"method":"notifications/cancelled"', '{"x":{"requestId":1}}', undefined, undefined],
  ])('{%s} with %s has token %s and request %s', (head, params, token, request) => {
    for (const text of [
      `{"jsonrpc":"2.0",${head},"params":${params}}`,
      `{"params":${params},${head},"jsonrpc":"2.0"}`,
    ]) {
      const message = read(text);
      expect(rawOf(message.bytes, message.progressToken)).toBe(token);
      expect(rawOf(message.bytes, message.requestId)).toBe(request);
    }
  });
});

describe('a body', () => {
  const one = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const two = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

  it('may be one message', () => {
    const body = readBody(bytesOf(one));
    expect(body.batch).toBe(false);
    expect(body.messages).toHaveLength(1);
    expect(wordOf(() => readBody(bytesOf('{"jsonrpc":"2.0"}')))).toBe('invalid_request');
    expect(wordOf(() => readBody(bytesOf('')))).toBe('parse_error');
  });

  it('may be a batch, each message over its own bytes', () => {
    const body = readBody(bytesOf(` [ ${one} , ${two} ] `));
    expect(body.batch).toBe(true);
    const messages = body.messages as Message[];
    expect(messages.map((message) => textOf(message.bytes))).toEqual([one, two]);
    expect(messages.map((message) => message.kind)).toEqual(['request', 'notification']);
  });

  it('keeps a refused message to itself', () => {
    const doubled = '{"jsonrpc":"2.0","id":"x","method":"ping","params":{"a":1,"a":2}}';
    const parts = ['1', '[]', '{}', doubled, one, '"]"'];
    const words = readBody(bytesOf(`[${parts}]`)).messages.map((part) =>
      part instanceof Error
        ? wordOf(() => {
            throw part;
          })
        : part.kind,
    );
    expect(words).toEqual([
      'invalid_request',
      'batch_not_allowed',
      'invalid_request',
      'doubled_member',
      'request',
      'invalid_request',
    ]);
  });

  it.each([
    ['[]', 'batch_empty'],
    [' [ ] ', 'batch_empty'],
    ['[]]', 'parse_error'],
    ['[', 'parse_error'],
    [`[${one}`, 'parse_error'],
    [`[${one},]`, 'parse_error'],
    [`[,${one}]`, 'parse_error'],
    [`[${one} ${one}]`, 'parse_error'],
    [`[${one}] 1`, 'parse_error'],
    [`[${one}}`, 'parse_error'],
    [`[${one},{"a":tru}]`, 'parse_error'],
    [`[${one},{"a":1]]`, 'parse_error'],
    [`[${Array(101).fill('1')}]`, 'batch_too_long'],
    [`[${'['.repeat(200)}${']'.repeat(200)}]`, 'too_deep'],
  ])('%s is refused as a whole', (text, word) => {
    expect(wordOf(() => readBody(bytesOf(text)))).toBe(word);
  });

  it('may be as long as the cap', () => {
    expect(readBody(bytesOf(`[${Array(100).fill(one)}]`)).messages).toHaveLength(100);
  });

  it('[LIMIT-BODY] is bounded in bytes', () => {
    const limits = { ...DEFAULT_LIMITS, bytes: one.length };
    expect(readBody(bytesOf(one), limits).messages).toHaveLength(1);
    expect(wordOf(() => readBody(bytesOf(`[${one}]`), limits))).toBe('too_large');
  });
});
