/** Builds a gateway and its front door from options, on any runtime. */
import type { KeySource } from '../access/key-source.ts';
import type { KeyRequired } from '../access/keys.ts';
import type { RateRules } from '../access/rate-rules.ts';
import type { OAuthOptions } from '../access/oauth-options.ts';
import { isAnyHostAllowed, OriginGuard } from '../access/origins.ts';
import { Proxies } from '../access/proxies.ts';
import type { StateOptions } from '../access/seals.ts';
import type { TicketLimits } from '../access/tickets.ts';
import { DEFAULT_LOG_LIMITS, memoryBackplane, type MemoryLogLimits } from '../backplanes/memory.ts';
import { dialectNamed, type DialectName, superset } from '../dialects/table.ts';
import { Degraded } from '../engine/degraded.ts';
import { Gateway } from '../engine/gateway.ts';
import type { Mount } from '../engine/line.ts';
import type { MergeRules } from '../engine/merge/merge.ts';
import { harmless } from '../engine/observer.ts';
import type { Dialect, Runtime } from '../engine/ports.ts';
import type { Backplane } from '../engine/ports-backplane.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { Tracer } from '../engine/ports-tracer.ts';
import type { Metrics } from '../engine/ports-sight.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { Settings } from '../engine/settings.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';
import { checkOptions } from './check-options.ts';
import type { Keys } from './doors.ts';
import { askPeer } from './ask-peer.ts';
import { watchClock } from './clock-watch.ts';
import { counted, measured } from './measured.ts';
import { meetOthers } from './others.ts';
import { holdBy } from './held.ts';
import { Front } from './http/front.ts';
import type { AdminDoor } from './http/operators.ts';
import type { Match } from './http/routes.ts';
import { ToolScopes } from './http/tool-scopes.ts';
import { KeyWatch } from './key-watch.ts';
import { loopId } from './loop-id.ts';
import type { OperatorRules } from './operator-site.ts';
import { type OverloadOptions, watchOver } from './overload.ts';
import { TokenDoors, type TokenPorts } from './oauth.ts';
import { type ProjectOptions, type ServerEntries, setupsOf } from './setups.ts';
import type { ServerLimits } from './server-gates.ts';
import { shared } from './shared.ts';
import { type ProjectRules, Sites } from './sites.ts';

/** Who may call, from where, and what the root routes serve. */
export interface AccessOptions {
  /** The server of the root routes `/sse` and `/mcp`; default: the only one, or all of them merged. */
  readonly default?: string;
  /** How several servers are seen as one; default: see `MergeRules`. */
  readonly merge?: MergeRules;
  /** What everybody may use, callers of projects included; default: all. See `Policy`. */
  readonly policy?: Policy | undefined;
  /** Keys of which every caller must show one, plain or as `sha256:<hex>`; default: none is asked for. */
  readonly apiKeys?: Keys;
  /** Keys that come and go while the gateway runs, beside those; default: none do. */
  readonly keys?: KeySource;
  /**
   * Whether one of all these must be shown at the gateway itself, and at projects without keys of their own: `true` (the
   * default, where `apiKeys` or `keys` are given), `false`, or `from-first`: as soon as `keys` has one, and from then on.
   */
  readonly keyRequired?: KeyRequired;
  /** Whose tokens are taken, beside keys where there are any; default: nobody's. */
  readonly oauth?: OAuthOptions | undefined;
  /** Hosts (`Host` header) served beside those of this machine; `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Origins of browser pages served beside those of this machine; `*` for any. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Proxies in front of the gateway whose word is taken for where and how a client calls: addresses, networks
   * (`10.0.0.0/8`), `loopback`, `linklocal`, `uniquelocal`, `unix`; default: nobody.
   */
  readonly trustedProxies?: readonly string[];
  /** Addresses and networks from which clients may call, written the same; default: all. */
  readonly allowedAddresses?: readonly string[];
  /** Whether only this machine can reach the gateway; default true: then other hosts must be listed. */
  readonly isLoopback?: boolean;
  /** The one address or name it listens on, which is then served as a `Host`, too; default: none. */
  readonly ownHost?: string;
  /** What a GET without a session opens on `/sse` and `/mcp`; default `superset`, which serves most clients. */
  readonly dialect?: DialectName;
  /** The same by server, for those that have one of their own; one of a project is called `project/server`. */
  readonly dialects?: Readonly<Record<string, DialectName>>;
  /** Projects by name, as callers meet them under `/projects/{project}`. */
  readonly projects?: Readonly<Record<string, ProjectRules>>;
  /** Whether streams of HTTP+SSE are opened; default true. Off, opening one is 404. */
  readonly sseEnabled?: boolean;
  /** What seals state that clients of 2026-07-28 keep for the gateway; default: a random key of this process. */
  readonly state?: StateOptions;
  /** Requests of one caller within a minute; default: as many as it likes. One more is 429, or an error on a stream. */
  readonly callsPerMinute?: number | undefined;
  /** How many of them at once; default: all. */
  readonly burst?: number | undefined;
  /** What is sent to servers within a time, by their names; those of a project are called `project/server`. */
  readonly serverLimits?: Readonly<Record<string, ServerLimits>>;
  /** Requests and bytes within a time: of each caller, each client address, and all together; default: no limits. */
  readonly rates?: RateRules | undefined;
  /** The origin of the gateway as clients see it, like `https://mcp.example.com`; default: as they call it. */
  readonly publicOrigin?: string;
  /** The path the gateway is mounted at, as clients see it; default none. */
  readonly basePath?: string;
}

export interface GatewayOptions extends Omit<AccessOptions, 'dialects' | 'serverLimits' | 'projects'> {
  /** The servers by name; each is served under `/servers/{name}/sse` and `…/mcp`. */
  readonly servers: ServerEntries;
  /** Projects by name; each is served under `/projects/{name}/…`, with servers, keys and limits of its own. */
  readonly projects?: Readonly<Record<string, ProjectOptions>>;
  /** The older name of `settings.streams`. */
  readonly sseMaxStreams?: number;
  /** Caps and waits; see `Settings` for the defaults and their reasons. */
  readonly settings?: Partial<Settings>;
  /** What is kept for resumption. */
  readonly log?: Partial<MemoryLogLimits>;
  /** What it shares with other gateways: see `sluice/redis`. Default: nothing, it is alone. */
  readonly backplane?: Backplane;
  /** How long the tickets of browser pages are good, and how many there may be. */
  readonly tickets?: Partial<TicketLimits>;
  /**
   * When the process has more to do than it can, and new sessions are refused; `false`: never. Default: as
   * `OverloadOptions` says on Node, elsewhere never.
   */
  readonly overload?: OverloadOptions | false;
  /** How long the body of a request may take, in ms; default 30,000. */
  readonly bodyMs?: number;
  /**
   * By which it knows its own requests again (RFC 8586); default: one for the process. Gateways of one process that are
   * servers of each other need one each, and so do the drivers of each (`loopId` in their second argument): else a
   * circle of them is not noticed.
   */
  readonly loopId?: string;
  /** Told what happens; default: nobody. */
  readonly observer?: Observer;
  /** Makes spans of requests; default: nobody does. */
  readonly tracer?: Tracer | undefined;
  /** Counts what happens, and is served at `/metrics`: see `sluice/telemetry`. Default: nothing is counted. */
  readonly metrics?: Metrics | undefined;
}

export interface Platform extends TokenPorts {
  readonly runtime: Runtime;
  /** Whether timers may run before there is a request. Default false: then nobody looks whether the clock was set. */
  readonly watchesClock?: boolean;
  /** The share of its memory that the process uses, where there is a process. */
  readonly memoryShare?: () => number;
}

export interface Composed {
  readonly gateway: Gateway;
  readonly front: Front;
  /** What the root routes of the gateway itself lead to now; undefined where it has no server. */
  readonly root: () => Mount | undefined;
  /**
   * Agrees with other nodes on what they must have in common: after it joined them, and before it serves. Rejects with one
   * sentence where that cannot be. Does nothing for a gateway that is alone.
   */
  agree(): Promise<void>;
  /** Takes over who may call, from where, and what the root routes serve. Servers are not touched. */
  change(options: AccessOptions): void;
  /** Lets operators in from now on, or nobody; whatever they opened and may not keep ends. */
  operate(admin: AdminDoor | undefined): void;
  /** Ends what was opened with proofs that are none any more. */
  review(): void;
}

/** @throws TypeError with one sentence when the options are not what they must be */
export function compose(options: GatewayOptions, platform: Platform): Composed {
  checkOptions(options);
  const { loopId: ownLoopId, keys } = options;
  const degraded = new Degraded(platform.runtime, harmless(options.observer ?? {}));
  const overload = watchOver(options.overload, { ...platform, troubles: degraded });
  const { runtime, sha256 } = platform;
  const common = shared({
    backplane: options.backplane ?? memoryBackplane({ ...DEFAULT_LOG_LIMITS, ...options.log }, degraded),
    runtime,
    sha256,
    random: randomBytes,
    state: options.state ?? {},
    tickets: options.tickets ?? {},
  });
  const { backplane, counting, tickets, seal, listsChanged } = common;
  const gateway = new Gateway({
    runtime: platform.runtime,
    degraded,
    seal,
    listsChanged,
    admission: counting.servers,
    isOverloaded: overload && (() => overload.isOverloaded),
    backplane,
    askPeer,
    tracer: options.tracer,
    observer: counted(options.observer, options.metrics),
    settings: { ...(options.sseMaxStreams ? { streams: options.sseMaxStreams } : {}), ...options.settings },
  });
  const { servers, dialects, serverLimits, projects } = setupsOf(options.servers, options.projects);
  for (const server of servers) gateway.addServer(server);
  let sites: Sites | undefined;
  const doors = new TokenDoors(platform);
  const operators: OperatorRules = {};
  const rules = (access: AccessOptions) => {
    const seen = seenBy(access);
    const tokens = doors.of(access.oauth, seen);
    sites = new Sites({ ...access, tokens, operators }, gateway, platform.sha256, counting.meter);
    holdBy(sites, access, gateway);
    counting.change(access, sites);
    return { ...accessRules(access, sites), ...seen };
  };
  const allows = (principal: string, mount: Mount) => sites?.allows(principal, mount) ?? false;
  const front = new Front({
    gateway,
    brake: counting.brake,
    tickets,
    bodyMs: options.bodyMs ?? 30_000,
    version: SLUICE_VERSION,
    random: Math.random,
    loopId: () => ownLoopId ?? loopId(),
    allows,
    metrics: measured(gateway, options.metrics),
    ...rules({ ...options, dialects, serverLimits, projects }),
  });
  meetOthers({ gateway, front, backplane, runtime, seal, proves: common.proves });
  const watch = new KeyWatch(gateway, () => sites);
  watch.follow(keys);
  degraded.follow(() => watch.troubles);
  common.wake(gateway, watch);
  const unwatch = platform.watchesClock ? watchClock(runtime, degraded) : undefined;
  gateway.onClose(() => {
    unwatch?.();
    watch.end();
    overload?.close();
    common.close();
  });
  const change = (access: AccessOptions) => {
    const next = rules(access);
    common.changeState(access.state ?? {});
    front.change(next);
    for (const [name, merge] of gateway.merges) if (!next.sites.isRoot(merge)) gateway.removeMerge(name);
    watch.follow(access.keys);
    watch.review();
  };
  const root = () => sites?.root.mounts.of(undefined, EVERYBODY);
  const operate = (admin: AdminDoor | undefined) => {
    operators.door = admin?.operators;
    front.change({ admin });
    watch.review();
  };
  const review = () => watch.review();
  return { gateway, front, root, agree: () => common.agree(), change, operate, review };
}

function accessRules(options: AccessOptions, sites: Sites) {
  const { dialect = 'superset', dialects = {}, projects = {} } = options;
  return {
    sites,
    origins: new OriginGuard({
      hosts: options.allowedHosts ?? [],
      origins: options.allowedOrigins ?? [],
      isLoopback: options.isLoopback ?? true,
      // They are of whoever sits at the machine, unless the gateway is one that others reach without a key.
      localPages: (options.isLoopback ?? true) || sites.all.every(({ door }) => door.isRequired),
      ownHost: options.ownHost?.toLowerCase(),
    }),
    proxies: options.trustedProxies?.length ? new Proxies(options.trustedProxies) : undefined,
    dialectOf: ({ project }: Match, mount: Mount) =>
      dialectCalled(dialects[mount.name] ?? (project && projects[project]?.dialect) ?? dialect),
    dialect: dialectCalled(dialect),
    sse: { enabled: options.sseEnabled ?? true },
    oauth: options.oauth,
    toolScopes: toolScopesOf(options.oauth),
  };
}

/** Whoever shows nothing. */
const EVERYBODY = { policy: undefined };

function toolScopesOf({ toolScopes = {}, scopes = [] }: OAuthOptions = {}): ToolScopes | undefined {
  return Object.keys(toolScopes).length === 0 ? undefined : new ToolScopes(toolScopes, scopes);
}

/** @throws Error where callers could choose which endpoint a token is for */
function seenBy({ oauth, publicOrigin, basePath = '', allowedHosts = [], isLoopback = true }: AccessOptions) {
  if (oauth && publicOrigin === undefined && isAnyHostAllowed(allowedHosts, isLoopback))
    throw new Error(
      '`oauth` needs `publicOrigin` or `allowedHosts` where any host may be called: tokens are meant for the URL that is called.',
    );
  const origin = publicOrigin === undefined ? undefined : new URL(publicOrigin).origin;
  return { publicOrigin: origin, basePath: basePath.replace(/\/$/, '') };
}

const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Names were checked before. */
function dialectCalled(name: string): Dialect {
  return dialectNamed(name) ?? superset;
}
