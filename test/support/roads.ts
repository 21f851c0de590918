/** One tool call at a gateway, by every road there is to it. */
import type { TestGateway } from './gateway.ts';
import { answerIn, modernHeaders, modernRequest } from './modern-face.ts';
import { BOTH_TYPES, hello, JSON_TYPE, SseClient, StreamableClient, toolCall } from './raw-clients.ts';
import { type Rpc, send } from './raw.ts';
import { WsClient } from './ws-client.ts';

export interface Asked {
  readonly headers: Record<string, string>;
  /** Default: the root routes. */
  readonly server?: string;
  readonly tool: string;
  readonly args?: Record<string, unknown>;
}

export interface Road {
  readonly name: string;
  /** The answer: to the call, or to what had to come before it, where that went wrong. */
  ask(at: TestGateway, asked: Asked): Promise<Rpc>;
}

export const ROADS: readonly Road[] = [
  {
    name: 'HTTP+SSE',
    ask: async (at, { headers, server, tool, args }) => {
      const client = await SseClient.open(at.sse(server), headers);
      const met = await client.initialize();
      const answer = met.error ? met : await client.ask(toolCall(1, tool, args));
      client.close();
      return answer;
    },
  },
  {
    name: 'Streamable HTTP',
    ask: async (at, { headers, server, tool, args }) => {
      const first = await send(at.mcp(server), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...BOTH_TYPES, ...headers },
        body: JSON.stringify(hello(1, '2025-11-25')),
      });
      const met = JSON.parse(answerIn(await first.text())) as Rpc;
      if (met.error) return met;
      const client = await StreamableClient.start(at.mcp(server), '2025-11-25', headers);
      const answer = await client.ask(toolCall(1, tool, args));
      await (await client.delete()).text();
      return answer;
    },
  },
  {
    name: 'no session',
    ask: async (at, { headers, server, tool, args }) => {
      const reply = await send(at.mcp(server), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...BOTH_TYPES, ...headers },
        body: JSON.stringify(toolCall(1, tool, args)),
      });
      return JSON.parse(answerIn(await reply.text())) as Rpc;
    },
  },
  {
    name: 'WebSocket',
    ask: async (at, { headers, server, tool, args }) => {
      const client = await WsClient.open(at.ws(server), ['mcp'], { headers });
      const met = await client.initialize();
      const answer = met.error ? met : await client.ask(toolCall(1, tool, args));
      client.ws.close();
      return answer;
    },
  },
  {
    name: '2026-07-28',
    ask: async (at, { headers, server, tool, args = {} }) => {
      const call = modernRequest(1, 'tools/call', { name: tool, arguments: args });
      const reply = await send(at.mcp(server), {
        method: 'POST',
        headers: { ...modernHeaders(call), ...headers },
        body: JSON.stringify(call),
      });
      return JSON.parse(answerIn(await reply.text())) as Rpc;
    },
  },
];
