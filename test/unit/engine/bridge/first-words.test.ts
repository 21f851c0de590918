import { describe, expect, test } from 'vitest';
import { AsLegacyDriver } from '../../../../src/engine/bridge/as-legacy-driver.ts';
import { FakeDriver, FakeRuntime, turn } from '../support.ts';
import { DISCOVERED, Heard, hello, openWorld, PlayedEras, type ModernWorld } from './as-legacy-world.ts';

const REFUSED = { code: -32600, message: 'No such words' };
const REFUSAL = { code: 'http-status', message: 'It answered 400.', isRefusal: true };

/** A conversation of which nothing is known, its `initialize` sent. */
async function begun(eras = new PlayedEras(), driver = new FakeDriver()): Promise<ModernWorld> {
  driver.answersHello = false;
  const at = await openWorld({}, eras, driver);
  at.ask(7, 'initialize', hello());
  return at;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await turn();
}

describe('the first words', () => {
  test('[ASLEG-FIRST] are those of the client, and where they are understood nothing is translated', async () => {
    const at = await begun();
    expect(at.raw.context.era).toBeUndefined();
    expect(at.raw.last).toMatchObject({ id: 7, method: 'initialize' });
    at.raw.answers(7, { protocolVersion: '2025-11-25' });
    expect(at.heard.answer(7)?.result).toEqual({ protocolVersion: '2025-11-25' });
    expect(at.eras.learned).toEqual([{ isLegacy: true }]);
    expect(at.eras.finds).toBe(0);
    expect(at.ask(8, 'tools/list').id).toBe(8);
    at.raw.answers(8, { resultType: 'x' });
    expect(at.heard.answer(8)?.result).toEqual({ resultType: 'x' });
    // Later errors are the server's to send.
    at.ask(9, 'ping');
    at.raw.says({ jsonrpc: '2.0', id: 9, error: REFUSED });
    at.raw.events.failed(8, REFUSAL, false);
    at.raw.queued = 3;
    at.link.pause();
    at.link.abandon?.(9);
    expect([at.link.queued, at.raw.isPaused, at.raw.abandoned]).toEqual([3, true, [9]]);
    at.link.resume();
    expect(at.raw.isPaused).toBe(false);
    at.raw.end({ ...REFUSAL });
    expect(at.heard.failures).toHaveLength(1);
    expect(at.heard.ends).toEqual([REFUSAL]);
    expect(at.driver.links).toHaveLength(1);
  });

  test('[ASLEG-FIRST] that are not understood are said again in modern ones, where those are', async () => {
    const ways: ((at: ModernWorld) => void)[] = [
      (at) => at.raw.says({ jsonrpc: '2.0', id: 7, error: REFUSED }),
      (at) => at.raw.events.failed(7, REFUSAL, false),
      (at) => at.raw.end(),
      (at) => at.raw.end(REFUSAL),
    ];
    for (const refuse of ways) {
      const at = await begun();
      at.link.pause();
      refuse(at);
      await turns();
      expect(at.heard.all).toEqual([]);
      expect([at.heard.failures, at.heard.ends]).toEqual([[], []]);
      const [old, link] = at.driver.links;
      expect(old?.hasEnded).toBe(true);
      expect(link?.context.era).toBe('modern');
      expect(link?.isPaused).toBe(true);
      expect(link?.last.method).toBe('server/discover');
      link?.answers(link.last.id, DISCOVERED);
      await turn();
      expect(at.heard.answer(7)?.result).toMatchObject({ protocolVersion: '2025-11-25' });
      expect(at.eras.learned).toEqual([{ isModern: true, isLegacy: false }]);
      expect(at.eras.finds).toBe(1);
    }
  });

  test('[ASLEG-SESSIONLESS] that a server takes without a session are said again in modern ones, where those are', async () => {
    const at = await begun();
    at.raw.isSessionless = true;
    at.raw.answers(7, { protocolVersion: '2025-11-25' });
    at.raw.answers(7, { protocolVersion: '2025-11-25' });
    expect(at.heard.all).toEqual([]);
    await turns();
    const [old, link] = at.driver.links;
    expect([old?.hasEnded, link?.context.era, link?.last.method]).toEqual([
      true,
      'modern',
      'server/discover',
    ]);
    link?.answers(link.last.id, DISCOVERED);
    await turn();
    expect(at.heard.answer(7)?.result).toMatchObject({ protocolVersion: '2025-11-25' });
    expect(at.eras.learned).toEqual([{ isModern: true, isLegacy: false }]);
  });

  test('[ASLEG-SESSIONLESS] where modern ones are not, the answer without a session will do', async () => {
    for (const modern of [false, new Error('It cannot be reached.')]) {
      const at = await begun(Object.assign(new PlayedEras(), { modern }));
      at.raw.isSessionless = true;
      at.raw.answers(7, { protocolVersion: '2025-11-25' });
      await turns();
      expect(at.heard.answer(7)?.result).toEqual({ protocolVersion: '2025-11-25' });
      expect([at.driver.links.length, at.heard.ends]).toEqual([1, []]);
      expect(at.eras.learned).toEqual([{ isLegacy: true }]);
      expect(at.ask(8, 'tools/list').id).toBe(8);
    }
    const gone = await begun();
    gone.raw.isSessionless = true;
    gone.raw.answers(7, { protocolVersion: '2025-11-25' });
    await gone.link.close();
    await turns();
    expect([gone.heard.all, gone.driver.links.length]).toEqual([[], 1]);
  });

  test('[ASLEG-FIRST] where modern ones are not understood either, the client gets what was said first', async () => {
    for (const modern of [false, new Error('It cannot be reached.')]) {
      const eras = Object.assign(new PlayedEras(), { modern });
      const at = await begun(eras);
      at.raw.says({ jsonrpc: '2.0', id: 7, error: REFUSED });
      await turns();
      expect(at.heard.answer(7)?.error).toEqual(REFUSED);
      expect(at.heard.ends.map(({ code }) => code)).toEqual(['closed']);
      const ended = await begun(eras);
      ended.raw.end();
      await turns();
      expect(ended.heard.ends.map(({ code }) => code)).toEqual(['exited']);
      expect(ended.driver.links).toHaveLength(1);
    }
  });

  test('[ASLEG-OUTAGE] an outage says nothing of the words: it is told as it is', async () => {
    const far = Object.assign(new FakeDriver(), { mayRepeat: true });
    const at = await begun(new PlayedEras(), far);
    const fault = { code: 'unreachable', message: 'm' };
    at.raw.events.failed(7, fault, true);
    at.raw.end();
    expect(at.heard.failures).toEqual([{ number: 7, fault, isUnsent: true }]);
    expect(at.heard.ends.map(({ code }) => code)).toEqual(['exited']);
    expect(at.eras.finds).toBe(0);
  });

  test('[ASLEG-KNOWN] are modern at once where no others are understood', async () => {
    const eras = Object.assign(new PlayedEras(), { legacy: false });
    const at = await begun(eras);
    expect(at.driver.links).toHaveLength(1);
    expect(at.raw.context.era).toBe('modern');
    at.raw.events.failed(Number(at.raw.last.id), REFUSAL, false);
    await turns();
    expect(at.heard.failures).toEqual([{ number: 7, fault: REFUSAL, isUnsent: false }]);
    expect(eras.forgets).toBeGreaterThan(0);
    expect(at.driver.links).toHaveLength(1);
  });

  test('[ASLEG-KNOWN] are never modern over a carrier that cannot take them', async () => {
    const driver = new FakeDriver();
    const facts = { name: 'srv', runtime: new FakeRuntime(), note: () => undefined, patienceMs: 1 };
    const opener = new AsLegacyDriver(driver, new PlayedEras(), facts);
    const context = { principal: 'anybody', signal: new AbortController().signal };
    expect(await opener.open(new Heard(), context)).toBe(driver.link);
  });

  test('[ASLEG-GIVEN-UP] a link that is closed while it is found out ends once, and opens nothing any more', async () => {
    const at = await begun();
    at.driver.isHeld = true;
    at.raw.says({ jsonrpc: '2.0', id: 7, error: REFUSED });
    await turns();
    expect(at.driver.opens).toBe(2);
    await at.link.close();
    expect(at.heard.ends.map(({ code }) => code)).toEqual(['closed']);
    at.driver.release();
    await turns();
    expect(at.driver.link.closes).toBe(1);
    expect(at.heard.ends).toHaveLength(1);
    const failing = await begun();
    failing.driver.fault = { code: 'backoff', message: 'm' };
    failing.raw.says({ jsonrpc: '2.0', id: 7, error: REFUSED });
    await turns();
    expect(failing.heard.ends.map(({ code }) => code)).toEqual(['backoff']);
  });
});
