/** What a configuration may say, and whoever wrote it hardly means. */
import { isLoopback } from './exposure.ts';
import type { ClusterSettings } from './cluster.ts';
import type { ApiKey, OAuthSettings, ServerConfig } from './types.ts';

export interface Advised {
  readonly host: string;
  readonly oauth?: OAuthSettings | undefined;
  /** As written; hashed ones tell nothing of their length. */
  readonly keys: readonly ApiKey[];
  readonly servers: readonly ServerConfig[];
  readonly cluster?: ClusterSettings | undefined;
}

/** Who tries day and night, against a gateway that brakes nobody on the way, does not come so far. */
const SHORTEST_KEY = 16;
const MOST_NAMES = 5;

/** A sentence each, without anything of a key. */
export function adviceOf({ host, oauth, keys, servers, cluster }: Advised): string[] {
  const short = keys.filter(({ key }) => key.length < SHORTEST_KEY).map(({ name }) => name);
  const exchanging = oauth ? [] : servers.filter(needsTokens).map(({ name }) => name);
  const advice: string[] = [];
  if (short.length > 0 && !isLoopback(host))
    advice.push(
      `Keys of fewer than ${SHORTEST_KEY} characters can be guessed (${list(short)}), and ${host} can be reached by others: take longer ones, like those of sluice keys add or openssl rand -hex 24.`,
    );
  if (exchanging.length > 0)
    advice.push(
      `Servers with "token_exchange" (${list(exchanging)}) serve callers that show a token, and without oauth nobody does: set oauth.`,
    );
  if (cluster && cluster.nodeUrl === undefined && isLoopback(host) && cluster.redis.some(isElsewhere))
    advice.push(
      `Redis is on another machine, and other gateways cannot reach ${host}: set cluster.nodeUrl (SLUICE_NODE_URL) to where they reach this one, or listen on another address.`,
    );
  return advice;
}

function isElsewhere(redis: string): boolean {
  return !isLoopback(new URL(redis).hostname);
}

function needsTokens(server: ServerConfig): boolean {
  return 'auth' in server && server.auth?.type === 'token_exchange';
}

function list(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? ' and others' : '';
  return `${names.slice(0, MOST_NAMES).join(', ')}${more}`;
}
