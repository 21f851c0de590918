/** Servers and projects as the library takes them, and as the gateway knows them. */
import type { DialectName } from '../dialects/table.ts';
import type { EraRule } from '../engine/bridge/eras.ts';
import type { Offer } from '../engine/catalog/view.ts';
import type { Sharing, UpstreamDriver } from '../engine/ports.ts';
import type { CacheRules } from '../engine/result-cache.ts';
import type { ServerOptions } from '../engine/server-options.ts';
import type { ServerLimits } from './server-gates.ts';
import { ownName, type ProjectRules } from './sites.ts';

/** One server: how it is reached, and how it is shared, shown and waited for. */
export interface ServerSetup extends ServerLimits {
  readonly driver: UpstreamDriver;
  /** Who shares a link to it; default `session`: nobody. */
  readonly sharing?: Sharing;
  /** How long a call may stay without an answer or progress, in ms; default 300,000. */
  readonly requestMs?: number;
  /** From opening a link to the answer to `initialize`, in ms; default 30,000. */
  readonly startMs?: number;
  /** Which words it understands: `legacy`, `modern` or `auto`, which finds out; default `auto`. */
  readonly era?: EraRule;
  /** How long it may take to say so, once it runs, in ms; default 5,000. */
  readonly probeMs?: number;
  /** How long it may be silent before it is asked whether it lives, in ms; default: until a call to it times out. */
  readonly healthIntervalMs?: number;
  /** How long it may be silent then, in ms; three times in a row, and it is given up. Default 10,000. */
  readonly healthTimeoutMs?: number;
  /**
   * How long a link that sessions share is kept without any, in ms; default: for ever where everybody shares it, and not
   * at all where one caller does.
   */
  readonly idleMs?: number;
  /** What of its results may be given again; default: what a shared server itself allows. */
  readonly cache?: CacheRules;
  /** What of its tools, prompts and resources is offered, and under which names; default: all as it is. */
  readonly offer?: Offer;
  /** How the legacy streams of its own routes are spoken; default: as those around it. */
  readonly dialect?: DialectName;
  /**
   * Names of headers that are passed on from the caller, as they were when its session began; default: none is. Its
   * links are then shared by nobody but requests without a session of one principal with the same headers.
   */
  readonly forwardHeaders?: readonly string[];
}

/** A server alone, or with its setup. */
export type ServerEntry = UpstreamDriver | ServerSetup;
export type ServerEntries = Readonly<Record<string, ServerEntry>>;

/** A gateway within the gateway, under `/projects/{project}`. */
export interface ProjectOptions extends Omit<ProjectRules, 'own'> {
  /** Its own servers by name; default none. */
  readonly servers?: ServerEntries;
}

/** What was handed in, as it is added to the gateway. */
export interface Setups {
  readonly servers: readonly ServerOptions[];
  readonly dialects: Readonly<Record<string, DialectName>>;
  readonly serverLimits: Readonly<Record<string, ServerLimits>>;
  readonly projects: Readonly<Record<string, ProjectRules>>;
}

export function setupsOf(
  servers: ServerEntries,
  projects: Readonly<Record<string, ProjectOptions>> = {},
): Setups {
  const named = Object.entries(servers);
  const rules: Record<string, ProjectRules> = {};
  for (const [project, { servers: own = {}, ...rest }] of Object.entries(projects)) {
    rules[project] = { ...rest, own: Object.keys(own) };
    for (const [name, entry] of Object.entries(own)) named.push([ownName(project, name), entry]);
  }
  const setups = named.map(([name, entry]) => [name, 'driver' in entry ? entry : { driver: entry }] as const);
  return {
    servers: setups.map(([name, setup]) => ({ ...setup, name })),
    dialects: Object.fromEntries(setups.flatMap(([name, { dialect }]) => (dialect ? [[name, dialect]] : []))),
    serverLimits: Object.fromEntries(
      setups.flatMap(([name, { limits, toolLimits }]) =>
        limits || toolLimits ? [[name, { limits, toolLimits }]] : [],
      ),
    ),
    projects: rules,
  };
}
