import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SendFacts } from '../../../src/engine/ports-era.ts';
import { META_KEYS, MODERN_VERSION } from '../../../src/protocol/era.ts';
import { bytes, call, until, type Wire } from './harness.ts';
import {
  eventOf,
  json,
  type Linked,
  linked,
  type LinkSetup,
  played,
  result,
  stream,
} from './network-harness.ts';

const META = {
  [META_KEYS.version]: MODERN_VERSION,
  [META_KEYS.info]: { name: 'c', version: '1' },
  [META_KEYS.capabilities]: {},
};

function modern(url: string, setup: LinkSetup = {}): Promise<Linked> {
  return linked(url, { ...setup, context: { era: 'modern', ...setup.context } });
}

function send(at: Linked, id: number, method: string, params: object = {}, about?: Partial<SendFacts>): void {
  at.link.send(call(id, method, { ...params, _meta: META }), id, { method, target: undefined, ...about });
}

function asked(at: Linked, id: number, method: string, params?: object, target?: string): Promise<Wire> {
  send(at, id, method, params, { target });
  return at.recorder.answer(id);
}

const TOOL = { target: 'slow' };

describe('a modern link over HTTP', () => {
  it('[FARERA-POST] sends each message as one POST that says all about itself', async () => {
    const server = await played(({ message }, response) =>
      json(response, result(message.id, { resultType: 'complete' })),
    );
    const at = await modern(`${server.url}/mcp`, {
      headers: { authorization: 'Bearer key' },
      context: { forwarded: { 'mcp-name': 'forged', 'x-team': 'a' } },
    });
    expect((await asked(at, 1, 'tools/call', { name: 'add' }, 'add')).result).toEqual({
      resultType: 'complete',
    });
    await asked(at, 2, 'resources/read', { uri: 'file:///ä b' }, 'file:///ä b');
    await asked(at, 3, 'prompts/get', { name: ' padded' }, ' padded');
    await asked(at, 4, 'tools/call', { name: '=?base64?eA==?=' }, '=?base64?eA==?=');
    await asked(at, 5, 'tools/list', {}, 'no');
    const [add, read, padded, sentinel, list] = server.got;
    expect(add?.method).toBe('POST');
    expect(add?.body).toBe(new TextDecoder().decode(call(1, 'tools/call', { name: 'add', _meta: META })));
    expect(add?.headers).toMatchObject({
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: 'Bearer key',
      'x-team': 'a',
      'cdn-loop': 'sluice-test-loop',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'add',
    });
    expect(add?.headers).not.toHaveProperty('mcp-session-id');
    expect(add?.headers).not.toHaveProperty('last-event-id');
    expect(read?.headers['mcp-name']).toBe(`=?base64?${Buffer.from('file:///ä b').toString('base64')}?=`);
    expect(padded?.headers['mcp-name']).toBe(`=?base64?${Buffer.from(' padded').toString('base64')}?=`);
    expect(sentinel?.headers['mcp-name']).toBe(
      `=?base64?${Buffer.from('=?base64?eA==?=').toString('base64')}?=`,
    );
    expect(list?.headers).toMatchObject({ 'mcp-method': 'tools/list' });
    expect(list?.headers).not.toHaveProperty('mcp-name');
    expect(at.driver.health()).toEqual({ state: 'up', links: 1, restarts: 0 });
    await at.link.close();
    // Neither a stream of its own nor a farewell.
    expect(server.got.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'POST', 'POST']);
    expect(at.recorder.faults).toMatchObject([{ code: 'closed' }]);
  });

  it('[FARERA-TASK] names the task a request is about', async () => {
    const server = await played(({ message }, response) => json(response, result(message.id)));
    const at = await modern(server.url);
    for (const [index, method] of ['tasks/get', 'tasks/update', 'tasks/cancel'].entries())
      await asked(at, index + 1, method, { taskId: `t/${index}`, name: 'other' }, 'other');
    await asked(at, 9, 'tasks/get', { taskId: 5 });
    const named = server.got.map(({ headers }) => [headers['mcp-method'], headers['mcp-name']]);
    expect(named).toEqual([
      ['tasks/get', 't/0'],
      ['tasks/update', 't/1'],
      ['tasks/cancel', 't/2'],
      ['tasks/get', undefined],
    ]);
  });

  it('[FARERA-PARAMS] passes on the headers of arguments, and nothing that is no such header', async () => {
    const server = await played(({ message }, response) => json(response, result(message.id)));
    const at = await modern(server.url);
    const paramHeaders = {
      'mcp-param-region': '=?base64?w6Q=?=',
      'mcp-param-bad': 'a\r\nx: y',
      'mcp-param-\u0000': 'x',
      authorization: 'forged',
    };
    send(at, 1, 'tools/call', { name: 'a' }, { target: 'a', paramHeaders });
    await at.recorder.answer(1);
    expect(server.got[0]?.headers).toMatchObject({ 'mcp-param-region': '=?base64?w6Q=?=' });
    expect(server.got[0]?.headers).not.toHaveProperty('mcp-param-bad');
    expect(server.got[0]?.headers).not.toHaveProperty('authorization');
    expect(at.driver.health()).toMatchObject({ state: 'up' });
  });

  it('[BRKS-TRIAL] counts no failure for what was called off or not understood, and one for what failed', async () => {
    const server = await played(({ message }, response) => {
      if (message.method === 'odd') response.writeHead(404).end();
      else if (message.method === 'bad') response.writeHead(500).end();
    });
    const at = await modern(`${server.url}/mcp`);
    send(at, 1, 'silent');
    await server.until(({ message }) => message.id === 1);
    at.link.abandon?.(1);
    send(at, 2, 'odd');
    await until('it is refused', () => at.recorder.failures.length === 1);
    await at.link.close();
    expect(at.driver.health()).toMatchObject({ state: 'idle' });
    const next = await modern(`${server.url}/mcp`);
    send(next, 1, 'silent');
    await server.until(({ message }) => message.id === 1);
    next.link.abandon?.(1);
    send(next, 2, 'bad');
    await until('it fails', () => next.recorder.failures.length === 1);
    await next.link.close();
    expect(next.driver.health()).toMatchObject({ state: 'failed' });
  });

  it('[FARERA-STREAM] tells what comes before the answer as part of the request', async () => {
    const server = await played(({ message }, response) => {
      const note = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 1 } };
      stream(response).write(`: hi\n\n${eventOf(note, 'e1')}`);
      response.end(eventOf(result(message.id, { ok: true }), 'e2'));
    });
    const at = await modern(server.url);
    expect((await asked(at, 7, 'tools/call', {}, 'slow')).result).toEqual({ ok: true });
    expect(at.recorder.said.map(({ related }) => related)).toEqual([7, 7]);
    expect(server.got).toHaveLength(1);
  });

  it.each([
    [400, -32020, { id: 1 }],
    [400, -32021, { id: null }],
    [400, -32022, {}],
    [404, -32601, { id: 1 }],
    [500, -32603, { id: 1 }],
  ])('[FARERA-ERROR] gives the error that comes with %i (%i) to the caller', async (status, code, id) => {
    const error = { code, message: 'no', data: { supported: ['2025-11-25'] } };
    const server = await played((_got, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', ...id, error }));
    });
    const at = await modern(server.url);
    expect((await asked(at, 1, 'tools/list')).error).toEqual(error);
    expect(at.recorder.failures).toEqual([]);
    expect(at.driver.health()).toMatchObject({ state: 'up' });
  });

  it.each([
    [401, 'unauthorized', undefined],
    [403, 'unauthorized', undefined],
    [400, 'http-status', true],
    [404, 'wrong-address', true],
    [405, 'wrong-address', true],
    [429, 'busy', undefined],
    [500, 'http-status', undefined],
    [503, 'busy', undefined],
  ])('[FARERA-REFUSED] tells of a bare %i as %s, and the link goes on', async (status, code, isRefusal) => {
    let isWell = false;
    const server = await played(({ message }, response) => {
      if (isWell) return json(response, result(message.id));
      response.writeHead(status).end('no');
    });
    const at = await modern(server.url, { backoff: { firstMs: 1, maxMs: 1 } });
    send(at, 1, 'tools/list');
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([{ number: 1, isUnsent: false, fault: { code } }]);
    expect(at.recorder.failures[0]?.fault.isRefusal || undefined).toBe(isRefusal);
    isWell = true;
    for (let id = 2; at.recorder.said.length === 0; id++) {
      const failures = at.recorder.failures.length;
      send(at, id, 'tools/list');
      await until('it is over', () => at.recorder.failures.length > failures || at.recorder.said.length > 0);
    }
  });

  it('[FARERA-CANCEL] cuts the connection of a request that is called off, and posts nothing', async () => {
    let cut = 0;
    const server = await played(({ message, request }, response) => {
      if (message.id !== 1) return json(response, result(message.id));
      request.socket.once('close', () => cut++);
      stream(response).write(': open\n\n');
    });
    const at = await modern(server.url);
    send(at, 1, 'tools/call', {}, TOOL);
    await server.until(({ message }) => message.id === 1);
    at.link.send(bytes({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }));
    at.link.abandon?.(1);
    await until('the server saw it', () => cut === 1);
    // Others are posted; answers to questions that nobody may ask are not.
    at.link.send(bytes({ jsonrpc: '2.0', method: 'notifications/x' }));
    at.link.send(bytes({ jsonrpc: '2.0', id: 'q', result: {} }));
    await asked(at, 2, 'tools/list');
    expect(server.got.map(({ headers }) => headers['mcp-method']).sort()).toEqual([
      'notifications/x',
      'tools/call',
      'tools/list',
    ]);
    expect(at.recorder.failures).toEqual([]);
    expect(at.link.queued).toBe(0);
  });

  it('[FARERA-CUT] fails a request whose stream is cut, and asks for nothing again', async () => {
    const server = await played((_got, response) => {
      stream(response).write('id: e1\nretry: 1\ndata: \n\n');
      setTimeout(() => response.destroy(), 5);
    });
    const at = await modern(server.url);
    send(at, 1, 'tools/call', {}, TOOL);
    await until('it failed', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([
      { number: 1, isUnsent: false, fault: { code: 'cut', isRecoverable: true } },
    ]);
    await at.link.close();
    expect(server.got).toHaveLength(1);
  });

  it('[FARERA-LISTEN] leaves silent what listens, and keeps the last places for calls', async () => {
    const server = await played(({ message }, response) => {
      if (message.method === 'subscriptions/listen') stream(response).write(': open\n\n');
      else if (message.method === 'tools/call') stream(response);
      else json(response, result(message.id));
    });
    const at = await modern(server.url, { silenceMs: 50, maxConnections: 4 });
    for (const id of [1, 2, 3, 4]) send(at, id, 'subscriptions/listen');
    await until('one is refused', () => at.recorder.failures.length > 0);
    expect(at.recorder.failures).toMatchObject([
      { number: 4, isUnsent: true, fault: { code: 'too-many-connections' } },
    ]);
    // A call that is as silent is given up, and they are not.
    send(at, 5, 'tools/call', {}, TOOL);
    await until('the call is given up', () => at.recorder.failures.length > 1);
    expect(at.recorder.failures[1]).toMatchObject({ number: 5, fault: { code: 'silent' } });
    await asked(at, 6, 'tools/list');
    expect(at.recorder.failures).toHaveLength(2);
  });

  it.each(['before', 'after'])('[FARERA-PAUSE] holds up a server, paused %s it asks', async (when) => {
    const chunk = eventOf({ jsonrpc: '2.0', method: 'n', params: { large: 'x'.repeat(100_000) } });
    const open: ServerResponse[] = [];
    const server = await played((_got, response) => void open.push(stream(response)));
    const at = await modern(server.url);
    if (when === 'before') at.link.pause();
    send(at, 1, 'tools/call', {}, TOOL);
    await until('it is asked', () => open.length > 0);
    if (when === 'after') at.link.pause();
    const [body] = open as [ServerResponse];
    let written = 0;
    for (; written < 400 && body.writableLength < 4_000_000; written++) {
      body.write(chunk);
      await new Promise((next) => setImmediate(next));
    }
    expect(body.writableLength).toBeGreaterThan(4_000_000);
    expect(at.recorder.said.length).toBeLessThan(20);
    at.link.resume();
    body.end(eventOf(result(1)));
    await at.recorder.answer(1);
    expect(at.recorder.said).toHaveLength(written + 1);
  });
});
