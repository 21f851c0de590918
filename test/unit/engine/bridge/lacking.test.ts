import { describe, expect, test } from 'vitest';
import { asks, FORM, seatWorld } from './support.ts';

const QUESTIONS = [
  ['sampling/createMessage', { messages: [], maxTokens: 1 }, {}, { sampling: {} }],
  ['elicitation/create', { message: 'Who?', requestedSchema: {} }, {}, { elicitation: { form: {} } }],
  ['elicitation/create', { mode: 'url', url: 'https://example.org' }, FORM, { elicitation: { url: {} } }],
  ['roots/list', {}, FORM, { roots: {} }],
] as const;

describe('a legacy server that asks what a modern client never declared', () => {
  test.each(QUESTIONS)(
    '[SEAT-LACKING] %s: a call that fails for it says so',
    async (method, params, can, lacks) => {
      for (const outcome of [
        { result: { content: [], isError: true } },
        { error: { code: -32000, message: 'No.' } },
      ]) {
        const at = seatWorld();
        const caller = await asks(at, { can });
        const { link } = at.driver;
        const { id } = link.last;
        link.asks(7, method, params);
        expect(link.last).toMatchObject({ id: 7, error: { code: -32601 } });
        link.says({ jsonrpc: '2.0', id, ...outcome });
        expect(caller.answers[0]).toMatchObject({
          code: -32021,
          wire: { id: 1, error: { code: -32021, data: { requiredCapabilities: lacks } } },
        });
      }
    },
  );

  test('[SEAT-LACKING] one that goes on without is answered as it is', async () => {
    const at = seatWorld();
    const caller = await asks(at);
    const { link } = at.driver;
    const { id } = link.last;
    link.asks(7, 'roots/list');
    link.answers(id, { content: [], isError: false });
    expect(caller.result).toMatchObject({ resultType: 'complete', isError: false });
  });

  test('[SEAT-LACKING] of several calls nobody knows which it was', async () => {
    const at = seatWorld();
    const [one, two] = [await asks(at, { id: 1 }), await asks(at, { id: 2 })];
    const { link } = at.driver;
    const [first, second] = link.calls.slice(-2);
    link.asks(7, 'roots/list');
    for (const call of [first, second]) link.answers(call?.id, { content: [], isError: true });
    expect([one, two].map(({ result }) => result?.['isError'])).toEqual([true, true]);
  });
});
