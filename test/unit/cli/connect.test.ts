import { Client, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { Connection } from '../../../src/cli/client/connect.ts';

/** A server that greets, never answers a call, and takes cancellations when it is told to. */
class SlowTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  readonly log: string[] = [];
  takeCancellation: () => void = () => {};
  #cancelling: () => void = () => {};
  readonly isCancelling = new Promise<void>((resolve) => {
    this.#cancelling = resolve;
  });

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) return Promise.resolve();
    if (message.method === 'initialize' && 'id' in message) {
      const serverInfo = { name: 'slow', version: '1' };
      const result = { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo };
      queueMicrotask(() => this.onmessage?.({ jsonrpc: '2.0', id: message.id, result }));
    }
    if (message.method !== 'notifications/cancelled') return Promise.resolve();
    this.#cancelling();
    return new Promise((resolve) => {
      this.takeCancellation = () => {
        this.log.push('cancelled');
        resolve();
      };
    });
  }

  close(): Promise<void> {
    this.log.push('closed');
    this.onclose?.();
    return Promise.resolve();
  }
}

test('a cancellation is let out before the connection is closed', async () => {
  const transport = new SlowTransport();
  const client = new Client({ name: 'test', version: '1' });
  const farewell = () => Promise.resolve(void transport.log.push('farewell'));
  const connection = new Connection(client, 'it', { transport, reason: () => undefined, farewell });
  await client.connect(transport);
  const abort = new AbortController();
  const calling = client.request({ method: 'tools/call', params: { name: 'x' } }, { signal: abort.signal });
  calling.catch(() => undefined);
  abort.abort();
  await transport.isCancelling;
  const closing = connection.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(transport.log).toEqual([]);
  transport.takeCancellation();
  await closing;
  expect(transport.log).toEqual(['cancelled', 'farewell', 'closed']);
});
