/** The callers: each does the same over its own HTTP. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sse, streamable } from '../../../src/index.ts';
import type {
  HttpCaller,
  HttpFailure,
  HttpHeaders,
  HttpListener,
  HttpRequest,
  OpenCaller,
} from '../../../src/upstreams/network-caller.ts';
import { fetchCaller } from '../../../src/upstreams/network-fetch.ts';
import { undiciCaller } from '../../../src/upstreams/undici-caller.ts';
import { bodyOf, webServer, type WebServer } from '../../support/web-server.ts';
import { context, hastyRuntime, realRuntime, Recorder, until } from './harness.ts';
import { HELLO, json, played, result, stream, well } from './network-harness.ts';

class Ear implements HttpListener {
  status = 0;
  headers: HttpHeaders = {};
  chunks: Uint8Array[] = [];
  isEnded = false;
  failure: HttpFailure | undefined;
  calls = 0;
  head(status: number, headers: HttpHeaders): void {
    this.calls++;
    this.status = status;
    this.headers = headers;
  }
  data(chunk: Uint8Array): void {
    this.calls++;
    this.chunks.push(chunk);
  }
  end(): void {
    this.calls++;
    this.isEnded = true;
  }
  failed(failure: HttpFailure): void {
    this.calls++;
    this.failure = failure;
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
  get size(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }
}

const CALLERS: [string, OpenCaller][] = [
  ['undici', undiciCaller],
  ['fetch', fetchCaller],
];

function get(target = '/', more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'GET',
    target,
    headers: ['accept', 'text/event-stream', 'x-a', 'é'],
    silenceMs: 0,
    ...more,
  };
}

describe.each(CALLERS)('a caller on %s', (_name, open) => {
  function callerOf(server: WebServer, runtime = realRuntime()): HttpCaller {
    const caller = open({ origin: server.url, connectMs: 1_000, runtime });
    onTestFinished(() => caller.close());
    return caller;
  }

  it('[NETWORK-CALLER] sends what it is told and tells the answer', async () => {
    let got: { request: IncomingMessage; body: string } | undefined;
    const server = await webServer(async (request, response) => {
      got = { request, body: await bodyOf(request) };
      response.writeHead(201, { 'X-B': 'b' });
      response.write('one ');
      setTimeout(() => response.end('two'), 5);
    });
    const ear = new Ear();
    const body = Buffer.from('xxbodyxx').subarray(2, 6);
    callerOf(server).call(get('/a?b=%20c', { method: 'POST', body }), ear);
    expect(ear.calls).toBe(0);
    await until('it ended', () => ear.isEnded);
    expect([ear.status, ear.headers['x-b'], ear.text]).toEqual([201, 'b', 'one two']);
    expect(got?.body).toBe('body');
    expect(got?.request).toMatchObject({ method: 'POST', url: '/a?b=%20c' });
    expect(got?.request.headers).toMatchObject({ 'x-a': 'é', 'content-length': '4' });
  });

  it('[NETWORK-CALLER] follows no redirect', async () => {
    const server = await webServer((_request, response) => {
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const ear = new Ear();
    callerOf(server).call(get(), ear);
    await until('it ended', () => ear.isEnded);
    expect([ear.status, ear.headers['location']]).toEqual([307, '/elsewhere']);
  });

  it('[NETWORK-CALLER] says whether nothing was sent', async () => {
    const server = await webServer((request) => void request.socket.destroy());
    const caller = callerOf(server);
    const [cut, refused, malformed] = [new Ear(), new Ear(), new Ear()];
    caller.call(get(), cut);
    await until('it failed', () => cut.failure !== undefined);
    expect(cut.failure?.isUnsent).toBe(false);
    caller.call(get('/', { headers: ['bad name', 'x'] }), malformed);
    expect(malformed.calls).toBe(0);
    await until('it failed', () => malformed.failure !== undefined);
    await server.close();
    caller.call(get(), refused);
    expect(refused.calls).toBe(0);
    await until('it failed', () => refused.failure !== undefined);
    expect(refused.failure).toEqual({ code: 'ECONNREFUSED', isUnsent: true });
  });

  it('[NETWORK-CALLER] tells of a body that is cut', async () => {
    const server = await webServer((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
      setTimeout(() => response.destroy(), 5);
    });
    const ear = new Ear();
    callerOf(server).call(get(), ear);
    await until('it failed', () => ear.failure !== undefined);
    expect([ear.text, ear.isEnded, ear.failure?.isUnsent]).toEqual(['half', false, false]);
  });

  it('[NETWORK-CALLER] stops a body while it is paused', async () => {
    const all = 24 * 1024 * 1024;
    let open: ServerResponse | undefined;
    const server = await webServer((_request, response) => {
      open = response.writeHead(200);
      response.end(Buffer.alloc(all));
    });
    const ear = new Ear();
    const exchange = callerOf(server).call(get(), ear);
    exchange.pause();
    await until('it waits', () => open !== undefined && open.writableLength > 0);
    // As many turns as would bring it all, were it not paused.
    for (let turn = 0; turn < 1_000; turn++) await new Promise((next) => setImmediate(next));
    expect(ear.size).toBeLessThan(all / 2);
    exchange.resume();
    exchange.pause();
    exchange.resume();
    await until('it ended', () => ear.isEnded);
    expect(ear.size).toBe(all);
  });

  it('[NETWORK-CALLER] says nothing more once it is called off, wherever it stands', async () => {
    const open: ServerResponse[] = [];
    const server = await webServer((request, response) => {
      open.push(response);
      if (request.url === '/head') response.writeHead(200).write('x');
    });
    const caller = callerOf(server);
    const ears = [new Ear(), new Ear(), new Ear()] as const;
    const [early, waiting, reading] = ears.map((ear, at) => caller.call(get(at === 2 ? '/head' : '/'), ear));
    early?.cancel();
    await until('it reads', () => ears[2].size > 0);
    await until('it waits', () => open.length >= 2);
    const before = ears[2].calls;
    waiting?.cancel();
    reading?.cancel();
    reading?.cancel();
    await until('all are cut', () => open.every(({ destroyed }) => destroyed));
    expect(ears.map(({ calls }) => calls)).toEqual([0, 0, before]);
  });

  it('[NETWORK-CALLER] gives up what stays silent, before the head and after', async () => {
    const server = await webServer((request, response) => {
      if (request.url === '/head') response.writeHead(200).write('x');
    });
    const caller = callerOf(server, hastyRuntime(1));
    for (const target of ['/', '/head']) {
      const ear = new Ear();
      caller.call(get(target, { silenceMs: 100 }), ear);
      await until('it failed', () => ear.failure !== undefined);
      expect(ear.failure?.code).toMatch(/TIMEOUT/);
      expect(ear.failure?.isUnsent).toBe(false);
    }
  });

  it('[NETWORK-CALLER] ends everything when it is closed', async () => {
    const server = await webServer((_request, response) => void response.writeHead(200).write('x'));
    const caller = callerOf(server);
    const ear = new Ear();
    caller.call(get(), ear);
    await until('it reads', () => ear.size > 0);
    await caller.close();
    const closed = once(server.server, 'close');
    server.server.close();
    await closed;
    expect(ear.isEnded).toBe(false);
  });
});

describe('the drivers of the root entry', () => {
  it('[NETWORK-WEB] call servers by the fetch of the runtime', async () => {
    const server = await played(({ method }, response) => {
      if (method === 'GET') stream(response).write(': hello\n\n');
      return method === 'GET';
    }, well());
    const driver = streamable({ name: 'far', url: `${server.url}/mcp` });
    onTestFinished(() => driver.close());
    const recorder = new Recorder();
    const link = await driver.open(recorder, context());
    link.send(HELLO, 1);
    expect((await recorder.answer(1)).result).toMatchObject({ protocolVersion: '2025-06-18' });
    expect(server.got[0]?.headers['cdn-loop']).toMatch(/^sluice-/);
    await link.close();
    expect(server.got.at(-1)?.method).toBe('DELETE');
  });

  it('[NETWORK-WEB] read streams by the fetch of the runtime', async () => {
    let open: ServerResponse | undefined;
    const server = await played(({ method, message }, response) => {
      if (method === 'GET') {
        open = stream(response);
        open.write('event: endpoint\ndata: /m\n\n');
      } else json(response, result(message.id, 'here'));
    });
    const driver = sse({ name: 'far', url: server.url });
    onTestFinished(() => driver.close());
    const recorder = new Recorder();
    const link = await driver.open(recorder, context());
    link.send(HELLO, 1);
    expect((await recorder.answer(1)).result).toBe('here');
    open?.destroy();
    expect(await recorder.fault()).toMatchObject({ code: 'cut', isRecoverable: true });
  });

  it.each([
    [{}, 'needs the `name`'],
    [{ name: 'far' }, 'needs the `url` of the server "far"'],
    [{ name: 'far', url: 'http://x', headers: ['a'] }, 'must be an object'],
    [{ name: 'far', url: 'ftp://x' }, 'must begin with "http://" or "https://"'],
  ])('[NETWORK-ADDRESS] refuse options that do not fit: %j', (options, words) => {
    for (const make of [streamable, sse]) expect(() => make(options as never)).toThrow(words);
  });
});
