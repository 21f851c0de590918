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
  /** The one address or name we listen on, as a `Host` names it; none where that stands for all addresses. */
  readonly ownHost?: string | undefined;
}

const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export class OriginGuard {
  readonly #rules: OriginRules;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  /** Nearly every request names the same host as the one before. */
  #lastHost: string | undefined;

  constructor(rules: OriginRules) {
    this.#rules = rules;
    this.#hosts = new Set(rules.hosts.map((host) => host.toLowerCase()));
    this.#origins = new Set(rules.origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  }

  /** Whether a request for this `Host` is meant for us. */
  allowsHost(host: string | undefined): boolean {
    if (host !== undefined && host === this.#lastHost) return true;
    const isAllowed = this.#judgeHost(host);
    if (isAllowed) this.#lastHost = host;
    return isAllowed;
  }

  #judgeHost(host: string | undefined): boolean {
    if (this.#hosts.has('*')) return true;
    const listens = !this.#rules.isLoopback && this.#hosts.size === 0;
    if (host === undefined) return listens;
    const lower = host.toLowerCase();
    const name = hostName(lower);
    if (LOCAL_NAMES.has(name) || name === this.#rules.ownHost) return true;
    return listens || this.#hosts.has(lower) || this.#hosts.has(name);
  }

  /** Whether a page of this `Origin` may call. No `Origin`: not a browser's cross-site call. */
  allowsOrigin(origin: string | undefined): boolean {
    if (origin === undefined || this.#origins.has('*')) return true;
    const lower = origin.toLowerCase();
    if (this.#origins.has(lower)) return true;
    const match = /^https?:\/\/([^/?#@\\]+)$/.exec(lower);
    return match !== null && LOCAL_NAMES.has(hostName(match[1] as string));
  }
}

/** A host without its port; IPv6 literals keep their brackets. */
function hostName(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.lastIndexOf(':');
  if (end <= 0) return host;
  const rest = host.slice(end);
  return rest === '' || /^:\d{1,5}$/.test(rest) ? host.slice(0, end) : host;
}
