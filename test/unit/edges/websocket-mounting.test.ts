/** WebSockets where the gateway is mounted in somebody's app, beside its own routes. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createGateway, inprocess, type NodeGateway } from '../../../src/node.ts';
import { hello, request } from '../../support/raw-clients.ts';
import { send, within } from '../../support/raw.ts';
import { WsClient } from '../../support/ws-client.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function gatewayAt(basePath: string): NodeGateway {
  const handler = { 'tools/list': () => ({ tools: [] }) };
  const gateway = createGateway({ servers: { hello: inprocess({ name: 'hello', handler }) }, basePath });
  endings.push(() => gateway.close());
  return gateway;
}

async function listening(server: Server): Promise<Server> {
  if (!server.listening) await once(server, 'listening');
  return server;
}

const APPS: Readonly<Record<string, (gateway: NodeGateway) => Promise<Server>>> = {
  'node:http': (gateway) => listening(createServer(gateway.node).listen(0, '127.0.0.1')),
  express: (gateway) => {
    const app = express().use('/gw', gateway.node);
    return listening(app.listen(0, '127.0.0.1'));
  },
  fastify: async (gateway) => {
    const app = fastify();
    app.all('/gw/*', (incoming, reply) => {
      reply.hijack();
      incoming.raw.url = (incoming.raw.url ?? '').slice('/gw'.length);
      gateway.node(incoming.raw, reply.raw);
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    endings.push(() => app.close());
    return app.server;
  },
  hono: async (gateway) => {
    const app = new Hono();
    app.all('/gw/*', ({ req }) => gateway.fetch(req.raw));
    return listening(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
};

describe.each(Object.entries(APPS))('mounted in %s', (name, start) => {
  it('[WS-MOUNTED] handshakes that are handed over are served', async () => {
    const base = name === 'node:http' ? '' : '/gw';
    const gateway = gatewayAt(base);
    const server = await start(gateway);
    server.on('upgrade', gateway.upgrade);
    endings.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const client = await WsClient.open(`ws://127.0.0.1:${port}${base}/servers/hello/ws`);
    await client.initialize();
    expect((await client.ask(request(1, 'tools/list'))).result).toEqual({ tools: [] });
    const plain = await send(`http://127.0.0.1:${port}${base}/ws`, { alone: true });
    expect([plain.status, plain.headers['upgrade']]).toEqual([426, 'websocket']);
    await gateway.close();
    expect((await client.goodbye()).code).toBe(1012);
  });
});

describe('mounted', () => {
  it('[WS-MOUNTED] a gateway that is closed leaves no socket, though a peer does not answer', async () => {
    const gateway = gatewayAt('');
    const server = await listening(createServer(gateway.node).listen(0, '127.0.0.1'));
    server.on('upgrade', gateway.upgrade);
    const { port } = server.address() as AddressInfo;
    const client = await WsClient.open(`ws://127.0.0.1:${port}/ws`);
    await client.ask(hello('h', '2025-06-18'));
    client.ws.pause();
    await gateway.drain();
    await within(new Promise((resolve) => server.close(resolve)), 'the end of the server', 5_000);
    client.ws.terminate();
  });
});
