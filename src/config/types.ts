/** A configuration as the gateway uses it: checked, filled in, every default written out. */
import type { z } from 'zod';
import type { Problem } from './problems.ts';
import type { limits, log, timeouts } from './schema.ts';

/** Caps; sizes in bytes. */
export type Limits = Readonly<z.output<typeof limits>>;
/** Waits, in milliseconds. */
export type Timeouts = Readonly<z.output<typeof timeouts>>;
export type LogSettings = Readonly<z.output<typeof log>>;
export type LogLevel = LogSettings['level'];
export type Sharing = 'session' | 'principal' | 'shared';

interface ServerBase {
  /** Fit for a path of a URL as it stands: letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  readonly description: string | undefined;
  /** Milliseconds. */
  readonly startTimeout: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
}

/** A child process. */
export interface StdioServer extends ServerBase {
  readonly type: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** As written: relative to the folder of the configuration file. */
  readonly cwd: string | undefined;
  readonly sharing: Sharing;
  readonly warm: number;
  readonly maxProcesses: number;
}

/** A built-in server inside the gateway. */
export interface BuiltinServer extends ServerBase {
  readonly type: 'inprocess';
  readonly builtin: 'aare';
  readonly options: Readonly<Record<string, unknown>>;
  readonly sharing: Sharing;
}

/** A server behind a URL; only where `readConfig` was told to accept it. */
export interface RemoteServer extends ServerBase {
  readonly type: 'http' | 'sse';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type ServerConfig = StdioServer | BuiltinServer | RemoteServer;

/** A disabled entry with a URL: the server, or what is wrong with it, like a variable that is not set. */
export type UnservedServer =
  | { readonly name: string; readonly server: RemoteServer }
  | { readonly name: string; readonly problems: readonly Problem[] };

export interface ApiKey {
  /** Who has it; for logs. */
  readonly name: string;
  /** The key itself, or `sha256:` and 64 hexadecimal digits of its SHA-256. */
  readonly key: string;
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
  readonly apiKeys: readonly ApiKey[];
  /** Whether callers must show a key. */
  readonly apiKeyRequired: boolean;
  /** The server that answers at the root; undefined when there is no server at all. */
  readonly default: string | undefined;
  /** In the order of the file, without those that are disabled. */
  readonly servers: readonly ServerConfig[];
  /** Names of the entries that are disabled. */
  readonly disabled: readonly string[];
  /** The disabled entries with a URL, where `readConfig` was told to accept them: never served, but of use to a client. */
  readonly unserved: readonly UnservedServer[];
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  readonly log: LogSettings;
  /** Where each value came from, by its path (`limits.bodyBytes`); what is missing here is a default. */
  readonly sources: ReadonlyMap<string, Source>;
  /** One sentence for each thing that was ignored. */
  readonly warnings: readonly string[];
  /** Texts that must never be printed: keys, tokens, passwords. */
  readonly secrets: readonly string[];
}
