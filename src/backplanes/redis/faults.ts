/** What is said where Redis does not do as it is asked: nothing of addresses, passwords or what was stored. */

/** Redis cannot be asked, or does not answer as it should. */
export class RedisUnreachable extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'RedisUnreachable';
  }
}

const AWAY = 'Redis cannot be reached.';

/** The first word of an error of Redis, or the code of one of the system. */
const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of its host cannot be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its host',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it cut the connection',
  WRONGPASS: 'it refuses the name or the password',
  NOAUTH: 'it wants a password',
  NOPERM: 'the user may not do what is needed',
  'The user executing the script': 'the user may not do what is needed',
  LOADING: 'it is still loading its data',
  OOM: 'it has no memory left for more (maxmemory)',
  READONLY: 'it is a replica, which cannot be written to',
  CLUSTERDOWN: 'its cluster is not whole',
  MOVED: 'it is a Redis Cluster; name several of its addresses, or set cluster.sharded',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  CERT_HAS_EXPIRED: 'its certificate is out of date',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS there',
  'Unknown RESP type': 'what answers there is not Redis',
  'DB index': 'it has no database of that number',
  'cluster support disabled': 'it is no Redis Cluster; name one address, or leave out cluster.sharded',
};

/** @param where of Redis, if it may be said */
export function faultOf(error: unknown, where?: string): RedisUnreachable {
  const why = reasonOf(error);
  const place = where === undefined ? 'Redis' : `Redis at ${where}`;
  return new RedisUnreachable(
    why === undefined && where === undefined ? AWAY : `${place} cannot be used${why ? `: ${why}` : ''}.`,
  );
}

const HOPELESS =
  /WRONGPASS|NOAUTH|NOPERM|executing the script|RESP type|CERT|LEAF_SIGNATURE|DB index|cluster support disabled/;

/** Whether waiting will not help: somebody must set something right. */
export function isHopeless(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, lastNodeError: last } = error as { code?: unknown; lastNodeError?: unknown };
  return HOPELESS.test(`${String(code)} ${error.message}`) || isHopeless(last);
}

function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && KNOWN[code]) return KNOWN[code];
  const [word = ''] = error.message.split(' ', 1);
  if (KNOWN[word]) return KNOWN[word];
  const named = Object.keys(KNOWN).find((name) => error.message.includes(name));
  if (named) return KNOWN[named];
  const last = (error as { lastNodeError?: unknown }).lastNodeError;
  return last === undefined ? undefined : reasonOf(last);
}
