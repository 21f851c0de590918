/** What may be set for a server that runs as a child process, with the defaults and why. */
import type { Runtime } from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { BackoffOptions } from './backoff.ts';
import type { MemoryWatch } from './stdio-memory.ts';
import type { PersonalEnvironment } from './stdio-personal.ts';
import type { Watchdog } from './stdio-watchdog.ts';

/** A 10 MB picture as base64 fits. */
export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Twice what the engine lets wait before it refuses calls, so a healthy link never meets it. */
export const DEFAULT_MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** A small machine carries so many Node processes (some 50 MB each). */
export const DEFAULT_MAX_PROCESSES = 32;
/** Long enough to close a file or a connection in good order. */
export const DEFAULT_STOP_GRACE_MS = 2_000;
/** A link that lived for so long was started well: its end is no reason to wait before the next start. */
export const DEFAULT_QUICK_DEATH_MS = 10_000;

export interface StdioOptions {
  /** The server's name, for people. */
  readonly name: string;
  /** A file, found on the `PATH` when it has no slash; never a shell's line. */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Added to the few harmless variables a child inherits. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Variables whose values depend on whom the child is started for. Default none. */
  readonly envPerPrincipal?: PersonalEnvironment | undefined;
  readonly cwd?: string | undefined;
  /** Between the end of a child's input and SIGTERM, and from there to SIGKILL. Default 2,000 ms. */
  readonly stopGraceMs?: number | undefined;
  /** Processes alive at once, spares and those still ending included. Default 32. */
  readonly maxProcesses?: number | undefined;
  /** Spare processes kept started ahead. Default 0. */
  readonly warm?: number | undefined;
  /**
   * Memory that a child may use together with what it started; one that uses more is ended. Linux alone tells, and is
   * asked once a second. Default: as much as there is.
   */
  readonly maxMemoryBytes?: number | undefined;
  /** Bytes of one line from a child; a longer one is dropped. Default 16 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** Bytes that may wait for a child to read them; more ends its link. Default 64 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** A link that ends by itself sooner than this counts as a failure. Default 10,000 ms. */
  readonly quickDeathMs?: number | undefined;
  /** Waits between starts that fail; see `BackoffOptions`. */
  readonly backoff?: BackoffOptions | undefined;
  readonly runtime: Runtime;
  readonly observer: Observer;
  /** A number in [0, 1) for the jitter of waits. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Default: one for the whole process. */
  readonly watchdog?: Watchdog | undefined;
  /** Default: one for the whole process. */
  readonly memory?: MemoryWatch | undefined;
}

/** Throws `TypeError` for what no operating system can pass to a program: told now, not with the first call. */
export function refuseUnfit(options: StdioOptions): void {
  const {
    name,
    command,
    args = [],
    env = {},
    cwd = '',
    envPerPrincipal,
    warm = 0,
    maxMemoryBytes = 1,
  } = options;
  const unfit = (what: string): never => {
    throw new TypeError(`The server "${name}" cannot be started as it is configured: ${what}.`);
  };
  if (!(maxMemoryBytes > 0)) unfit('its maxMemory is no number of bytes');
  if (command === '') unfit('its command is empty');
  for (const [what, text] of [['command', command] as const, ['cwd', cwd] as const]) {
    if (text.includes('\0')) unfit(`its ${what} has a NUL character`);
  }
  const arg = args.findIndex((text) => text.includes('\0'));
  if (arg >= 0) unfit(`argument ${arg + 1} has a NUL character`);
  if (envPerPrincipal && warm > 0) {
    unfit('with envPerPrincipal no process can be started before it is known for whom; leave warm out');
  }
  const personal = Object.entries(envPerPrincipal ?? {}).flatMap(([variable, secrets]) => {
    if (Object.hasOwn(env, variable)) unfit(`${JSON.stringify(variable)} is in both env and envPerPrincipal`);
    return [[variable, ''] as const, ...Object.values(secrets).map((value) => [variable, value] as const)];
  });
  for (const [variable, value] of [...Object.entries(env), ...personal]) {
    if (variable === '') unfit('a variable of its env has no name');
    if (/[=\0]/.test(variable))
      unfit(`the name ${JSON.stringify(variable)} in its env has a "=" or a NUL character`);
    if (value.includes('\0'))
      unfit(`the variable ${JSON.stringify(variable)} of its env has a NUL character`);
  }
}
