/** A configuration as the gateway uses it: checked, filled in, every default written out. */
import type { z } from 'zod';
import type { AdminSettings } from './admin.ts';
import type { AuthConfig } from './auth.ts';
import type { ClusterSettings } from './cluster.ts';
import type { Problem } from './problems.ts';
import type { audit } from './schema-audit.ts';
import type { TracesSettings } from './schema-traces.ts';
import type { MetricsSettings } from './schema-metrics.ts';
import type { TlsSettings } from './tls.ts';
import type { limits, log, state, timeouts } from './schema.ts';
import type { builtinEntry } from './schema-entries.ts';
import type { oauth } from './schema-oauth.ts';
import type { policy } from './schema-policy.ts';
import type { heldBy } from './schema-caps.ts';
import type { ruleOfCaller } from './schema-limits.ts';
import type { merge, projectLimits } from './schema-projects.ts';
import type { dialectName } from './schema-values.ts';

/** Caps; sizes in bytes. */
export type Limits = Readonly<z.output<typeof limits>>;
/** Waits, in milliseconds. */
export type Timeouts = Readonly<z.output<typeof timeouts>>;
export type StateSettings = Readonly<z.output<typeof state>>;
/** Times in ms, sizes in bytes. */
export type AuditSettings = Readonly<z.output<typeof audit>>;
export type LogSettings = Readonly<z.output<typeof log>>;
export type LogLevel = LogSettings['level'];
export type Sharing = 'session' | 'principal' | 'shared';
export type DialectName = z.output<typeof dialectName>;
export type MergeSettings = Readonly<z.output<typeof merge>>;
/** Whose tokens are taken; times in milliseconds. */
export type OAuthSettings = Readonly<z.output<typeof oauth>>;
/** What callers may use. */
export type PolicySettings = Readonly<z.output<typeof policy>>;
export type ProjectLimits = Readonly<z.output<typeof projectLimits>>;

type Entry = z.output<typeof builtinEntry>;
/** What of a server is shown, and under which names. */
export type Offer = Readonly<Pick<Entry, 'tools' | 'prompts' | 'resources' | 'readOnly' | 'checkArguments'>>;
/** What may be held at once. */
export type KeyHolds = Readonly<z.output<ReturnType<typeof heldBy>>>;
export type KeyLimits = Readonly<z.output<typeof ruleOfCaller>>;
/** How much it is sent within a time. */
export type ServerLimits = Readonly<Pick<Entry, 'limits' | 'toolLimits'>>;
/** How long answers of a server are kept, in ms, and for whom. */
export type CacheSettings = Readonly<NonNullable<Entry['cache']>>;

interface ServerBase extends Offer, ServerLimits {
  /** Fit for a path of a URL as it stands: letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  readonly description: string | undefined;
  /** Milliseconds. */
  readonly startTimeout: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
  /** Which words it understands; `auto` finds out. */
  readonly era: Entry['era'];
  /** Milliseconds. */
  readonly probeTimeout: number;
  /** Milliseconds; undefined: a silent server is not asked whether it lives. */
  readonly healthInterval?: number | undefined;
  /** Milliseconds. */
  readonly healthTimeout?: number | undefined;
  /** Milliseconds; undefined: see `ServerOptions.idleMs`. */
  readonly idleTimeout?: number | undefined;
  /** Of the server's own routes; undefined: as around it. */
  readonly dialect?: DialectName | undefined;
  readonly cache?: CacheSettings | undefined;
}

/** A child process. */
export interface StdioServer extends ServerBase {
  readonly type: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** By variable and caller. */
  readonly envPerPrincipal?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** As written: relative to the folder of the configuration file. */
  readonly cwd: string | undefined;
  readonly sharing: Sharing;
  readonly warm: number;
  readonly maxProcesses: number;
  /** Bytes. */
  readonly maxMemory?: number | undefined;
}

/** A built-in server inside the gateway. */
export interface BuiltinServer extends ServerBase {
  readonly type: 'inprocess';
  readonly builtin: 'aare';
  readonly options: Readonly<Record<string, unknown>>;
  readonly sharing: Sharing;
}

/** A server behind a URL. */
export interface RemoteServer extends ServerBase {
  readonly type: 'http' | 'sse' | 'ws';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is shown to it beside those. */
  readonly auth?: AuthConfig | undefined;
  /** Lower-case names of headers of the caller that are passed on; `sharing` is `session` where there are any. */
  readonly forwardHeaders: readonly string[];
  readonly sharing: Sharing;
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly maxConnections?: number | undefined;
}

export type ServerConfig = StdioServer | BuiltinServer | RemoteServer;

/** A disabled entry with a URL: the server, or what is wrong with it, like a variable that is not set. */
export type UnservedServer =
  | { readonly name: string; readonly server: RemoteServer }
  | { readonly name: string; readonly problems: readonly Problem[] };

export interface ApiKey {
  /** Who has it; for logs. */
  readonly name: string;
  /** `sha256:` and 64 hexadecimal digits; the key itself only while the file is read. */
  readonly key: string;
  /** Undefined: as all others. */
  readonly policy?: PolicySettings | undefined;
  /** How much its holder may do within a time; undefined: as all others. */
  readonly limits?: KeyLimits | undefined;
  /** What its holder may have at once; undefined: as all others. */
  readonly holds?: KeyHolds | undefined;
  /** SHA-256 of the certificate with which alone it is good; undefined: with any or none. */
  readonly certificate?: string | undefined;
  /** From when on it opens nothing, in ms since the epoch. */
  readonly expires?: number | undefined;
}

/** A gateway within the gateway. */
export interface ProjectConfig {
  readonly name: string;
  readonly description: string | undefined;
  /** Its own, in the order of the file, without those that are disabled. */
  readonly servers: readonly ServerConfig[];
  readonly disabled: readonly string[];
  /** Names of servers of the gateway that it has, too. */
  readonly shared: readonly string[];
  /** Undefined: those of the gateway open it. */
  readonly apiKeys: readonly ApiKey[] | undefined;
  /** What its callers may use. */
  readonly policy?: PolicySettings | undefined;
  /** Undefined: it may be called from everywhere. */
  readonly allowedAddresses?: readonly string[] | undefined;
  /** The server of its root routes; undefined: all of them, merged. */
  readonly default: string | undefined;
  readonly merge: MergeSettings;
  readonly dialect: DialectName;
  readonly limits: ProjectLimits;
}

export type SourceKind = 'flag' | 'environment' | 'file' | 'default';

/** Where a value came from. */
export interface Source {
  readonly kind: SourceKind;
  /** `--port`, `PORT`, `sluice.json:3:11`; empty for a default. */
  readonly where: string;
}

export interface Config {
  /** The file it was read from, as it was named; undefined for a one-liner. */
  readonly file: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Proxies whose word is taken for where a client is. */
  readonly trustedProxies: readonly string[];
  /** Undefined: it speaks in the clear. */
  readonly tls?: TlsSettings | undefined;
  /** Undefined: it may be called from everywhere. */
  readonly allowedAddresses?: readonly string[] | undefined;
  readonly apiKeys: readonly ApiKey[];
  /** Whose tokens callers may show. */
  readonly oauth: OAuthSettings | undefined;
  /** Whether callers must show a key. */
  readonly apiKeyRequired: boolean;
  /** What everybody may use. */
  readonly policy?: PolicySettings | undefined;
  /** The folder of what is kept; absolute once the file is loaded. Nothing is made there before it is needed. */
  readonly dataDir: string;
  /** The server that answers at the root; undefined: all of them, merged. */
  readonly default: string | undefined;
  readonly merge: MergeSettings;
  readonly dialect: DialectName;
  /** Whether legacy streams are served. */
  readonly sse: boolean;
  /** What seals state that clients keep. */
  readonly state: StateSettings;
  /** Undefined: this gateway is alone. */
  readonly cluster?: ClusterSettings | undefined;
  readonly projects: readonly ProjectConfig[];
  /** In the order of the file, without those that are disabled. */
  readonly servers: readonly ServerConfig[];
  /** Names of the entries that are disabled. */
  readonly disabled: readonly string[];
  /** The disabled entries with a URL, where `readConfig` was told to accept them: never served, but of use to a client. */
  readonly unserved: readonly UnservedServer[];
  readonly admin: AdminSettings;
  readonly audit: AuditSettings;
  readonly traces: TracesSettings;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly metrics: MetricsSettings;
  readonly log: LogSettings;
  /** Where each value came from, by its path (`limits.bodyBytes`); what is missing here is a default. */
  readonly sources: ReadonlyMap<string, Source>;
  /** One sentence for each thing that was ignored. */
  readonly warnings: readonly string[];
  /** Texts that must never be printed: keys, tokens, passwords. */
  readonly secrets: readonly string[];
}
