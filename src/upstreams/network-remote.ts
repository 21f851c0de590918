/** One server over HTTP, as far as all links to it share it. */
import type { LinkContext, Runtime } from '../engine/ports.ts';
import { LOOP_HEADER, loopHeader } from '../protocol/loop.ts';
import { DEFAULT_LIMITS, type ReadLimits } from '../protocol/message.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { Intake } from './intake.ts';
import { type Credentials, type Shown, shownOn } from './credentials.ts';
import { type Address, addressOf, mergedHeaders, ownHeaders } from './network.ts';
import { Breaker } from './network-breaker.ts';
import type { HttpCaller } from './network-caller.ts';
import type { Trouble } from './network-faults.ts';
import { DEFAULT_CLOSE_MS, DEFAULT_CONNECT_MS, DEFAULT_MAX_MESSAGE_BYTES } from './far-options.ts';
import {
  DEFAULT_ENDPOINT_MS,
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_SILENCE_MS,
  type NetworkOptions,
  type NetworkPlatform,
} from './network-options.ts';
import { Slots } from './network-slots.ts';
import { PerSecond, Refusals } from './reports.ts';

/** Some 5 ms of our time. */
const RUBBISH_PER_SECOND = 1_000;

export class Remote {
  readonly name: string;
  readonly address: Address;
  readonly runtime: Runtime;
  readonly limits: ReadLimits;
  readonly caller: HttpCaller;
  readonly slots: Slots;
  readonly breaker: Breaker;
  readonly refusals: Refusals;
  readonly intake: Intake;
  /** What is no message, in all streams of the server. */
  readonly rubbish: PerSecond;
  readonly silenceMs: number;
  readonly closeMs: number;
  readonly endpointMs: number;
  /** What is being said last to the server for sessions that ended; each takes no longer than `closeMs`. */
  readonly farewells = new Set<Promise<void>>();
  readonly credentials: Credentials | undefined;
  readonly #entry: Readonly<Record<string, string>>;
  readonly #platform: NetworkPlatform;

  /** @throws TypeError for an address or a header that does not fit */
  constructor(options: NetworkOptions, platform: NetworkPlatform) {
    const { name, runtime, observer, backoff = {}, random = Math.random } = options;
    const { connectMs = DEFAULT_CONNECT_MS, maxConnections = DEFAULT_MAX_CONNECTIONS } = options;
    this.name = name;
    this.address = addressOf(name, options.url);
    this.#entry = ownHeaders(options, this.address);
    this.credentials = options.credentials;
    this.#platform = platform;
    this.runtime = runtime;
    this.limits = { ...DEFAULT_LIMITS, bytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES };
    this.slots = new Slots(maxConnections);
    this.breaker = new Breaker({ name, backoff, runtime, random });
    this.refusals = new Refusals(name, observer, () => runtime.now());
    this.rubbish = new PerSecond(RUBBISH_PER_SECOND, () => runtime.now());
    this.intake = new Intake({ limits: this.limits, runtime, refusals: this.refusals });
    this.silenceMs = options.silenceMs ?? DEFAULT_SILENCE_MS;
    this.closeMs = options.closeMs ?? DEFAULT_CLOSE_MS;
    this.endpointMs = options.endpointMs ?? DEFAULT_ENDPOINT_MS;
    this.caller = platform.openCaller({ origin: this.address.origin, connectMs, runtime });
  }

  /** What every request of a link shows, beside its headers. */
  shownOn(context: LinkContext): Shown | undefined {
    return shownOn(this.credentials, context);
  }

  /** What every request of a link carries, as names and values in turn. */
  headersFor({ forwarded = {} }: LinkContext): string[] {
    const merged: Record<string, string> = {
      'user-agent': `sluice/${SLUICE_VERSION}`,
      ...mergedHeaders(this.#entry, forwarded),
      'accept-encoding': 'identity',
      [LOOP_HEADER]: loopHeader(this.#platform.loopId, forwarded[LOOP_HEADER]),
    };
    // A caller's never stand in place of what is shown.
    if (this.credentials) delete merged[this.credentials.header];
    return Object.entries(merged).flat();
  }

  /** The first message of a link failed. @param round when it was tried */
  notOpened(context: LinkContext, { code, message }: Trouble, round: number): void {
    // A connection that could not be made was counted already.
    if (code === 'unreachable' || code === 'backoff' || code === 'too-many-connections') return;
    // Nor is it the server's fault that there is nothing to show.
    if (code === 'missing-credentials' || code === 'no-token') return;
    if (code === 'cut' || code === 'silent' || code === 'http-status' || code === 'bad-gateway')
      this.breaker.unreachable(round, message);
    else this.breaker.refused(context, message);
  }
}
