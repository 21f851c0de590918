import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorWord, errorResponse, ProtocolError } from '../../../src/protocol/errors.ts';
import { readMessage } from '../../../src/protocol/message.ts';
import { bytesOf, rawOf, textOf } from './support.ts';

describe('an error response', () => {
  it.each(['0', '""', '"\\ud800"', '12345678901234567890', '1.0'])(
    'answers the id %s with its text',
    (id) => {
      const bytes = errorResponse(bytesOf(id), 'timed_out', 'It took too long.');
      const message = readMessage(bytes);
      expect(message.kind).toBe('error');
      expect(rawOf(bytes, message.id)).toBe(id);
    },
  );

  it('answers nothing in particular with null', () => {
    expect(JSON.parse(textOf(errorResponse(undefined, 'parse_error', 'No "JSON".\n')))).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: {
        code: -32700,
        message: 'No "JSON".\n',
        data: { code: 'parse_error', hint: ERRORS.parse_error.hint },
      },
    });
  });

  it('carries further data, beside word and hint', () => {
    const { error } = JSON.parse(
      textOf(errorResponse(bytesOf('1'), 'upstream_busy', 'Busy.', { retryAfterMs: 5 })),
    );
    expect(error.data).toEqual({ code: 'upstream_busy', hint: ERRORS.upstream_busy.hint, retryAfterMs: 5 });
  });
});

describe('[BAD-SENTENCE] [MESSAGE-ERRORS] the words', () => {
  it('have a number of JSON-RPC and a sentence that says what to do', () => {
    for (const word of Object.keys(ERRORS) as ErrorWord[]) {
      const error = new ProtocolError(word, 'Something.', bytesOf('1'));
      expect(error.code).toBe(ERRORS[word].code);
      expect(error.code).toBeLessThanOrEqual(-32000);
      expect(error.code).toBeGreaterThanOrEqual(-32768);
      expect(ERRORS[word].hint).toMatch(/^[A-Z].*\.$/);
    }
  });
});
