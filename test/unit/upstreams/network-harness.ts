/** What the tests of drivers over HTTP share: a played server that answers as it is told, and an open link. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { LinkContext, UpstreamDriver, UpstreamLink } from '../../../src/engine/ports.ts';
import type { NetworkOptions, NetworkPlatform } from '../../../src/upstreams/network-options.ts';
import { streamable } from '../../../src/upstreams/streamable.ts';
import { undiciCaller } from '../../../src/upstreams/undici-caller.ts';
import { bodyOf, webServer, type WebServer } from '../../support/web-server.ts';
import { bytes, call, context, Notes, realRuntime, Recorder, type Wire } from './harness.ts';

/** A request as a played server got it. */
export interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly message: Wire;
  readonly request: IncomingMessage;
}

/** How a played server answers; true when it did, else the next one may. */
export type Answer = (got: Got, response: ServerResponse) => boolean | void | Promise<boolean | void>;

export interface Played extends WebServer {
  readonly got: readonly Got[];
  /** Asked before those that were there before. */
  on(answer: Answer): void;
  /** Waits for a request that fits. */
  until(fits: (got: Got) => boolean): Promise<Got>;
}

/** A server that does nothing but what it is told. */
export async function played(...answers: Answer[]): Promise<Played> {
  const got: Got[] = [];
  let changed: (() => void)[] = [];
  const server = await webServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => '');
    const { method = '', url = '', headers } = request;
    const message = (body === '' ? {} : JSON.parse(body)) as Wire;
    const one: Got = { method, url, headers, body, message, request };
    got.push(one);
    for (const tell of changed.splice(0)) tell();
    for (const answer of answers) if ((await answer(one, response)) !== false) return;
    response.writeHead(500).end();
  });
  const until = async (fits: (got: Got) => boolean): Promise<Got> => {
    for (;;) {
      const found = got.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => changed.push(resolve));
    }
  };
  return Object.assign(server, { got, on: (answer: Answer) => void answers.unshift(answer), until });
}

export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  const type = { 'content-type': 'application/json' };
  response.writeHead(200, { ...type, ...headers }).end(JSON.stringify(value));
}

export function stream(response: ServerResponse, headers: Record<string, string> = {}): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  return response;
}

export function result(id: number | string | undefined, value: unknown = {}): unknown {
  return { jsonrpc: '2.0', id, result: value };
}

export function eventOf(value: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(value)}\n\n`;
}

/** Answers as a server does that is well: a session, 202, no standing stream, echoes. */
export function well(session = 's1', version = '2025-06-18'): Answer {
  return ({ method, message }, response) => {
    if (method === 'GET') return void response.writeHead(405).end();
    if (method === 'DELETE') return void response.writeHead(200).end();
    if (message.method === 'initialize') {
      const hello = { protocolVersion: version, capabilities: {}, serverInfo: { name: 'p', version: '1' } };
      return json(
        response,
        result(message.id, hello),
        session === undefined ? {} : { 'mcp-session-id': session },
      );
    }
    if (message.id === undefined || message.method === undefined) return void response.writeHead(202).end();
    json(response, result(message.id, { echo: message.params }));
  };
}

export interface Linked {
  readonly driver: UpstreamDriver;
  readonly link: UpstreamLink;
  readonly recorder: Recorder;
  readonly notes: Notes;
}

type Make = (options: NetworkOptions, platform: NetworkPlatform) => UpstreamDriver;

export interface LinkSetup extends Partial<Omit<NetworkOptions, 'url'>> {
  readonly context?: Partial<LinkContext>;
  readonly platform?: Partial<NetworkPlatform>;
  readonly make?: Make;
}

export const PLATFORM: NetworkPlatform = { openCaller: undiciCaller, loopId: 'test-loop' };

export function driverFor(url: string, setup: LinkSetup = {}): { driver: UpstreamDriver; notes: Notes } {
  const notes = new Notes();
  const { context: _context, platform, make = streamable, ...options } = setup;
  const driver = make(
    { name: 'far', url, runtime: realRuntime(), observer: notes, ...options },
    { ...PLATFORM, ...platform },
  );
  onTestFinished(() => driver.close());
  return { driver, notes };
}

/** An open link; nothing was said on it. */
export async function linked(url: string, setup: LinkSetup = {}): Promise<Linked> {
  const { driver, notes } = driverFor(url, setup);
  const recorder = new Recorder();
  const link = await driver.open(recorder, { ...context(), ...setup.context });
  return { driver, link, recorder, notes };
}

export const HELLO = call(1, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'c', version: '1' },
});
export const INITIALIZED = bytes({ jsonrpc: '2.0', method: 'notifications/initialized' });

/** The same with the handshake done: the next number is 2. */
export async function ready(url: string, setup: LinkSetup = {}): Promise<Linked> {
  const at = await linked(url, setup);
  at.link.send(HELLO, 1);
  await at.recorder.answer(1);
  at.link.send(INITIALIZED);
  return at;
}

/** Sends a request and gives its answer. */
export async function ask(
  at: Linked,
  id: number,
  method = 'tools/call',
  params: unknown = {},
): Promise<Wire> {
  at.link.send(call(id, method, params), id);
  return at.recorder.answer(id);
}
