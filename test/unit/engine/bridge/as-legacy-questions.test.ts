import { describe, expect, test } from 'vitest';
import type { Wire } from '../support.ts';
import { greeted, hello, metaOf, type ModernWorld } from './as-legacy-world.ts';

const CAN_ALL = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const FORM = {
  method: 'elicitation/create',
  params: { message: 'Who?', requestedSchema: { type: 'object' } },
};
const SAMPLE = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'Hi' } }], maxTokens: 5 },
};

/** A call that the server answers with questions. */
function asked(at: ModernWorld, id: number, result: object, method = 'tools/call'): void {
  const params = method === 'resources/read' ? { uri: 'a:b' } : { name: 't', arguments: { n: 1 } };
  at.raw.answers(at.ask(id, method, params).id, { resultType: 'input_required', ...result });
}

function questions(at: ModernWorld): Wire[] {
  return at.heard.told.filter(({ id }) => id !== undefined);
}

describe('what a server must know first', () => {
  test('[ASLEG-QUESTIONS] is asked by requests, and the call is sent again with the answers and the same state', async () => {
    for (const method of ['tools/call', 'prompts/get', 'resources/read']) {
      const at = await greeted({}, hello('2025-11-25', CAN_ALL));
      const sent = at.ask(3, method, method === 'resources/read' ? { uri: 'a:b' } : { name: 't' });
      const requests = { 'who:"x" ': FORM, sample: SAMPLE, roots: { method: 'roots/list' } };
      const state = '"s\\u00e9\\/\\u0041"';
      at.raw.says(
        `{"jsonrpc":"2.0","id":${sent.id},"result":{"resultType":"input_required","inputRequests":${JSON.stringify(requests)},"requestState":${state}}}`,
      );
      const [form, sample, roots] = questions(at);
      expect(form).toMatchObject(FORM);
      expect(sample).toMatchObject(SAMPLE);
      expect(roots).toMatchObject({ method: 'roots/list', params: {} });
      expect(at.heard.all.slice(-3).map(({ related }) => related)).toEqual([3, 3, 3]);
      const before = at.raw.raw.length;
      at.send({ jsonrpc: '2.0', id: sample?.id ?? null, result: { role: 'assistant', n: 1 } });
      at.send({ jsonrpc: '2.0', id: roots?.id ?? null, result: { roots: [] } });
      at.send({ jsonrpc: '2.0', id: roots?.id ?? null, result: { roots: [1] } });
      expect(at.raw.raw.length).toBe(before);
      at.send({ jsonrpc: '2.0', id: form?.id ?? null, result: { action: 'accept', content: { a: 'b' } } });
      const again = at.raw.last;
      expect(again.id).not.toBe(sent.id);
      expect(metaOf(again)).toEqual(metaOf(sent));
      expect(again.params).toEqual({
        ...sent.params,
        inputResponses: {
          'who:"x" ': { action: 'accept', content: { a: 'b' } },
          sample: { role: 'assistant', n: 1 },
          roots: { roots: [] },
        },
        requestState: 'sé/A',
      });
      expect(at.raw.raw.at(-1)).toContain(`"requestState":${state}`);
      at.raw.answers(again.id, { resultType: 'complete', ok: true });
      expect(at.heard.answer(3)?.result).toEqual({ ok: true });
      expect(at.notes).toEqual(['unknown_answer']);
    }
  });

  test('[ASLEG-QUESTIONS] without a question it is asked again at once, with the latest state alone', async () => {
    const at = await greeted();
    asked(at, 3, { requestState: 'one' });
    expect(at.raw.last.params).toMatchObject({ requestState: 'one' });
    expect(at.raw.last.params).not.toHaveProperty('inputResponses');
    at.raw.answers(at.raw.last.id, { resultType: 'input_required', requestState: 'two' });
    expect(at.raw.last.params).toMatchObject({ requestState: 'two' });
    expect(at.heard.told).toEqual([]);
  });

  test('[ASLEG-URL] a page to be opened gets the name that 2025-11-25 wants; one that has a name keeps it', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    const url = { mode: 'url', message: 'm', url: 'https://a.test/' };
    asked(at, 3, { inputRequests: { a: { method: 'elicitation/create', params: url } } });
    asked(at, 4, {
      inputRequests: { a: { method: 'elicitation/create', params: { ...url, elicitationId: 'mine' } } },
    });
    const [first, second] = questions(at);
    expect(first?.params).toEqual({ ...url, elicitationId: expect.stringMatching(/^id\d+$/) });
    expect(second?.params?.['elicitationId']).toBe('mine');
  });

  test('[ASLEG-UNDECLARED] what the client did not declare fails the call, and nothing is asked', async () => {
    const url = {
      method: 'elicitation/create',
      params: { mode: 'url', message: 'm', url: 'https://a.test/' },
    };
    const tools = { ...SAMPLE, params: { ...SAMPLE.params, tools: [] } };
    const use = { type: 'tool_use', id: '1', name: 't', input: {} };
    const used = { ...SAMPLE, params: { messages: [{ role: 'assistant', content: [use] }], maxTokens: 1 } };
    const cases: [object, object, object][] = [
      [{}, FORM, { elicitation: { form: {} } }],
      [{ elicitation: {} }, url, { elicitation: { url: {} } }],
      [{ elicitation: { url: {} } }, FORM, { elicitation: { form: {} } }],
      [{}, SAMPLE, { sampling: {} }],
      [{ sampling: {} }, tools, { sampling: { tools: {} } }],
      [{ sampling: {} }, used, { sampling: { tools: {} } }],
      [{}, { method: 'roots/list' }, { roots: {} }],
    ];
    for (const [capabilities, question, requiredCapabilities] of cases) {
      const at = await greeted({}, hello('2025-11-25', { ...capabilities, tasks: {} }));
      const before = at.raw.raw.length;
      asked(at, 3, { inputRequests: { a: question } });
      expect(questions(at)).toEqual([]);
      const { error } = at.heard.answer(3) ?? {};
      expect(error).toMatchObject({ code: -32021, data: { requiredCapabilities } });
      expect(at.raw.raw.length).toBe(before + 1);
    }
  });

  test('[ASLEG-ROUNDS] rounds are capped, and so are the questions of one', async () => {
    const at = await greeted({ limits: { rounds: 3, questions: 2 } }, hello('2025-11-25', CAN_ALL));
    asked(at, 3, { requestState: 's' });
    for (let round = 2; round <= 4; round++)
      at.raw.answers(at.raw.last.id, { resultType: 'input_required', requestState: 's' });
    expect(at.heard.answer(3)?.error?.data?.code).toBe('too_many_rounds');
    const sent = at.raw.raw.length;
    asked(at, 4, { inputRequests: { a: FORM, b: FORM, c: FORM } });
    expect(at.heard.answer(4)?.error?.data?.code).toBe('upstream_bad_answer');
    expect(at.raw.raw.length).toBe(sent + 1);
  });

  test('[ASLEG-ODD] what is not asked as it must be fails the call', async () => {
    const odd: object[] = [
      {},
      { inputRequests: {} },
      { inputRequests: [FORM] },
      { inputRequests: { a: { method: 'ping' } } },
      { inputRequests: { a: 7 } },
      { requestState: 7 },
      { inputRequests: { a: FORM }, requestState: null },
    ];
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    odd.forEach((result, index) => {
      asked(at, index + 1, result);
      expect(at.heard.answer(index + 1)?.error?.data?.code, JSON.stringify(result)).toBe(
        'upstream_bad_answer',
      );
    });
    const { id } = at.ask(50, 'tools/call', { name: 't' });
    at.raw.says(
      `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"input_required","inputRequests":{"a":{tru,}}}}`,
    );
    expect(at.heard.answer(50)?.error?.data?.code).toBe('upstream_bad_answer');
    for (const [index, method] of ['tools/list', 'completion/complete'].entries()) {
      asked(at, 60 + index, { inputRequests: { a: FORM } }, method);
      expect(at.heard.answer(60 + index)?.error?.data?.code).toBe('upstream_bad_answer');
    }
    expect(questions(at)).toEqual([]);
  });

  test('[ASLEG-REFUSED] an error in place of an answer is the end of the call, and of its other questions', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    asked(at, 3, { inputRequests: { a: FORM, b: SAMPLE }, requestState: 's' });
    const [form, sample] = questions(at);
    const before = at.raw.raw.length;
    const error = { code: -1, message: 'User rejected it', data: { n: 1 } as never };
    at.send({ jsonrpc: '2.0', id: sample?.id ?? null, error });
    expect(at.heard.answer(3)?.error).toEqual(error);
    expect(at.heard.told.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: form?.id },
    });
    at.send({ jsonrpc: '2.0', id: form?.id ?? null, result: { action: 'accept' } });
    expect(at.raw.raw.length).toBe(before);
  });

  test('[ASLEG-QUIT] a call that is called off while its client is asked takes its questions along', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    asked(at, 3, { inputRequests: { a: FORM } });
    const before = at.raw.raw.length;
    at.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } });
    expect(at.heard.told.at(-1)).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: questions(at)[0]?.id },
    });
    at.send({ jsonrpc: '2.0', id: questions(at)[0]?.id ?? null, result: { action: 'accept' } });
    // Nothing of it is with the server, which has no need to know.
    expect(at.raw.raw.length).toBe(before);
    at.raw.end();
    expect(at.heard.ends).toHaveLength(1);
  });
});
