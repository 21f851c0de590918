/**
 * From where a browser may call: Host and Origin checks against DNS rebinding and cross-site calls.
 *
 * Source: MCP transports, "Security Warning"; WHATWG Fetch (Origin); RFC 9110 section 7.2 (Host).
 */
export interface OriginRules {
  /** Further hosts, with or without a port; `*` allows any. */
  readonly hosts: readonly string[];
  /** Further origins (`https://app.example.com`); `*` allows any. */
  readonly origins: readonly string[];
  /** Bound to loopback: then only names of this machine are taken unless listed. */
  readonly isLoopback: boolean;
  /** Whether pages that this machine serves, on whatever port, may call without being listed. */
  readonly localPages: boolean;
  /** The one address or name we listen on, as a `Host` names it; none where that stands for all addresses. */
  readonly ownHost?: string | undefined;
}

const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a client may call by whatever name it likes. @param hosts those that are listed */
export function isAnyHostAllowed(hosts: readonly string[], isLoopback: boolean): boolean {
  return hosts.includes('*') || (!isLoopback && hosts.length === 0);
}

export class OriginGuard {
  readonly #rules: OriginRules;
  readonly #isAny: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  /** Nearly every request names the same host as the one before. */
  #lastHost: string | undefined;

  constructor(rules: OriginRules) {
    this.#rules = rules;
    this.#isAny = isAnyHostAllowed(rules.hosts, rules.isLoopback);
    this.#hosts = new Set(rules.hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(rules.origins.map(written));
  }

  /** Whether a request for this `Host` is meant for us. */
  allowsHost(host: string | undefined): boolean {
    if (host !== undefined && host === this.#lastHost) return true;
    const isAllowed = this.#judgeHost(host);
    if (isAllowed) this.#lastHost = host;
    return isAllowed;
  }

  #judgeHost(host: string | undefined): boolean {
    if (host !== undefined && !isHost(host)) return false;
    if (this.#isAny) return true;
    if (host === undefined) return false;
    const lower = host.toLowerCase();
    const name = hostName(lower);
    if (LOCAL_NAMES.has(name) || name === this.#rules.ownHost) return true;
    return this.#hosts.has(lower) || this.#hosts.has(name);
  }

  /** Whether a page of this `Origin` may call. No `Origin`: not a browser's cross-site call. */
  allowsOrigin(origin: string | undefined): boolean {
    if (origin === undefined || this.#origins.has('*')) return true;
    const lower = origin.toLowerCase();
    if (this.#origins.has(lower)) return true;
    const match = /^https?:\/\/([^/?#@\\]+)$/.exec(lower);
    return this.#rules.localPages && match !== null && LOCAL_NAMES.has(hostName(match[1] as string));
  }
}

/** As browsers write it: names of other scripts encoded, without the port that goes without saying. */
function written(origin: string): string {
  const plain = origin.toLowerCase().replace(/\/$/, '');
  const { origin: known } = URL.canParse(plain) ? new URL(plain) : { origin: 'null' };
  return known === 'null' ? plain : known;
}

const HOST = /^(?:[\w-][\w.-]*|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/** Whether a text can be the host of a URL (RFC 9110 section 7.2), as those that mean us are written. */
export function isHost(text: string): boolean {
  return text.length <= 300 && HOST.test(text);
}

/** A host without its port; IPv6 literals keep their brackets. */
function hostName(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.lastIndexOf(':');
  if (end <= 0) return host;
  const rest = host.slice(end);
  return rest === '' || /^:\d{1,5}$/.test(rest) ? host.slice(0, end) : host;
}
