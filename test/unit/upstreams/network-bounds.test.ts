/** What keeps a server over HTTP, and what is sent to it, in bounds. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webServer } from '../../support/web-server.ts';
import { sse } from '../../../src/upstreams/sse.ts';
import { bytes, call, context, realRuntime, Recorder, stillRuntime, until } from './harness.ts';
import {
  ask,
  driverFor,
  eventOf,
  HELLO,
  json,
  linked,
  played,
  ready,
  result,
  stream,
  well,
} from './network-harness.ts';

const MEGABYTE = 1024 * 1024;

describe('a large answer', () => {
  it.each(['body', 'event'])('[NETWORK-LONG] is passed on in pieces as it came: %s', async (how) => {
    const text = 'x'.repeat(MEGABYTE);
    const server = await played(({ message }, response) => {
      if (message.method !== 'big') return false;
      const answer = result(message.id, { content: [{ type: 'text', text }] });
      if (how === 'body') json(response, answer);
      else stream(response).end(eventOf(answer));
      return true;
    }, well());
    const at = await ready(server.url);
    expect((await ask(at, 2, 'big')).result).toEqual({ content: [{ type: 'text', text }] });
    const { message } = at.recorder.said.at(-1) ?? {};
    expect(message?.gap?.pieces.length).toBeGreaterThan(3);
    expect(message?.bytes.length).toBeLessThan(200_000);
  });
});

describe('a link that is paused', () => {
  it.each(['streamable', 'sse'])(
    '[NETWORK-FLOW] holds the server up, and loses nothing: %s',
    async (kind) => {
      const chunk = eventOf({ jsonrpc: '2.0', method: 'notifications/a', params: { a: 'x'.repeat(60_000) } });
      const open: ServerResponse[] = [];
      const server = await played(({ method, message }, response) => {
        if (method === 'GET' && kind === 'sse') {
          open.push(stream(response));
          response.write('event: endpoint\ndata: /m\n\n');
          return true;
        }
        if (message.method !== 'flood') return false;
        if (kind === 'sse') response.writeHead(202).end();
        else open.push(stream(response));
        return true;
      }, well());
      const at = kind === 'sse' ? await linked(server.url, { make: sse }) : await ready(server.url);
      at.link.send(call(2, 'flood'), 2);
      await until('it flows', () => open.length > 0);
      const [body] = open as [ServerResponse];
      at.link.pause();
      let isFull = false;
      for (let i = 0; i < 400 && !isFull; i++) {
        body.write(chunk);
        await new Promise((next) => setImmediate(next));
        isFull = body.writableLength > 4 * MEGABYTE;
      }
      expect(isFull).toBe(true);
      const before = at.recorder.said.length;
      expect(before).toBeLessThan(20);
      body.write(eventOf(result(2, 'done')));
      at.link.resume();
      expect((await at.recorder.answer(2)).result).toBe('done');
      expect(at.recorder.said.length - before).toBeGreaterThan(20);
      expect(at.recorder.failures).toEqual([]);
    },
  );
});

describe('connections to a server', () => {
  it('[NETWORK-CONNECTIONS] are bounded; what waits is, too, and told with the cap', async () => {
    const held: ServerResponse[] = [];
    const server = await played(({ message }, response) => {
      if (message.method !== 'hold') return false;
      held.push(response);
      return true;
    }, well());
    const at = await ready(server.url, { maxConnections: 2 });
    await ask(at, 50);
    for (let id = 2; id < 24; id++) at.link.send(call(id, 'hold'), id);
    // Two in flight, sixteen that wait, and four too many.
    await until('some failed', () => at.recorder.failures.length === 4);
    await until('two are held', () => held.length === 2);
    for (const { fault, isUnsent } of at.recorder.failures) {
      expect(isUnsent).toBe(true);
      expect(fault).toMatchObject({ code: 'too-many-connections', retryAfterMs: 1_000 });
      expect(fault.message).toContain('2 requests');
      expect(fault.message).toContain('maxConnections');
    }
    // What may be an answer that the held ones wait for goes out all the same.
    at.link.send(bytes({ jsonrpc: '2.0', id: 'q', result: {} }));
    await server.until(({ message }) => message.id === 'q');
    expect(held).toHaveLength(2);
    // One that waits may be called off.
    at.link.abandon?.(19);
    for (let id = 2; id < 19; id++) {
      await until(`${id} is held`, () => held.length > 0);
      json(held.shift() as ServerResponse, result(id, 'held'));
      await at.recorder.answer(id);
    }
    expect(server.got.some(({ message }) => message.id === 19)).toBe(false);
  });

  it('[NETWORK-CONNECTIONS] that stay are refused before the last is taken', async () => {
    const server = await played(
      (_got, response) => void stream(response).write('event: endpoint\ndata: /m\n\n'),
    );
    const { driver } = driverFor(server.url, { make: sse, maxConnections: 4 });
    for (let n = 0; n < 3; n++) await driver.open(new Recorder(), context());
    await expect(driver.open(new Recorder(), context())).rejects.toMatchObject({
      fault: { code: 'too-many-connections' },
    });
    expect(driver.health()).toMatchObject({ state: 'up', links: 3 });
  });

  it('[NETWORK-CONNECT] that are not made in time are given up', async () => {
    const silent = createServer(() => {});
    onTestFinished(() => void silent.close());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const at = await linked(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`, {
      connectMs: 100,
    });
    at.link.send(HELLO, 1);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures[0]).toMatchObject({
      number: 1,
      isUnsent: true,
      fault: { code: 'unreachable' },
    });
    expect(at.recorder.failures[0]?.fault.message).toContain('did not answer in time');
  });

  it('[NETWORK-SILENT] that stay silent for too long are given up', async () => {
    const server = await played(({ message }) => message.method === 'hang', well());
    const at = await ready(server.url, { silenceMs: 100 });
    at.link.send(call(2, 'hang'), 2);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([{ number: 2, isUnsent: false, fault: { code: 'silent' } }]);
  });

  it('[NETWORK-QUEUED] count what the server has not taken yet', async () => {
    const held: ServerResponse[] = [];
    const server = await played(({ message }, response) => {
      if (message.method === 'hold') held.push(response);
      return message.method === 'hold';
    }, well());
    const at = await ready(server.url);
    await ask(at, 2);
    expect(at.link.queued).toBe(0);
    const large = call(3, 'hold', { a: 'x'.repeat(1_000) });
    at.link.send(large, 3);
    expect(at.link.queued).toBe(large.length);
    await until('it is held', () => held.length > 0);
    json(held[0] as ServerResponse, result(3));
    await at.recorder.answer(3);
    expect(at.link.queued).toBe(0);
  });
});

describe('a server that is away', () => {
  it('[NETWORK-BREAKER] is not tried for a while; what is in flight counts as one failure', async () => {
    const server = await played(well());
    await server.close();
    const clock = stillRuntime();
    const { driver } = driverFor(server.url, { runtime: { ...clock, after: realRuntime().after } });
    const tryIt = async (): Promise<Recorder> => {
      const recorder = new Recorder();
      const link = await driver.open(recorder, context());
      for (let id = 1; id < 20; id++) link.send(call(id, 'initialize'), id);
      await until('it failed', () => recorder.failures.length > 0 || recorder.faults.length > 0);
      await link.close();
      return recorder;
    };
    await tryIt();
    expect(driver.health().state).toBe('failed');
    await tryIt();
    expect(driver.health()).toMatchObject({ state: 'backoff' });
    expect(driver.health().reason).toContain('ECONNREFUSED');
    const refused = driver.open(new Recorder(), context('another'));
    await expect(refused).rejects.toMatchObject({ fault: { code: 'backoff', isRecoverable: true } });
    for (let n = 0; n < 10; n++) {
      clock.shift(5_001);
      await tryIt();
    }
    const error = await driver
      .open(new Recorder(), context())
      .catch(({ fault }) => fault as { retryAfterMs: number });
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(5_000);
  });

  it('[NETWORK-BREAKER] is tried again when the time is over, and well when it answers', async () => {
    const first = await played(well());
    await first.close();
    const clock = stillRuntime();
    const { driver } = driverFor(first.url, { runtime: { ...clock, after: realRuntime().after } });
    for (let n = 0; n < 2; n++) {
      const recorder = new Recorder();
      (await driver.open(recorder, context())).send(HELLO, 1);
      await until('it failed', () => recorder.failures.length > 0);
    }
    clock.shift(5_001);
    await webServer((request, response) => {
      request.resume();
      json(response, result(1, { protocolVersion: '2025-06-18' }));
    }, first.port);
    const recorder = new Recorder();
    (await driver.open(recorder, context())).send(HELLO, 1);
    await recorder.answer(1);
    expect(driver.health().state).toBe('up');
  });

  it('[NETWORK-BREAKER] that refuses the credentials of one makes no other wait', async () => {
    const server = await played((got, response) => {
      if (got.headers['x-user'] === 'good') return false;
      response.writeHead(401).end();
      return true;
    }, well());
    const { driver } = driverFor(server.url);
    const open = async (principal: string, user: string): Promise<Recorder> => {
      const recorder = new Recorder();
      const link = await driver.open(recorder, { ...context(principal), forwarded: { 'x-user': user } });
      link.send(HELLO, 1);
      await until('it is over', () => recorder.failures.length + recorder.said.length > 0);
      return recorder;
    };
    await open('bad', 'wrong');
    expect((await open('bad', 'wrong')).failures).toMatchObject([{ fault: { code: 'unauthorized' } }]);
    await expect(open('bad', 'wrong')).rejects.toMatchObject({ fault: { code: 'backoff' } });
    expect((await open('other', 'good')).said).toHaveLength(1);
    expect(driver.health().state).toBe('up');
  });
});

describe('the headers of a link', () => {
  it('[NETWORK-FORWARDED] are those of the entry and of its caller, and of no other', async () => {
    const server = await played(well());
    const { driver } = driverFor(`${server.url.replace('//', '//ann:pw@')}/mcp`, {
      headers: { 'x-entry': 'e' },
    });
    const forwarded = { 'x-tenant': 'a', 'x-entry': 'caller', host: 'evil', 'cdn-loop': 'sluice-first' };
    for (const [n, extra] of [{ forwarded }, {}].entries()) {
      const recorder = new Recorder();
      const link = await driver.open(recorder, { ...context(), ...extra });
      link.send(HELLO, 1);
      await recorder.answer(1);
      const { headers } = server.got[n] ?? {};
      expect(headers).toMatchObject({
        authorization: `Basic ${btoa('ann:pw')}`,
        host: new URL(server.url).host,
        'x-entry': 'e',
        'cdn-loop': n === 0 ? 'sluice-first, sluice-test-loop' : 'sluice-test-loop',
      });
      expect(headers?.['x-tenant']).toBe(n === 0 ? 'a' : undefined);
      expect(headers?.['user-agent']).toMatch(/^sluice\//);
    }
  });
});
