/** WebSocket for client 2.x, which has no transport for it any more: over `ws`, one message a text frame. */
import { once } from 'node:events';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { WebSocket } from 'ws';

export class WsTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #socket: WebSocket;

  constructor(url: URL) {
    this.#socket = new WebSocket(url, ['mcp']);
    this.#socket.on('message', (data: Buffer) => {
      this.onmessage?.(JSON.parse(data.toString('utf8')) as JSONRPCMessage);
    });
    this.#socket.on('error', (error) => this.onerror?.(error));
    this.#socket.on('close', () => this.onclose?.());
  }

  async start(): Promise<void> {
    await once(this.#socket, 'open');
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }
}
