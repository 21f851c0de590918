/** Modern servers that do what no server may, behind a link that makes them look legacy. */
import { describe, expect, test } from 'vitest';
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

describe('a discovery', () => {
  test('[BRKS-DISCOVERED] that lies is told without what clients would refuse', async () => {
    const info = { name: 7, version: null, title: 'x' };
    const capabilities = { tools: 7, prompts: null, resources: [], logging: {}, completions: 'x' };
    const cases: [object, object, object][] = [
      [{ capabilities: 7, serverInfo: 7 }, {}, { name: 'srv', version: '' }],
      [{ capabilities, serverInfo: info }, { logging: {} }, { name: 'srv', version: '', title: 'x' }],
      [{ capabilities: [{}], instructions: 7, _meta: null }, {}, { name: 'srv', version: '' }],
    ];
    for (const [said, capabilities, serverInfo] of cases) {
      const at = await greeted({}, hello(), { supportedVersions: ['2026-07-28', 7, null], ...said });
      expect(at.heard.answer(100)?.result).toEqual({
        protocolVersion: '2025-11-25',
        capabilities,
        serverInfo,
      });
      at.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      expect(sent(at, 'subscriptions/listen')).toEqual([]);
    }
  });
});

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

  test('[BRKS-LIST-SILENT] that came is not waited for any more', async () => {
    const at = await greeted({ kind: 'http' });
    at.ask(3, 'tools/call', { name: 't' });
    expect(at.runtime.timers).toBe(1);
    at.raw.answers(sent(at, 'tools/list')[0]?.id, { tools: [] });
    expect(at.runtime.timers).toBe(0);
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
      expect(eras.forgets).toBeGreaterThan(0);
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

  test('[BRKS-MUTE] is left alone where it ended before that was found out', async () => {
    const driver = Object.assign(new FakeDriver(), { answersHello: false });
    const eras = new PlayedEras();
    let tell: (isModern: boolean) => void = () => undefined;
    eras.find = () => new Promise((resolve) => (tell = resolve));
    const at = await openWorld({}, eras, driver);
    at.ask(7, 'initialize', hello());
    at.runtime.advance(5_000);
    at.raw.end({ code: 'closed', message: 'm' });
    tell(true);
    await turns();
    expect(driver.opens).toBe(1);
    expect(at.heard.ends).toHaveLength(1);
  });

  test('[BRKS-MUTE] and then refuses is greeted in modern words once', async () => {
    const driver = Object.assign(new FakeDriver(), { answersHello: false });
    const eras = new PlayedEras();
    const tells: ((isModern: boolean) => void)[] = [];
    eras.find = () => new Promise((resolve) => tells.push(resolve));
    const at = await openWorld({}, eras, driver);
    at.ask(7, 'initialize', hello());
    at.runtime.advance(5_000);
    at.raw.says({ jsonrpc: '2.0', id: 7, error: UNKNOWN });
    await turns();
    for (const tell of tells) tell(true);
    await turns();
    expect(tells).toHaveLength(2);
    expect(driver.opens).toBe(2);
  });

  test('[BRKS-REFUSES-ALL] and of which it is known that it is legacy is doubted, not forgotten, for a refusal', async () => {
    const eras = Object.assign(new PlayedEras(), { known: false, modern: false });
    const at = await openWorld({}, eras, Object.assign(new FakeDriver(), { answersHello: false }));
    at.ask(7, 'initialize', hello());
    at.raw.says({ jsonrpc: '2.0', id: 7, error: UNKNOWN });
    await turns();
    expect([eras.doubts, eras.forgets]).toEqual([1, 0]);
    expect(at.heard.answer(7)?.error).toEqual(UNKNOWN);
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
