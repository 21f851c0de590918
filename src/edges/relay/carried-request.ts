/** A request that landed on another node, as it is carried: its body is here already, or what was wrong with it. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { IncomingRequest } from '../http/request.ts';
import type { BodyFault } from './ask.ts';

type Headers = readonly (readonly [name: string, value: string])[];

export interface CarriedHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Empty where it is not known. */
  readonly scheme: string;
  readonly headers: Headers;
  /** What a server is to be sent. */
  readonly forwarded: Headers;
}

export class CarriedRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly scheme: 'http' | 'https';
  /** Who the other node's peer was is its business. */
  readonly peer = '';
  readonly #headers: Headers;
  readonly #forwarded: Headers;
  readonly #body: Uint8Array | BodyFault;

  constructor(head: CarriedHead, body: Uint8Array | BodyFault) {
    this.method = head.method;
    this.path = head.path;
    this.query = head.query;
    this.scheme = head.scheme === 'https' ? 'https' : 'http';
    this.#headers = head.headers;
    this.#forwarded = head.forwarded;
    this.#body = body;
  }

  header(name: string): string | undefined {
    return valueOf(this.#headers, name) ?? valueOf(this.#forwarded, name);
  }

  mcpHeaders(): Headers {
    return this.#headers.filter(([name]) => name.startsWith('mcp-'));
  }

  async body(maxBytes: number): Promise<Uint8Array> {
    const body = this.#body;
    if (!(body instanceof Uint8Array)) throw new ProtocolError(body.word, body.message);
    if (body.length > maxBytes)
      throw new ProtocolError('too_large', `The body is larger than ${maxBytes} bytes.`);
    return body;
  }
}

/** Several values are one text (RFC 9110 section 5.3). */
function valueOf(headers: Headers, name: string): string | undefined {
  let found: string | undefined;
  for (const [each, value] of headers)
    if (each === name) found = found === undefined ? value : `${found}, ${value}`;
  return found;
}
