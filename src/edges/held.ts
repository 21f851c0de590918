/** How much may be held at once: what the options of a gateway and its projects say, as its ledger takes it. */
import type { Gateway } from '../engine/gateway.ts';
import type { HeldRules } from '../engine/ledger.ts';
import type { Caps } from '../engine/ports-held.ts';
import { callerCapsOf, capsOf } from '../engine/settings.ts';
import type { ProjectRules, Sites } from './sites.ts';

/** Caps of a project; what is left out is bounded by the gateway alone. */
export interface HeldLimits {
  /** Open sessions. */
  readonly sessions?: number | undefined;
  /** The older name of `perCaller.sessions`. */
  readonly sessionsPerPrincipal?: number | undefined;
  /** Connections on which events travel, of every kind. */
  readonly streams?: number | undefined;
  /** Requests in flight. */
  readonly calls?: number | undefined;
  /** Requests that listen. */
  readonly listens?: number | undefined;
  /** What one caller may hold; default: as the gateway has it. */
  readonly perCaller?: Caps | undefined;
  /** What one address may hold; default: as the gateway has it. */
  readonly perAddress?: Caps | undefined;
}

/** Takes over what sites say, now and whenever they change. */
export function holdBy(
  sites: Sites,
  { projects = {} }: { readonly projects?: Readonly<Record<string, ProjectRules>> },
  { context: { ledger, settings } }: Gateway,
): void {
  const capsOfCaller = (principal: string): Caps | undefined => {
    for (const { door } of sites.all) {
      const caller = door.recall(principal);
      if (caller !== undefined) return caller === 'varies' ? undefined : caller.held;
    }
    return undefined;
  };
  ledger.change(
    {
      gateway: { all: capsOf(settings), perCaller: callerCapsOf(settings), perAddress: settings.perAddress },
      projects: new Map(Object.entries(projects).map(([name, { limits = {} }]) => [name, heldOf(limits)])),
      // Asked when it matters: keys may be made while the gateway runs.
      get isShared() {
        return sites.all.length > 1 || sites.root.door.isOne !== true;
      },
    },
    capsOfCaller,
  );
}

function heldOf(limits: HeldLimits): HeldRules {
  const { sessions, streams, calls, listens, sessionsPerPrincipal, perCaller, perAddress = {} } = limits;
  return {
    all: { sessions, streams, calls, listens },
    perCaller:
      sessionsPerPrincipal === undefined
        ? (perCaller ?? {})
        : { sessions: sessionsPerPrincipal, ...perCaller },
    perAddress,
  };
}
