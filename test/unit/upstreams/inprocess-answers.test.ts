import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, readMessage } from '../../../src/protocol/message.ts';
import { answerMessage, failedMessage, idText } from '../../../src/upstreams/inprocess-answers.ts';

describe('answerMessage', () => {
  const ids = [0, 17, '', 'a"b', 'Grüße \u2028 🐟'];
  it.each(ids)('writes the envelope that reading finds, for id %j', (id) => {
    for (const kind of ['response', 'error'] as const) {
      const value = kind === 'response' ? '{"text":"Grüße 🐟"}' : '{"code":-32601,"message":"ü"}';
      const message = answerMessage(kind, idText(id), value);
      const read = readMessage(message.bytes, DEFAULT_LIMITS, 'full');
      for (const key of ['kind', 'method', 'target'] as const) expect(message[key]).toBe(read[key]);
      for (const key of ['id', 'params', 'progressToken', 'requestId', 'outcome'] as const) {
        expect({ ...message[key] }).toEqual({ start: read[key].start, end: read[key].end });
      }
      expect(JSON.parse(new TextDecoder().decode(message.bytes)).id).toBe(id);
    }
  });
});

describe('failedMessage', () => {
  it('is an error with a stable word', () => {
    const value = JSON.parse(new TextDecoder().decode(failedMessage(3, 'It failed.').bytes));
    expect(value).toMatchObject({
      id: 3,
      error: { code: -32603, message: 'It failed.', data: { code: 'internal_error' } },
    });
  });
});
