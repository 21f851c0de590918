/**
 * The guard of requests that no operator wrote down, on Node: a name is looked up once, every address it has is
 * checked, and the connection is made to one of those, so that no second look-up can say something else.
 */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import type { Dispatcher, request } from 'undici';
import { isPublicAddress } from '../../access/public-address.ts';
import {
  DEFAULT_EGRESS_BYTES,
  DEFAULT_EGRESS_MS,
  type Egress,
  EgressError,
  type EgressOptions,
  type EgressRequest,
  INSIDE_WHY,
  originsOf,
  redirected,
  shown,
  targetOf,
  tooLarge,
} from '../egress.ts';

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** What a test may put in place of the world. */
export interface EgressWorld {
  /** Looks all addresses of a name up; default: as the system does. */
  readonly lookup?: (name: string, found: Found) => void;
  /** Default: the open internet. */
  readonly isPublic?: (address: string) => boolean;
  /** Authorities to trust beside those of the system. */
  readonly ca?: string;
}

/** Connections to places that somebody else names: few, and not for long. */
const CONNECTIONS = { allowH2: false, connections: 4, keepAliveTimeout: 2_000, keepAliveMaxTimeout: 10_000 };
const CONNECT_MS = 5_000;

/**
 * A function like `fetch`; see `edges/egress`. It never follows a redirect, whatever it is asked.
 * @throws (rejects) EgressError, or the reason of the signal
 */
export function egress(options: EgressOptions = {}, world: EgressWorld = {}): Egress {
  const { maxBytes = DEFAULT_EGRESS_BYTES, timeoutMs = DEFAULT_EGRESS_MS } = options;
  const trusted = originsOf(options.trusted);
  let ways: Promise<Ways> | undefined;
  return async (url, asked = {}) => {
    const target = targetOf(url, trusted);
    const signals = [AbortSignal.timeout(timeoutMs), ...(asked.signal ? [asked.signal] : [])];
    ways ??= waysWith(maxBytes, world);
    const { ask, free, guarded, isTooLarge } = await ways;
    try {
      const dispatcher = target.isTrusted ? free : guarded;
      return await answerOf(ask, target.url, asked, dispatcher, AbortSignal.any(signals));
    } catch (error) {
      if (error instanceof EgressError || asked.signal?.aborted) throw error;
      if (isTooLarge(error)) throw tooLarge(target.url, maxBytes);
      throw unreachable(target.url, error);
    }
  };
}

/** What requests are made with. */
interface Ways {
  readonly ask: typeof request;
  /** To where an operator sent us. */
  readonly free: Dispatcher;
  /** To where somebody else did. */
  readonly guarded: Dispatcher;
  readonly isTooLarge: (error: unknown) => boolean;
}

/** Loaded with the first request: most gateways make none. */
async function waysWith(maxBytes: number, world: EgressWorld): Promise<Ways> {
  const { Agent, errors, request: ask } = await import('undici');
  const tls = world.ca === undefined ? {} : { ca: world.ca };
  const bounds = { ...CONNECTIONS, maxResponseSize: maxBytes };
  const connect = { timeout: CONNECT_MS, ...tls };
  return {
    ask,
    free: new Agent({ ...bounds, connect }),
    guarded: new Agent({ ...bounds, connect: { ...connect, lookup: checkedLookup(world) } }),
    isTooLarge: (error) => error instanceof errors.ResponseExceededMaxSizeError,
  };
}

async function answerOf(
  ask: typeof request,
  url: URL,
  { method = 'GET', headers, body }: EgressRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Response> {
  const isForm = body instanceof URLSearchParams;
  const form: Record<string, string> = isForm
    ? { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
    : {};
  const {
    statusCode: status,
    headers: said,
    body: stream,
  } = await ask(url, {
    method,
    headers: { ...form, ...plain(headers), 'accept-encoding': 'identity' },
    body: isForm ? body.toString() : (body ?? null),
    dispatcher,
    signal,
  });
  if (status >= 300 && status < 400 && status !== 304) {
    await stream.dump({ limit: 4_096 }).catch(() => {});
    throw redirected(url);
  }
  const bytes = await stream.arrayBuffer();
  const isEmpty = status === 204 || status === 205 || status === 304;
  return new Response(isEmpty ? null : bytes, { status, headers: pairs(said) });
}

/** The addresses of a name if all of them are public; as `net.connect` wants it. */
function checkedLookup({ lookup = systemWide, isPublic = isPublicAddress }: EgressWorld) {
  return (
    name: string,
    options: LookupOptions,
    done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ): void => {
    lookup(name, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error) return done(error, []);
      if (!first || !addresses.every(({ address }) => isPublic(address))) {
        return done(
          new EgressError('refused', `The gateway does not ask ${name.slice(0, 200)}: ${INSIDE_WHY}.`),
          [],
        );
      }
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

function systemWide(name: string, found: Found): void {
  systemLookup(name, { all: true }, found);
}

function unreachable(url: URL, error: unknown): EgressError {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  const word = typeof code === 'string' ? code : name;
  return new EgressError('unreachable', `${shown(url.href)} could not be asked (${String(word)}).`);
}

function plain(headers: EgressRequest['headers'] = {}): Record<string, string> {
  return headers instanceof Headers ? Object.fromEntries(headers) : headers;
}

function pairs(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).flatMap((one): [string, string][] =>
      one === undefined ? [] : [[name, one]],
    ),
  );
}
