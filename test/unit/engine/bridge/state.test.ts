import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../../../src/engine/bridge/canonical.ts';
import { digestOf } from '../../../../src/engine/bridge/input-state.ts';
import { message } from '../support.ts';
import { ACCEPTED, type Asking, comesBack, parked, seatWorld, sentOf } from './support.ts';

const STRANGE = 'This `requestState` does not belong to this request.';
const USED = 'This `requestState` was used already, or what it stood for is gone.';

describe('the state of a parked call', () => {
  test.each<[string, Asking]>([
    ['of another principal', { as: 'ben' }],
    ['with another method', { method: 'prompts/get' }],
    ['about another tool', { params: { name: 'u' } }],
    ['with other arguments', { params: { name: 't', arguments: { a: 1 } } }],
  ])('[SEAT-STATE] opens for nobody %s, and stays good for its owner', async (_, asking) => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    const before = link.raw.length;
    const answers = { [input.keys[0] as string]: ACCEPTED };
    const stranger = await comesBack(at, input, answers, asking);
    expect(stranger.answered?.error).toMatchObject({
      code: -32602,
      message: STRANGE,
      data: { code: 'bad_request_state' },
    });
    expect(link.raw).toHaveLength(before);
    expect(at.driver.opens).toBe(1);
    await comesBack(at, input, answers);
    expect(link.last).toMatchObject({ id: 'q1', result: ACCEPTED });
  });

  test('[SEAT-STATE] opens at no other mount', async () => {
    const at = seatWorld();
    const other = at.gateway.addServer({ name: 'other', driver: at.driver });
    const { input } = await parked(at);
    const refused = await comesBack(at, input, {}, { mount: other });
    expect(refused.answered?.error?.message).toBe(STRANGE);
  });

  test.each([['x'], [''], [7], [null], [{}]])('[SEAT-STATE] %j is none', async (state) => {
    const at = seatWorld();
    await parked(at);
    const refused = await comesBack(at, { state: state as string }, {});
    expect(refused.word).toBe('bad_request_state');
    expect(refused.answered?.error?.message).toBe(STRANGE);
    expect(sentOf(at.driver.link, 'tools/call')).toHaveLength(1);
  });

  test('[SEAT-STATE] no mutation of one opens', async () => {
    const at = seatWorld();
    const { input, link } = await parked(at);
    const before = link.raw.length;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(input.state.length - 1),
        fc.base64String({ minLength: 1 }),
        async (place, by) => {
          const state = input.state.slice(0, place) + by + input.state.slice(place + by.length);
          if (state === input.state) return;
          expect((await comesBack(at, { state }, {})).word).toBe('bad_request_state');
        },
      ),
      { numRuns: 300 },
    );
    expect(link.raw).toHaveLength(before);
  });

  test('[SEAT-ONCE] opens once, however often and however fast it comes', async () => {
    const at = seatWorld();
    const { link, input } = await parked(at);
    const answers = { [input.keys[0] as string]: ACCEPTED };
    const tries = await Promise.all([1, 2, 3].map((id) => comesBack(at, input, answers, { id })));
    expect(tries.filter(({ answers: told }) => told.length === 0)).toHaveLength(1);
    for (const { answered } of tries)
      if (answered) expect(answered.error).toMatchObject({ message: USED, code: -32602 });
    expect(link.sent.filter(({ id }) => id === 'q1')).toHaveLength(1);
    expect(sentOf(link, 'tools/call')).toHaveLength(1);
  });

  test('[SEAT-STATE] the order of members and what a retry says anew make no other request', () => {
    const digest = (params: unknown): string =>
      digestOf(message({ jsonrpc: '2.0', id: 1, method: 'm', params }));
    const plain = digest({ name: 't', arguments: { a: 1, b: [2, { c: 3 }] } });
    const again = { requestState: 's', inputResponses: {}, _meta: { x: 1 } };
    expect(digest({ ...again, arguments: { b: [2, { c: 3 }], a: 1 }, name: 't' })).toBe(plain);
    expect(digest({ name: 't', arguments: { a: 1, b: [{ c: 3 }, 2] } })).not.toBe(plain);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
