/** Where Redis is, as its users write it: `redis://user:password@host:port/2`, `rediss://` for TLS. */
import type { ClusterOptions, RedisOptions } from 'ioredis';

export interface Place {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly isTls: boolean;
}

/** How long things may take, in ms. */
export interface Patience {
  readonly connectMs: number;
  /** For the answer to a command. */
  readonly commandMs: number;
  /** Between two tries to connect, at most. */
  readonly retryMs: number;
}

/** @throws Error with one sentence, without a word of the address, which may hold a password */
export function readPlace(url: string): Place {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isTls = parsed?.protocol === 'rediss:';
  if (!parsed || (!isTls && parsed.protocol !== 'redis:') || parsed.hostname === '')
    throw new Error('The address of Redis must be like "redis://:password@host:6379", or rediss:// for TLS.');
  const db = parsed.pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(db))
    throw new Error('The address of Redis must end after its port, or with a number.');
  return {
    // Those of IPv6 are in brackets.
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port || 6379),
    username: parsed.username === '' ? undefined : decodeURIComponent(parsed.username),
    password: parsed.password === '' ? undefined : decodeURIComponent(parsed.password),
    db: Number(db),
    isTls,
  };
}

/** As it may be shown to people: without a name or password. */
export function shownPlace({ host, port, isTls }: Place): string {
  return `redis${isTls ? 's' : ''}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** @param ca certificates to trust in place of the usual ones, as PEM */
export function clientOptions(
  place: Place,
  patience: Patience,
  ca: string | undefined,
): RedisOptions & { readonly replyMapping: 'legacy' } {
  const { host, port, username, password, db, isTls } = place;
  return {
    host,
    port,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: ca === undefined ? {} : { ca } } : {}),
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    connectTimeout: patience.connectMs,
    commandTimeout: patience.commandMs,
    // Nobody answers there any more, though the connection stands.
    socketTimeout: patience.commandMs + 500,
    retryStrategy: (times) => Math.min(patience.retryMs, 25 * 2 ** Math.min(times, 10)),
    // What cannot be sent now is refused at once, and what was sent is not sent twice: those who asked decide.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  };
}

export function clusterOptions(
  place: Place,
  patience: Patience,
  ca: string | undefined,
): ClusterOptions & {
  readonly redisOptions: NonNullable<ClusterOptions['redisOptions']> & { readonly replyMapping: 'legacy' };
} {
  const {
    host: _host,
    port: _port,
    retryStrategy: _retry,
    enableOfflineQueue: _queue,
    ...redisOptions
  } = clientOptions(place, patience, ca);
  return {
    redisOptions,
    lazyConnect: true,
    enableOfflineQueue: false,
    // It would ask a node that is not connected yet, be refused, and begin from the start.
    enableReadyCheck: false,
    clusterRetryStrategy: (times) => Math.min(patience.retryMs, 25 * 2 ** Math.min(times, 10)),
    clusterNodeRetryStrategy: (times) => Math.min(patience.retryMs, 25 * 2 ** Math.min(times, 10)),
    maxRedirections: 4,
    // See above: a command whose connection was lost may have been done.
    retryDelayOnFailover: 0,
    slotsRefreshTimeout: patience.commandMs,
    // Certificates are for names; Node looks them up when it connects.
    dnsLookup: (address, callback) => callback(null, address),
  };
}
