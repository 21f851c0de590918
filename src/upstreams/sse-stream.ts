/** The stream of a server over HTTP+SSE: the endpoint first, then all that it says. */
import type { Message } from '../protocol/message.ts';
import { joined } from '../protocol/pieces.ts';
import type { HttpFailure, HttpHeaders } from './network-caller.ts';
import { EventRequest } from './network-events.ts';
import {
  brokenConnection,
  encodingOf,
  type Trouble,
  typeOf,
  wrongStatus,
  wrongType,
} from './network-faults.ts';
import { endpointOf } from './sse-endpoint.ts';
import type { SseLink } from './sse-link.ts';

export class SseStream extends EventRequest {
  readonly #link: SseLink;
  #isOver = false;
  #hasEndpoint = false;

  constructor(link: SseLink) {
    super(link);
    this.#link = link;
  }

  open(): void {
    const { target } = this.remote.address;
    this.ask({ method: 'GET', target, headers: this.#link.streamHeaders, silenceMs: 0 }, false);
  }

  /** Ends it without another word. */
  override cancel(): void {
    this.#isOver = true;
    super.cancel();
  }

  protected override answered(status: number, headers: HttpHeaders): void {
    const { remote } = this;
    if (status < 500) remote.breaker.reached();
    const isPlain = encodingOf(headers) === undefined || remote.caller.decodes;
    if (status !== 200) return this.#end(wrongStatus(remote.name, remote.address, status, headers));
    if (typeOf(headers) !== 'text/event-stream' || !isPlain)
      return this.#end(wrongType(remote.name, remote.address, headers));
    this.listen();
  }

  protected override ended(): void {
    if (this.#isOver) return;
    const message = `The server "${this.remote.name}" ended its stream.`;
    this.#end({ code: 'cut', message });
  }

  protected override broke(failure: HttpFailure): void {
    if (this.#isOver) return;
    const trouble = brokenConnection(this.remote.name, this.remote.address, failure);
    if (failure.isUnsent) this.remote.breaker.unreachable(this.round, trouble.message, trouble.isGone);
    this.#end(trouble);
  }

  protected override refused(trouble: Trouble): void {
    if (!this.#isOver) this.#end(trouble);
  }

  event(type: string, data: readonly Uint8Array[]): void {
    if (this.#isOver) return;
    if (type === 'endpoint') return this.#endpoint(joined(data));
    if (type === 'message') this.remote.intake.take(data, this);
  }

  message(message: Message): void {
    if (this.#isOver) return;
    // Some servers name the endpoint once more, as a message that no client knows.
    if (message.kind === 'notification' && message.method === 'endpoint') return;
    this.#link.heard(message);
  }

  #endpoint(data: Uint8Array): void {
    const { refusals, address, name } = this.remote;
    if (this.#hasEndpoint) {
      const message = `The server "${name}" named a second endpoint on its stream; it was ignored.`;
      return refusals.report('second-endpoint', message);
    }
    const endpoint = endpointOf(data, address, this.asked?.target ?? address.target);
    if ('code' in endpoint)
      return this.#end({ code: endpoint.code, message: `The server "${name}" ${endpoint.why}.` });
    this.#hasEndpoint = true;
    this.#link.found(endpoint.target);
  }

  #end(trouble: Trouble): void {
    this.cancel();
    this.#link.cut(trouble, this.round);
  }
}
