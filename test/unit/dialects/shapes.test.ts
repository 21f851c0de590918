/** What acknowledges, refuses and answers a POST of each shape, byte for byte. */
import { describe, expect, it } from 'vitest';
import { clg, plain, quiet, rails, twofold } from '../../../src/dialects/shapes.ts';
import { withMembers } from '../../../src/dialects/stamp.ts';
import type { Shape } from '../../../src/engine/ports-shape.ts';
import { errorResponse } from '../../../src/protocol/errors.ts';
import { bytes, ISO, MS, NOW, SESSION, text } from './support.ts';

const ANSWER = '{"jsonrpc":"2.0","id":9007199254740993,"result":{"a":1.0,"s":"\\u00e9}"}}';
const JSON_TYPE = { 'content-type': 'application/json' };

function reply(shape: Shape, data: string): string {
  return text(shape.encode({ data: bytes(data) }, SESSION, NOW));
}

function accepted(shape: Shape): unknown[] {
  const { status, headers, body } = shape.accepted(NOW);
  return [status, headers, text(body)];
}

function refused(
  shape: Shape,
  word: 'unknown_session' | 'missing_session' | 'parse_error' | 'internal_error',
) {
  const answer = shape.refused?.({ word, message: 'What was wrong.' }, NOW);
  return answer && [answer.status, text(answer.body)];
}

describe.each([plain, quiet, twofold])('the shape $name', (shape) => {
  it('replies with a `message` that is the JSON-RPC text alone', () => {
    expect(reply(shape, ANSWER)).toBe(`event: message\ndata: ${ANSWER}\n\n`);
  });

  it('refuses as the standard does, and tells what is wrong on a live session on its stream', () => {
    for (const word of ['unknown_session', 'missing_session', 'parse_error', 'internal_error'] as const) {
      expect(refused(shape, word)).toBeUndefined();
    }
    expect(shape.complainsOnStream).toBe(true);
  });
});

it('two have words of their own for a missing key', () => {
  const words = [plain, quiet, twofold, clg, rails].map(({ unauthorized }) => text(unauthorized));
  expect(words).toEqual([
    '',
    '{"error":"Invalid or missing API key"}',
    '{"detail":"Authentication required"}',
    '',
    '',
  ]);
});

it('acknowledgements', () => {
  expect(accepted(plain)).toEqual([202, {}, '']);
  expect(accepted(quiet)).toEqual([204, {}, '']);
  expect(accepted(twofold)).toEqual([202, JSON_TYPE, '{"status":"accepted"}']);
  expect(accepted(clg)).toEqual([200, JSON_TYPE, '{"status":"sent"}']);
  expect(accepted(rails)).toEqual([200, JSON_TYPE, `{"status":"sent","timestamp":"${ISO}"}`]);
});

it('only the twofold one answers in the body', () => {
  expect([plain, quiet, twofold, clg, rails].map(({ answersInBody }) => answersInBody)).toEqual([
    false,
    false,
    true,
    false,
    false,
  ]);
});

describe('the shape clg', () => {
  it('replies with its members behind those of the answer, whose bytes stay', () => {
    const stamp = `,"protocol":"sse","connectionId":"s1","timestamp":${MS}}`;
    expect(reply(clg, ANSWER)).toBe(`event: mcp-response\ndata: ${ANSWER.slice(0, -1)}${stamp}\n\n`);
  });

  it('refuses with an error and its number', () => {
    const invalid = '{"error":"Invalid or missing connectionId","code":-32001}';
    expect(refused(clg, 'missing_session')).toEqual([400, invalid]);
    expect(refused(clg, 'unknown_session')).toEqual([400, invalid]);
    expect(refused(clg, 'parse_error')).toEqual([undefined, '{"error":"What was wrong.","code":-32700}']);
    expect(refused(clg, 'internal_error')).toEqual([undefined, '{"error":"What was wrong.","code":-32603}']);
    expect(clg.complainsOnStream).toBe(false);
  });
});

describe('the shape rails', () => {
  it('replies with the JSON-RPC text alone', () => {
    expect(reply(rails, ANSWER)).toBe(`event: mcp_response\ndata: ${ANSWER}\n\n`);
  });

  it('refuses with an error and the time', () => {
    const invalid = `{"error":"Invalid or missing connection_id","timestamp":"${ISO}"}`;
    expect(refused(rails, 'missing_session')).toEqual([400, invalid]);
    expect(refused(rails, 'unknown_session')).toEqual([400, invalid]);
    expect(refused(rails, 'parse_error')).toEqual([
      undefined,
      `{"error":"What was wrong.","timestamp":"${ISO}"}`,
    ]);
    expect(rails.complainsOnStream).toBe(false);
  });

  it('tells an error of the gateway to the one who asked as `mcp_error`', () => {
    for (const id of ['7', '"é"', '0', '""']) {
      const data = errorResponse(bytes(id), 'timed_out', 'Too late.');
      const frame = text(rails.encode({ data, isFailure: true }, SESSION, NOW));
      expect(frame).toBe(`event: mcp_error\ndata: ${text(data)}\n\n`);
    }
  });

  it('tells one that answers nobody as `error`', () => {
    const data = errorResponse(undefined, 'too_large', 'Too "much".');
    for (const given of [data, [data.subarray(0, 9), data.subarray(9)]]) {
      expect(text(rails.encode({ data: given, isFailure: true }, SESSION, NOW))).toBe(
        `event: error\ndata: {"type":"too_large","message":"Too \\"much\\".","timestamp":"${ISO}"}\n\n`,
      );
    }
  });

  it('takes an error of the server for an answer like any other', () => {
    const error = '{"jsonrpc":"2.0","id":7,"error":{"code":-32602,"message":"No."}}';
    expect(reply(rails, error)).toBe(`event: mcp_response\ndata: ${error}\n\n`);
  });

  it('says why a stream ends, where its reader can know', () => {
    const words = '{"type":"draining","message":"The gateway is shutting down."';
    expect(text(rails.ending?.('draining', NOW))).toBe(
      `event: error\ndata: ${words},"timestamp":"${ISO}"}\n\n`,
    );
    for (const reason of ['done', 'replaced', 'slow', 'rotated'] as const) {
      expect(rails.ending?.(reason, NOW)).toBeUndefined();
    }
  });
});

describe('members put into an object', () => {
  const added = (...pieces: string[]) => {
    const object = pieces.length === 1 ? bytes(pieces[0] as string) : pieces.map(bytes);
    return text(withMembers(object, { a: 'x}"', b: 1 }));
  };

  it('stand at its end, whatever pieces it is in and whatever follows it', () => {
    expect(added('{"r":{}}')).toBe('{"r":{},"a":"x}\\"","b":1}');
    expect(added('{"r":1 } \n')).toBe('{"r":1 ,"a":"x}\\"","b":1} \n');
    expect(added('{"r":{', '"s":"}"', '}}')).toBe('{"r":{"s":"}"},"a":"x}\\"","b":1}');
    expect(added('{"r":1}', ' ', '\n')).toBe('{"r":1,"a":"x}\\"","b":1} \n');
  });

  it('leave the object itself as it was', () => {
    const object = bytes('{"r":1}');
    withMembers(object, { a: 1 });
    expect(text(object)).toBe('{"r":1}');
  });
});
