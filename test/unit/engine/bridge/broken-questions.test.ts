/** Modern servers that ask what no server may, behind a link that makes them look legacy. */
import { describe, expect, test } from 'vitest';
import type { Wire } from '../support.ts';
import { greeted, hello, type ModernWorld } from './as-legacy-world.ts';

const CAN_ALL = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const ROOTS = { method: 'roots/list' };

function asked(at: ModernWorld, id: number, result: object): void {
  at.raw.answers(at.ask(id, 'tools/call', { name: 't' }).id, { resultType: 'input_required', ...result });
}

describe('questions', () => {
  test.each([7, 'x', null, [1], true])('[BRKS-PARAMS] with %j for params', async (params) => {
    for (const method of ['roots/list', 'elicitation/create', 'sampling/createMessage']) {
      const at = await greeted({}, hello('2025-11-25', CAN_ALL));
      asked(at, 3, { inputRequests: { fine: ROOTS, odd: { method, params } } });
      expect(at.heard.answer(3)?.error?.data?.code).toBe('upstream_bad_answer');
      expect(at.heard.told).toEqual([]);
      at.raw.answers(at.ask(4, 'prompts/get', { name: 'p' }).id, { ok: true });
      expect(at.heard.answer(4)?.result).toEqual({ ok: true });
    }
  });

  test('[BRKS-KEYS] under one name, however it is written, fail the call; odd names are given back', async () => {
    const twice = [`"a":${JSON.stringify(ROOTS)},"a":${JSON.stringify(ROOTS)}`, `"a":{},"\\u0061":{}`];
    for (const requests of twice) {
      const at = await greeted({}, hello('2025-11-25', CAN_ALL));
      const { id } = at.ask(3, 'tools/call', { name: 't' });
      const result = `{"resultType":"input_required","inputRequests":{${requests}}}`;
      at.raw.says(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
      expect(at.heard.answer(3)?.error?.data?.code).toBe('upstream_bad_answer');
      expect(at.heard.told).toEqual([]);
    }
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    const keys = ['"__proto__"', '"constructor"', '""', '"\\ud800"', '" a : b "', '"é\\u00e9"'];
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    const requests = keys.map((key) => `${key} : ${JSON.stringify(ROOTS)}`).join(',');
    at.raw.says(
      `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"input_required","inputRequests":{${requests}}}}`,
    );
    for (const { id } of at.heard.told) at.send({ jsonrpc: '2.0', id: id ?? null, result: { roots: [] } });
    const answers = keys.map((key) => `${key}:{"roots":[]}`).join(',');
    expect(at.raw.raw.at(-1)).toContain(`"inputResponses":{${answers}}`);
  });

  test.each([
    ['"\\ud800 \\uDFFF \\u0000 \\/ / \\\\ \\"}]"'],
    ['"\u2028 é 😀 \ufeff"'],
    ['""'],
    [`"${'é\\n'.repeat(1_000_000)}"`],
  ])('[BRKS-STATE] %.40s', async (state) => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    at.raw.says(
      `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"input_required","requestState": ${state}}}`,
    );
    const again = at.raw.raw.at(-1) ?? '';
    expect(again.includes(`"requestState":${state}`)).toBe(true);
    expect(again).not.toContain('inputResponses');
  });

  test('[BRKS-ANSWER-ONCE] are asked once, however often the call is answered', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    const inputRequired = { resultType: 'input_required', inputRequests: { a: ROOTS } };
    at.raw.answers(id, inputRequired);
    at.raw.answers(id, inputRequired);
    at.raw.answers(id, { ok: true });
    expect(at.heard.told).toHaveLength(1);
    expect(at.heard.answer(3)).toBeUndefined();
    expect(at.notes).toEqual(['unknown_answer', 'unknown_answer']);
  });

  test('[BRKS-ANSWER-ONCE] are not asked once another, answered at once, has ended the call', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    const seen: unknown[] = [];
    at.heard.message = ({ kind, bytes }) => {
      const { id } = JSON.parse(new TextDecoder().decode(bytes)) as Wire;
      if (kind !== 'request') return;
      seen.push(id);
      at.send({ jsonrpc: '2.0', id: id ?? null, error: { code: -1, message: 'No.' } });
    };
    asked(at, 3, { inputRequests: { a: ROOTS, b: ROOTS } });
    expect(seen).toHaveLength(1);
  });

  test('[BRKS-ENDS-OURS] go on though the server calls its call off', async () => {
    const at = await greeted();
    const { id } = at.ask(3, 'tools/call', { name: 't' });
    at.raw.notifies('notifications/cancelled', { requestId: id });
    at.raw.notifies('notifications/cancelled', { requestId: 'x' });
    at.raw.answers(id, { ok: true });
    expect(at.heard.answer(3)?.result).toEqual({ ok: true });
  });

  test('[BRKS-ROUND-LOST] a round that was not sent does not make its call one that was not', async () => {
    const fault = { code: 'unreachable', message: 'm' };
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    asked(at, 3, { requestState: 's' });
    at.raw.events.failed(Number(at.raw.last.id), fault, true);
    expect(at.heard.failures).toEqual([{ number: 3, fault, isUnsent: false }]);
    const fresh = at.ask(4, 'tools/call', { name: 't' });
    asked(at, 5, { requestState: 's' });
    const unsent = new Set([Number(fresh.id), Number(at.raw.last.id)]);
    at.raw.end({ ...fault, unsent });
    expect(at.heard.ends).toEqual([{ ...fault, unsent: new Set([4]) }]);
  });

  test('[BRKS-UNREAD] end their call where the server does not read what it is sent', async () => {
    const at = await greeted({ limits: { queuedBytes: 1_000 } }, hello('2025-11-25', CAN_ALL));
    asked(at, 3, { inputRequests: { a: ROOTS }, requestState: 's' });
    at.raw.queued = 1_000;
    const before = at.raw.raw.length;
    at.send({ jsonrpc: '2.0', id: at.heard.told[0]?.id ?? null, result: { roots: [] } });
    expect(at.heard.answer(3)?.error?.data?.code).toBe('upstream_busy');
    expect(at.raw.raw).toHaveLength(before);
    at.raw.queued = 0;
    asked(at, 4, { requestState: 's' });
    expect(at.raw.raw.length).toBeGreaterThan(before + 1);
  });
});
