/** Callers who make the gateway keep more of what they send than is theirs. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { ModernCall } from '../../../../src/engine/modern/modern-call.ts';
import { objectionTo } from '../../../../src/engine/objections.ts';
import { META_KEYS, MODERN_VERSION } from '../../../../src/protocol/era.ts';
import { message, type World } from '../support.ts';
import { ask, driverOf, modernWorld } from '../modern/support.ts';
import { type Asking, asks, FORM, parked, seatWorld, sentOf, turn } from './support.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** The bytes that a caller sent, as far as anybody keeps them. */
type Sent = WeakRef<ModernCall['message']['bytes']>;

async function abandoned(at: World, asking: Asking): Promise<Sent> {
  const { call } = await asks(at, asking);
  call.cancel('gone');
  return new WeakRef(call.message.bytes);
}

async function isKept(sent: Sent): Promise<boolean> {
  await forgotten();
  return sent.deref() !== undefined;
}

/** Bytes. */
async function used(): Promise<number> {
  await forgotten();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Resolves when nothing is left that nobody holds. */
async function forgotten(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await turn();
    collect();
  }
}

describe('what is kept of modern requests', () => {
  test('[BRKM-BYTES] is bounded for one caller, and free again when it is answered', async () => {
    const at = seatWorld({ settings: { callBytes: 5_000, perCaller: { callBytes: 3_000 } } });
    const large = { params: { name: 't', arguments: { a: 'x'.repeat(1_700) } } };
    const first = await asks(at, large);
    const second = await asks(at, large);
    expect([first.word, second.word]).toEqual([undefined, 'too_many_calls']);
    const ben = await asks(at, { ...large, as: 'ben' });
    const cid = await asks(at, { ...large, as: 'cid' });
    expect([ben.word, cid.word]).toEqual([undefined, 'too_many_calls']);
    first.call.cancel('gone');
    expect((await asks(at, large)).word).toBeUndefined();
  });

  test.each([
    ['clientCapabilities', { experimental: { x: { y: 'x'.repeat(65_536) } } }],
    ['clientInfo', { name: 'x'.repeat(65_536), version: '1' }],
  ])('[BRKM-TERMS] of what a client says of itself has bounds: its %s', (key, said) => {
    const { settings } = seatWorld().gateway.context;
    const saying = (value: unknown) => {
      const _meta = { [META_KEYS.version]: MODERN_VERSION, [`io.modelcontextprotocol/${key}`]: value };
      return message({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } });
    };
    expect(objectionTo(saying(said), settings)).toMatchObject({ word: 'too_large' });
    expect(objectionTo(saying({}), settings)).toBeUndefined();
  });

  test.each<[string, Asking]>([
    ['a call', {}],
    ['a call that may be asked', { can: FORM }],
    ['a question for what there is', { method: 'server/discover', params: {} }],
    [
      'who listens',
      { method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } },
    ],
  ])(
    '[BRKM-LET-GO] is nothing of %s that is called off before its server has started',
    async (_what, asking) => {
      const at = seatWorld();
      at.driver.isHeld = true;
      const sent = await abandoned(at, asking);
      expect(await isKept(sent)).toBe(false);
      at.driver.release();
      await turn();
      expect(at.driver.link.calls).toEqual([]);
      const next = await asks(at, { method: 'server/discover', params: {} });
      expect(next.result).toMatchObject({ resultType: 'complete' });
    },
  );

  test('[BRKM-LET-GO] is nothing of a call that is called off while its server is asked which words it knows', async () => {
    const at = seatWorld();
    at.driver.canBeModern = true;
    at.driver.isHeld = true;
    const first = await asks(at);
    const sent = await abandoned(at, {});
    expect(await isKept(sent)).toBe(false);
    expect(first.answers).toEqual([]);
    at.driver.release();
    await turn();
    expect(sentOf(at.driver.link, 'server/discover')).toHaveLength(1);
  });

  test('[BRKM-LET-GO] is nothing of a call that is called off while the tools are listed', async () => {
    const at = modernWorld();
    const facts = { hasHeaders: true };
    const first = ask(at, { facts });
    const sent = await (async () => {
      const { call } = ask(at, { facts });
      await turn();
      call.cancel('gone');
      return new WeakRef(call.message.bytes);
    })();
    expect(await isKept(sent)).toBe(false);
    const { link } = driverOf(at);
    expect(link.methods).toEqual(['tools/list']);
    link.answers(link.last.id, { tools: [] });
    expect(link.methods).toEqual(['tools/list', 'tools/call']);
    expect(first.carrier.answers).toEqual([]);
  });

  test('[BRKM-LET-GO] is nothing of a call whose client is asked', async () => {
    const at = seatWorld();
    const bytes = 1_000_000;
    const args = { a: 'x'.repeat(bytes) };
    const before = await used();
    for (let id = 0; id < 20; id++) {
      await parked(at, { id, params: { name: 't', arguments: args } });
      at.driver.link.raw.length = 0;
      at.driver.link.abouts.length = 0;
    }
    expect(at.gateway.seats.parking.size).toBe(20);
    expect((await used()) - before).toBeLessThan(5 * bytes);
  });
});
