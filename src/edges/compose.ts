/** Builds a gateway and its front door from options, on any runtime. */
import { KeyRing, type Sha256 } from '../access/keys.ts';
import { OriginGuard } from '../access/origins.ts';
import { openDoor } from '../access/principal.ts';
import { Tickets, type TicketLimits } from '../access/tickets.ts';
import { DEFAULT_LOG_LIMITS, memoryBackplane, type MemoryLogLimits } from '../backplanes/memory.ts';
import { dialectNamed, type DialectName, superset } from '../dialects/table.ts';
import { Gateway } from '../engine/gateway.ts';
import type { Mount } from '../engine/line.ts';
import type { Dialect, Observer, Runtime, Sharing, UpstreamDriver } from '../engine/ports.ts';
import type { Settings } from '../engine/settings.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { checkOptions } from './check-options.ts';
import { Front } from './http/front.ts';
import type { Match } from './http/routes.ts';

/** One server: a driver alone, or with how it is shared and how long it may take. */
export interface ServerSetup {
  readonly driver: UpstreamDriver;
  /** Who shares a link to it; default `session`: nobody. */
  readonly sharing?: Sharing;
  /** How long a call may stay without an answer or progress, in ms; default 300,000. */
  readonly requestMs?: number;
  /** From opening a link to the answer to `initialize`, in ms; default 30,000. */
  readonly startMs?: number;
}

/** Who may call, from where, and what the root routes serve. */
export interface AccessOptions {
  /** The server of the root routes `/sse` and `/mcp`; default: the first. */
  readonly default?: string;
  /** Keys of which every caller must show one, plain or as `sha256:<hex>`; default: none is asked for. */
  readonly apiKeys?: readonly (string | { readonly name: string; readonly key: string })[];
  /** Hosts (`Host` header) served beside those of this machine; `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Origins of browser pages served beside those of this machine; `*` for any. */
  readonly allowedOrigins?: readonly string[];
  /** Whether only this machine can reach the gateway; default true: then other hosts must be listed. */
  readonly isLoopback?: boolean;
  /** The one address or name it listens on, which is then served as a `Host`, too; default: none. */
  readonly ownHost?: string;
  /** What a GET without a session opens on `/sse` and `/mcp`; default `superset`, which serves most clients. */
  readonly dialect?: DialectName;
  /** The same by server, for those that have one of their own. */
  readonly dialects?: Readonly<Record<string, DialectName>>;
  /** Whether streams of HTTP+SSE are opened; default true. Off, opening one is 404. */
  readonly sseEnabled?: boolean;
  /** Streams of HTTP+SSE at once; default: as many as sessions. One more is 503. */
  readonly sseMaxStreams?: number;
  /** The origin of the gateway as clients see it, like `https://mcp.example.com`; default: as they call it. */
  readonly publicOrigin?: string;
  /** The path the gateway is mounted at, as clients see it; default none. */
  readonly basePath?: string;
}

export interface GatewayOptions extends AccessOptions {
  /** The servers by name; each is served under `/servers/{name}/sse` and `…/mcp`. */
  readonly servers: Readonly<Record<string, UpstreamDriver | ServerSetup>>;
  /** Caps and waits; see `Settings` for the defaults and their reasons. */
  readonly settings?: Partial<Settings>;
  /** What is kept for resumption. */
  readonly log?: Partial<MemoryLogLimits>;
  /** How long the tickets of browser pages are good, and how many there may be. */
  readonly tickets?: Partial<TicketLimits>;
  /** How long the body of a request may take, in ms; default 30,000. */
  readonly bodyMs?: number;
  /** Told what happens; default: nobody. */
  readonly observer?: Observer;
}

export interface Platform {
  readonly runtime: Runtime;
  readonly sha256: Sha256;
}

export interface Composed {
  readonly gateway: Gateway;
  readonly front: Front;
  /** Takes over who may call, from where, and what the root routes serve. Servers are not touched. */
  change(options: AccessOptions): void;
}

/** @throws TypeError with one sentence when the options are not what they must be */
export function compose(options: GatewayOptions, platform: Platform): Composed {
  checkOptions(options);
  const gateway = new Gateway({
    runtime: platform.runtime,
    backplane: memoryBackplane({ ...DEFAULT_LOG_LIMITS, ...options.log }),
    ...(options.observer ? { observer: options.observer } : {}),
    ...(options.settings ? { settings: options.settings } : {}),
  });
  for (const [name, server] of Object.entries(options.servers)) {
    gateway.addServer({ name, ...('driver' in server ? server : { driver: server }) });
  }
  const rules = (access: AccessOptions) => accessRules(access, gateway, platform.sha256);
  const { runtime, sha256 } = platform;
  const front = new Front({
    gateway,
    tickets: new Tickets({ runtime, sha256, limits: options.tickets ?? {} }),
    bodyMs: options.bodyMs ?? 30_000,
    version: SLUICE_VERSION,
    ...rules(options),
  });
  const change = (access: AccessOptions) => {
    const next = rules(access);
    front.change(next);
    gateway.closeUnknown((principal) => next.authenticator.knows(principal));
  };
  return { gateway, front, change };
}

function accessRules(options: AccessOptions, gateway: Gateway, sha256: Sha256) {
  return {
    authenticator: authenticatorOf(options, sha256),
    origins: new OriginGuard({
      hosts: options.allowedHosts ?? [],
      origins: options.allowedOrigins ?? [],
      isLoopback: options.isLoopback ?? true,
      ownHost: options.ownHost?.toLowerCase(),
    }),
    mountAt: (server: string | undefined) => {
      const name = server ?? options.default ?? gateway.servers.keys().next().value;
      return name === undefined ? undefined : gateway.servers.get(name);
    },
    dialectOf: (_match: Match, mount: Mount) =>
      dialectCalled(options.dialects?.[mount.name] ?? options.dialect ?? 'superset'),
    sse: { enabled: options.sseEnabled ?? true, maxStreams: options.sseMaxStreams ?? Infinity },
    publicOrigin: options.publicOrigin,
    basePath: (options.basePath ?? '').replace(/\/$/, ''),
  };
}

function authenticatorOf(options: AccessOptions, sha256: Sha256) {
  const keys = options.apiKeys;
  if (keys === undefined) return openDoor;
  // A list that came out empty by mistake must not open the door.
  if (keys.length === 0) throw new Error('`apiKeys` is empty: name a key, or leave it out to ask for none.');
  return new KeyRing(
    keys.map((entry, index) => {
      const { name, key } = typeof entry === 'string' ? { name: `key-${index + 1}`, key: entry } : entry;
      return { name, sha256: key.startsWith('sha256:') ? key.slice(7).toLowerCase() : sha256(key) };
    }),
    sha256,
  );
}

/** Names were checked before. */
function dialectCalled(name: string): Dialect {
  return dialectNamed(name) ?? superset;
}
