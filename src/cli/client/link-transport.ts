/** Lets the SDK's client talk over a link of ours, so that a call starts and ends servers as the gateway does. */
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import {
  type UpstreamDriver,
  UpstreamError,
  type UpstreamFault,
  type UpstreamLink,
} from '../../engine/ports.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One link for one client. Closing it closes the driver, and so whatever the driver started. */
export class LinkTransport implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  /** Why the link ended, when it did so by itself. */
  fault: UpstreamFault | undefined;
  readonly #driver: UpstreamDriver;
  readonly #aborted = new AbortController();
  #link: UpstreamLink | undefined;
  #closing: Promise<void> | undefined;

  constructor(driver: UpstreamDriver) {
    this.#driver = driver;
  }

  async start(): Promise<void> {
    try {
      this.#link = await this.#driver.open(
        {
          message: (message) => {
            this.onmessage?.(JSON.parse(decoder.decode(message.bytes)) as JSONRPCMessage);
          },
          failed: (id, { message }) =>
            this.onmessage?.({ jsonrpc: '2.0', id, error: { code: -32000, message } }),
          closed: (fault) => {
            if (!this.#closing) this.fault = fault;
            this.onclose?.();
          },
        },
        { principal: 'cli', signal: this.#aborted.signal },
      );
    } catch (error) {
      if (error instanceof UpstreamError) this.fault = error.fault;
      throw error;
    }
  }

  send(message: JSONRPCMessage): Promise<void> {
    const number = 'method' in message && 'id' in message ? Number(message.id) : undefined;
    this.#link?.send(encoder.encode(JSON.stringify(message)), number);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#aborted.abort();
    this.#closing ??= this.#driver.close();
    return this.#closing;
  }
}
