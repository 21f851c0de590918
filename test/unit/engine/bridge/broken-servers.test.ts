/** Modern servers that do what no server may, behind a link that makes them look legacy. */
import { describe, expect, test } from 'vitest';
import { META_KEYS } from '../../../../src/protocol/era.ts';
import { FakeDriver, turn, type Wire } from '../support.ts';
import { greeted, hello, type ModernWorld, openWorld, PlayedEras, DISCOVERED } from './as-legacy-world.ts';

const CAN_ALL = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
const REFUSAL = { code: 'wrong-address', message: 'It answered 404.', isRefusal: true };
const UNKNOWN = { code: -32022, message: 'no', data: { supported: ['2025-11-25'] } };

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await turn();
}

function asked(at: ModernWorld, id: number, result: object): void {
  at.raw.answers(at.ask(id, 'tools/call', { name: 't' }).id, { resultType: 'input_required', ...result });
}

function sent(at: ModernWorld, method: string): Wire[] {
  return at.raw.sent.filter((wire) => wire.method === method);
}

describe('a list of tools', () => {
  test('[BRKS-LIST-SILENT] that does not come is waited for in bounds, once', async () => {
    const at = await greeted({ kind: 'http' });
    at.ask(3, 'tools/call', { name: 't' });
    at.runtime.advance(4_999);
    at.ask(4, 'tools/call', { name: 't' });
    expect(sent(at, 'tools/call')).toEqual([]);
    at.runtime.advance(1);
    expect(sent(at, 'tools/call')).toHaveLength(2);
    const [list] = sent(at, 'tools/list');
    expect(at.raw.abandoned).toEqual([list?.id]);
    at.ask(5, 'tools/call', { name: 't' });
    expect(sent(at, 'tools/call')).toHaveLength(3);
    expect(sent(at, 'tools/list')).toHaveLength(1);
  });

  test('[BRKS-LIST-SILENT] without an end takes no longer, page by page', async () => {
    const at = await greeted({ kind: 'http', limits: { pages: 1_000 } });
    at.ask(3, 'tools/call', { name: 't' });
    for (let page = 0; page < 10; page++) {
      at.runtime.advance(600);
      if (sent(at, 'tools/call').length > 0) break;
      at.raw.answers(at.raw.last.id, { tools: [], nextCursor: String(page) });
    }
    expect(sent(at, 'tools/call')).toHaveLength(1);
    expect(sent(at, 'tools/list')).toHaveLength(9);
  });

  test('[BRKS-LIST-QUIT] is not waited for by calls that were called off, and by nobody when the link is over', async () => {
    const at = await greeted({ kind: 'http' });
    at.ask(3, 'tools/call', { name: 't' });
    at.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 3 } });
    at.ask(3, 'tools/call', { name: 'again' });
    at.runtime.advance(5_000);
    expect(sent(at, 'tools/call').map(({ params }) => params?.['name'])).toEqual(['again']);
    const during = await greeted({ kind: 'http' });
    during.ask(3, 'tools/call', { name: 'a' });
    during.ask(4, 'tools/call', { name: 'b' });
    during.driver.script = ({ method }) => {
      const params = { requestId: 4 };
      if (method === 'tools/call') during.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
      return undefined;
    };
    during.runtime.advance(5_000);
    expect(sent(during, 'tools/call').map(({ params }) => params?.['name'])).toEqual(['a']);
    const over = await greeted({ kind: 'http' }, hello(), { supportedVersions: ['2026-07-28'] });
    over.ask(3, 'tools/call', { name: 't' });
    over.raw.end();
    expect(over.runtime.timers).toBe(0);
  });
});

describe('a server that is not understood any more', () => {
  test('[BRKS-TURNED] ends its link, and what it did not understand was not sent', async () => {
    for (const refuse of [
      (at: ModernWorld, id: number) => at.raw.says({ jsonrpc: '2.0', id, error: UNKNOWN }),
      (at: ModernWorld, id: number) => at.raw.events.failed(id, REFUSAL, false),
    ]) {
      const at = await greeted({ kind: 'http' });
      at.eras.modern = false;
      refuse(at, Number(at.ask(3, 'prompts/get', { name: 'p' }).id));
      at.ask(4, 'prompts/get', { name: 'other' });
      refuse(at, Number(at.ask(5, 'prompts/get', { name: 'p' }).id));
      await turns();
      expect(at.heard.ends).toMatchObject([{ code: 'session-lost', isRecoverable: true }]);
      expect(at.heard.ends[0]?.unsent).toEqual(new Set([3, 5]));
      expect([at.heard.failures, at.heard.answer(3)]).toEqual([[], undefined]);
    }
  });

  test('[BRKS-NOT-TURNED] but turns out to be as before has said what is to be told', async () => {
    for (const modern of [true, new Error('It cannot be reached.')]) {
      const at = await greeted({ kind: 'http' });
      at.eras.modern = modern;
      at.raw.says({ jsonrpc: '2.0', id: at.ask(3, 'prompts/get').id ?? null, error: UNKNOWN });
      at.raw.events.failed(Number(at.ask(4, 'prompts/get').id), REFUSAL, false);
      const { id } = at.ask(5, 'prompts/get');
      at.raw.says({ jsonrpc: '2.0', id: id ?? null, error: UNKNOWN });
      at.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
      await turns();
      expect(at.heard.answer(3)?.error).toEqual(UNKNOWN);
      expect(at.heard.failures).toEqual([{ number: 4, fault: REFUSAL, isUnsent: false }]);
      expect(at.heard.answer(5)).toBeUndefined();
      expect(at.heard.ends).toEqual([]);
    }
  });

  test('[BRKS-TURNED] in a later round fails its call, which has run in part', async () => {
    const at = await greeted({}, hello('2025-11-25', CAN_ALL));
    at.eras.modern = false;
    asked(at, 3, { requestState: 's' });
    at.raw.says({ jsonrpc: '2.0', id: at.raw.last.id ?? null, error: UNKNOWN });
    await turns();
    expect(at.heard.ends[0]?.unsent).toEqual(new Set());
  });

  test('[BRKS-TURNED-FIRST] is greeted in legacy words where modern ones are not known any more', async () => {
    for (const refuse of [
      (at: ModernWorld) => at.raw.says({ jsonrpc: '2.0', id: at.raw.last.id ?? null, error: UNKNOWN }),
      (at: ModernWorld) => at.raw.answers(at.raw.last.id, { ...DISCOVERED, supportedVersions: [] }),
      (at: ModernWorld) => at.raw.events.failed(Number(at.raw.last.id), REFUSAL, false),
      (at: ModernWorld) => at.raw.end(),
    ]) {
      const eras = Object.assign(new PlayedEras(), { legacy: false, modern: false });
      const driver = Object.assign(new FakeDriver(), { answersHello: false });
      const at = await openWorld({}, eras, driver);
      at.ask(7, 'initialize', hello());
      expect(at.raw.last.method).toBe('server/discover');
      refuse(at);
      await turns();
      expect(driver.links).toHaveLength(2);
      expect(at.raw.last).toMatchObject({ id: 7, method: 'initialize' });
      at.raw.answers(7, { protocolVersion: '2025-11-25' });
      expect(at.heard.answer(7)?.result).toEqual({ protocolVersion: '2025-11-25' });
      expect(at.heard.ends).toEqual([]);
    }
  });
});

describe('a server that does not answer `initialize`', () => {
  async function mute(modern: boolean | Error): Promise<ModernWorld> {
    const eras = Object.assign(new PlayedEras(), { modern });
    const driver = Object.assign(new FakeDriver(), { answersHello: false });
    const at = await openWorld({}, eras, driver);
    at.ask(7, 'initialize', hello());
    at.runtime.advance(4_999);
    expect(eras.finds).toBe(0);
    at.runtime.advance(1);
    expect(eras.finds).toBe(1);
    await turns();
    return at;
  }

  test('[BRKS-MUTE] is greeted in modern words where it knows them', async () => {
    const at = await mute(true);
    expect(at.driver.links).toHaveLength(2);
    expect(at.driver.alive).toBe(1);
    at.raw.answers(at.raw.last.id, DISCOVERED);
    await turns();
    expect(at.heard.answer(7)?.result).toMatchObject({ protocolVersion: '2025-11-25' });
  });

  test('[BRKS-MUTE] is waited for where it does not, or that cannot be found out', async () => {
    for (const modern of [false, new Error('It cannot be reached.')]) {
      const at = await mute(modern);
      expect(at.driver.links).toHaveLength(1);
      at.raw.answers(7, { protocolVersion: '2025-11-25' });
      expect(at.heard.answer(7)?.result).toEqual({ protocolVersion: '2025-11-25' });
    }
  });

  test('[BRKS-MUTE] is not asked where it is known to be slow and no more', async () => {
    const eras = Object.assign(new PlayedEras(), { legacy: true });
    const at = await openWorld({}, eras, Object.assign(new FakeDriver(), { answersHello: false }));
    at.ask(7, 'initialize', hello());
    at.runtime.advance(60_000);
    await turns();
    expect(eras.finds).toBe(0);
  });

  test('[BRKS-MUTE] is not asked once it has answered, or is closed', async () => {
    for (const end of [
      (at: ModernWorld) => at.raw.answers(7, { protocolVersion: '2025-11-25' }),
      (at: ModernWorld) => at.raw.end({ code: 'closed', message: 'm' }),
    ]) {
      const driver = Object.assign(new FakeDriver(), { answersHello: false });
      const at = await openWorld({}, new PlayedEras(), driver);
      at.ask(7, 'initialize', hello());
      end(at);
      expect(at.runtime.timers).toBe(0);
      expect(at.eras.finds).toBe(0);
    }
  });
});

describe('listening', () => {
  const listens = (at: ModernWorld): Wire[] => sent(at, 'subscriptions/listen');
  const agree = (at: ModernWorld): void =>
    at.raw.notifies('notifications/subscriptions/acknowledged', {
      _meta: { [META_KEYS.subscription]: listens(at).at(-1)?.id },
    });

  async function listening(): Promise<ModernWorld> {
    const at = await greeted();
    at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return at;
  }

  test("[BRKS-ENDS-OURS] can be ended by the server, whose answer to it is then nobody's", async () => {
    const at = await listening();
    agree(at);
    const [first] = listens(at);
    at.raw.notifies('notifications/cancelled', { requestId: first?.id });
    at.raw.answers(first?.id, {});
    expect(at.notes).toEqual(['unknown_answer']);
    at.runtime.advance(500);
    expect(listens(at)).toHaveLength(2);
  });

  test('[BRKS-QUIET-AFTER] is not told what it was unsubscribed from', async () => {
    const at = await listening();
    agree(at);
    for (const uri of ['a:1', 'a:2']) {
      at.ask(3, 'resources/subscribe', { uri });
      agree(at);
    }
    const id = listens(at).at(-1)?.id;
    const update = (uri: string): void =>
      at.raw.notifies('notifications/resources/updated', { uri, _meta: { [META_KEYS.subscription]: id } });
    at.ask(4, 'resources/unsubscribe', { uri: 'a:1' });
    update('a:1');
    update('a:2');
    expect(at.heard.told.map(({ params }) => params?.['uri'])).toEqual(['a:2']);
  });

  test('[BRKS-QUIET-AFTER] is told again what it subscribed to anew, before the server heard of either', async () => {
    const at = await listening();
    agree(at);
    at.ask(3, 'resources/subscribe', { uri: 'a:1' });
    agree(at);
    at.ask(4, 'resources/unsubscribe', { uri: 'a:1' });
    at.ask(5, 'resources/subscribe', { uri: 'a:1' });
    agree(at);
    await turns();
    expect(listens(at).at(-1)?.params).toMatchObject({ notifications: { resourceSubscriptions: ['a:1'] } });
    agree(at);
    await turns();
    expect(at.heard.answer(5)?.result).toEqual({});
  });

  test('[BRKS-NO-AGREEMENT] is given up where the server does not agree, and tried again', async () => {
    const at = await listening();
    agree(at);
    at.ask(3, 'resources/subscribe', { uri: 'a:b' });
    at.runtime.advance(29_999);
    expect(listens(at)).toHaveLength(2);
    at.runtime.advance(1);
    await turns();
    expect(at.heard.answer(3)?.error?.code).toBe(-32602);
    expect(sent(at, 'notifications/cancelled')).toMatchObject([
      { params: { requestId: listens(at)[1]?.id } },
    ]);
    at.runtime.advance(500);
    // What came of it is for the subscription that is in force: for no more than that.
    expect(listens(at)).toHaveLength(3);
    expect(listens(at)[2]?.params).toMatchObject({ notifications: { toolsListChanged: true } });
    expect(listens(at)[2]?.params?.['notifications']).not.toHaveProperty('resourceSubscriptions');
    agree(at);
    await at.link.close();
    expect(at.runtime.timers).toBe(0);
  });

  test('[BRKS-NO-AGREEMENT] that never comes costs a request a minute at most', async () => {
    const at = await listening();
    at.runtime.advance(3_600_000);
    expect(listens(at).length).toBeGreaterThan(30);
    expect(listens(at).length).toBeLessThan(60);
    at.raw.end();
    expect(at.runtime.timers).toBe(0);
  });

  test('[BRKS-REFUSED-LATER] what was agreed to once is asked for again after a refusal', async () => {
    const at = await listening();
    agree(at);
    at.raw.answers(listens(at)[0]?.id, {});
    at.runtime.advance(500);
    at.raw.says({ jsonrpc: '2.0', id: listens(at)[1]?.id ?? null, error: { code: -32603, message: 'busy' } });
    at.runtime.advance(1_000);
    expect(listens(at)).toHaveLength(3);
    agree(at);
    await turns();
    expect(at.heard.told.map(({ method }) => method)).toContain('notifications/tools/list_changed');
  });
});
