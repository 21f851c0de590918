/**
 * MCP servers over WebSocket: one socket a link, one JSON-RPC message a text frame.
 *
 * Guarantees: an address comes from the configuration only, and no redirect is followed; a handshake and a goodbye
 * take a bounded time; a server that is gone without a word is noticed; what it sends that is no message costs the
 * caller it belongs to at most.
 *
 * Source: RFC 6455; MCP, transports, "Custom Transports".
 */
import {
  type LinkContext,
  type LinkEvents,
  type Timer,
  type UpstreamDriver,
  UpstreamError,
  type UpstreamLink,
} from '../engine/ports.ts';
import { LOOP_HEADER, loopHeader } from '../protocol/loop.ts';
import { DEFAULT_LIMITS } from '../protocol/message.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { Intake } from './intake.ts';
import { shownOn } from './credentials.ts';
import { type Address, addressOf, mergedHeaders, ownHeaders } from './network.ts';
import { Breaker } from './network-breaker.ts';
import { Refusals } from './reports.ts';
import { tooManySockets } from './websocket-faults.ts';
import { HandshakeFailure, shakeHands } from './websocket-handshake.ts';
import { type LinkEnd, WebSocketLink } from './websocket-link.ts';
import { DEFAULT_CLOSE_MS, DEFAULT_CONNECT_MS, DEFAULT_MAX_MESSAGE_BYTES } from './far-options.ts';
import {
  DEFAULT_DEAD_MS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_QUEUED_BYTES,
  DEFAULT_PING_MS,
  type WebSocketOptions,
} from './websocket-options.ts';

export type { WebSocketOptions } from './websocket-options.ts';

/**
 * A driver for one server.
 *
 * `open` rejects with `unreachable`, `redirected`, `unauthorized`, `wrong-address`, `busy`, `loop`, `http-status`,
 * `not-websocket` (what the handshake came to), `backoff` (it failed more than once just now), `too-many-connections`,
 * or `closed` (the driver was closed, or nobody waits any more). A link ends with `cut` (by the server, or on the
 * way), `silent`, `too-large`, `not-websocket` or `closed`.
 *
 * @param loopId by which the gateway knows its own requests again
 * @throws TypeError for an address or a header that does not fit
 */
export function websocket(options: WebSocketOptions, loopId: string): UpstreamDriver {
  return new WebSocketDriver(options, loopId);
}

/** What is shown to the server beside the headers of its entry. */
type Proof = Readonly<Record<string, string>>;

class WebSocketDriver implements UpstreamDriver {
  readonly kind = 'websocket';
  readonly mayRepeat = true;
  readonly #options: WebSocketOptions;
  readonly #address: Address;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #loopId: string;
  readonly #intake: Intake;
  readonly #breaker: Breaker;
  readonly #links = new Set<WebSocketLink>();
  /** Aborted when the driver is closed. */
  readonly #closed = new AbortController();
  #connecting = 0;
  /** The server does not know the subprotocol; what it does know it has shown. */
  #isPlain = false;
  #pings: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: WebSocketOptions, loopId: string) {
    const { name, url, runtime, observer, backoff = {}, random = Math.random } = options;
    const { maxMessageBytes: bytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
    this.#options = options;
    this.#loopId = loopId;
    this.#address = addressOf(name, url, ['ws:', 'wss:']);
    this.#headers = ownHeaders(options, this.#address);
    const refusals = new Refusals(name, observer, () => runtime.now());
    this.#intake = new Intake({ limits: { ...DEFAULT_LIMITS, bytes }, runtime, refusals });
    this.#breaker = new Breaker({ name, backoff, runtime, random });
  }

  async open(events: LinkEvents, context: LinkContext): Promise<UpstreamLink> {
    this.#checkWanted(context);
    this.#breaker.check(context, true);
    const { name, maxConnections: most = DEFAULT_MAX_CONNECTIONS } = this.#options;
    if (this.#links.size + this.#connecting >= most) throw new UpstreamError(tooManySockets(name, most));
    const { round } = this.#breaker;
    this.#connecting++;
    try {
      return await this.#connect(events, context);
    } catch (error) {
      if (!(error instanceof HandshakeFailure)) throw error;
      this.#checkWanted(context);
      if (error.isAway) this.#breaker.unreachable(round, error.message);
      else this.#breaker.refused(context, error.message);
      throw new UpstreamError(error.fault);
    } finally {
      this.#breaker.gaveUp();
      this.#connecting--;
    }
  }

  get personal(): UpstreamDriver['personal'] {
    return this.#options.credentials?.personal;
  }

  health(): ReturnType<UpstreamDriver['health']> {
    const facts = { links: this.#links.size, restarts: this.#breaker.restarts };
    if (this.#closing) return { state: 'failed', ...facts, reason: 'It was closed.' };
    return { ...this.#breaker.state(this.#links.size > 0), ...facts };
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.#pings?.cancel();
    this.#closed.abort();
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  /** What is refused of what was shown is shown anew, once, where there is something else to show. */
  async #connect(events: LinkEvents, context: LinkContext): Promise<WebSocketLink> {
    const shown = shownOn(this.#options.credentials, context);
    if (!shown) return this.#connectWith(events, context, {});
    const value = await shown.value();
    this.#checkWanted(context);
    try {
      return await this.#connectWith(events, context, { [shown.header]: value });
    } catch (error) {
      if (!(error instanceof HandshakeFailure) || !error.isUnproven || !shown.refused(value)) throw error;
      const next = await shown.value();
      this.#checkWanted(context);
      return this.#connectWith(events, context, { [shown.header]: next });
    }
  }

  async #connectWith(events: LinkEvents, context: LinkContext, proof: Proof): Promise<WebSocketLink> {
    try {
      return await this.#shakeHands(events, context, proof, !this.#isPlain);
    } catch (error) {
      if (!(error instanceof HandshakeFailure) || !error.isPlain) throw error;
      this.#isPlain = true;
      return this.#shakeHands(events, context, proof, false);
    }
  }

  #shakeHands(
    events: LinkEvents,
    context: LinkContext,
    proof: Proof,
    offers: boolean,
  ): Promise<WebSocketLink> {
    const { name, runtime } = this.#options;
    const {
      connectMs = DEFAULT_CONNECT_MS,
      closeMs = DEFAULT_CLOSE_MS,
      maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES,
    } = this.#options;
    const { forwarded = {} } = context;
    const headers = {
      'user-agent': `sluice/${SLUICE_VERSION}`,
      ...mergedHeaders(this.#headers, forwarded),
      ...proof,
      [LOOP_HEADER]: loopHeader(this.#loopId, forwarded[LOOP_HEADER]),
    };
    const signals = [context.signal, this.#closed.signal];
    const address = this.#address;
    return shakeHands(
      { name, runtime, address, headers, connectMs, closeMs, maxMessageBytes, offers, signals },
      (ws, socket) => {
        this.#breaker.reached();
        const link: WebSocketLink = new WebSocketLink(ws, socket, events, {
          name,
          runtime,
          intake: this.#intake,
          maxMessageBytes,
          maxQueuedBytes: this.#options.maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES,
          onSpoken: () => this.#breaker.opened(context),
          onEnd: (end) => {
            this.#links.delete(link);
            this.#ended(end, context);
          },
        });
        this.#links.add(link);
        this.#startPings();
        return link;
      },
    );
  }

  #ended({ fault, isWanted, isMute }: LinkEnd, context: LinkContext): void {
    if (isMute && isWanted)
      this.#breaker.refused(context, `The server "${this.#options.name}" did not answer.`);
    if (isWanted) return;
    if (isMute) this.#breaker.refused(context, fault.message);
    this.#breaker.lost(fault.message);
  }

  /** One timer for all links, while there are some. */
  #startPings(): void {
    const { runtime, pingMs = DEFAULT_PING_MS, deadMs = DEFAULT_DEAD_MS } = this.#options;
    if (this.#pings || this.#closing || pingMs === 0) return;
    this.#pings = runtime.after(pingMs, () => {
      this.#pings = undefined;
      const now = runtime.now();
      for (const link of this.#links) link.beat(now, deadMs);
      if (this.#links.size > 0) this.#startPings();
    });
  }

  #checkWanted({ signal }: LinkContext): void {
    if (!this.#closing && !signal.aborted) return;
    const why = this.#closing ? 'it is being shut down' : 'nobody waits for it any more';
    throw new UpstreamError({
      code: 'closed',
      message: `The server "${this.#options.name}" was not connected to: ${why}.`,
    });
  }
}
