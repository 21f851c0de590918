/**
 * Sessions as operators see them: those that are open as they are now, and for a while those that have ended, with the
 * reason. Of ids no more is shown than the log shows.
 *
 * Bounded by the sessions that are open, and by a number of those that are not.
 */
import type { Gateway } from '../../engine/gateway.ts';
import type { ClientKnown, Observer, SessionClosed, SessionOpened } from '../../engine/ports-observer.ts';
import type { Session } from '../../engine/session.ts';
import { openingOf } from '../../engine/session-facts.ts';
import { brief, briefText } from './brief.ts';
import type { SessionDetail, SessionView } from './contract/session.ts';

/** Sessions that have ended and are still shown. */
const ENDED = 200;

type Clean = (text: string) => string;

export type Change = 'opened' | 'closed' | 'changed';

/** Which are asked for. */
export interface SessionQuery {
  readonly server?: string | undefined;
  readonly state?: 'open' | 'closed' | 'all' | undefined;
  readonly limit?: number | undefined;
}

const DEFAULT_LIMIT = 1_000;

interface Known {
  readonly opened: SessionOpened;
  client?: ClientKnown['client'];
  version?: string;
}

export class SessionViews {
  readonly observer: Observer;
  readonly #now: () => number;
  readonly #clean: Clean;
  /** What is told of one once it has ended. */
  readonly #known = new Map<string, Known>();
  /** The one that ended last is the last. */
  readonly #ended: SessionView[] = [];
  /** Told of each that changes, by its whole id; and of one that has ended how it is shown. */
  onChange: ((change: Change, id: string, ended?: SessionView) => void) | undefined;

  /** @param now milliseconds since the epoch, as the machine is set @param clean a text without secrets */
  constructor(now: () => number, clean: Clean = (text) => text) {
    this.#now = now;
    this.#clean = clean;
    this.observer = {
      sessionOpened: (opened) => {
        this.#known.set(opened.session, { opened });
        this.onChange?.('opened', opened.session);
      },
      clientKnown: ({ session, client, version }) => {
        const known = this.#known.get(session);
        if (known) Object.assign(known, { client, version });
        this.onChange?.('changed', session);
      },
      streamOpened: ({ session }) => this.onChange?.('changed', session),
      streamClosed: ({ session }) => this.onChange?.('changed', session),
      sessionClosed: (closed) => this.#closed(closed),
    };
  }

  /** The newest first; those that are open come before those that are not. */
  list(gateway: Gateway, { server, state = 'all', limit = DEFAULT_LIMIT }: SessionQuery): SessionView[] {
    const isWanted = (name: string) => server === undefined || name === server;
    const open =
      state === 'closed' ? [] : newest(gateway.openSessions, (one) => isWanted(one.serverName), limit);
    const views = open.map((session) => viewOf(session, this.#clean));
    if (state === 'open') return views;
    return [...views, ...newest(this.#ended, (one) => isWanted(one.server), limit - views.length)];
  }

  /** All there is to say of one. @param id as it is shown */
  one(gateway: Gateway, id: string): SessionDetail | undefined {
    const session = this.find(gateway, id);
    if (session) return detailOf(session, gateway.context.runtime.now(), this.#clean);
    const ended = this.#ended.findLast((one) => one.id === id);
    return ended && { ...ended, calls: [], followed: [] };
  }

  /** One that is open. @param id as it is shown */
  find(gateway: Gateway, id: string): Session | undefined {
    return gateway.openSessions.find((session) => brief(session.id) === id);
  }

  /** Of these whole ids, those that are open. */
  shown(gateway: Gateway, ids: ReadonlyMap<string, Change>): { change: Change; session: SessionView }[] {
    const found: { change: Change; session: SessionView }[] = [];
    for (const session of gateway.openSessions) {
      const change = ids.get(session.id);
      if (change) found.push({ change, session: viewOf(session, this.#clean) });
    }
    return found;
  }

  /** Somebody looks from now on: at those that are open, too. */
  begin(gateway: Gateway): void {
    for (const session of gateway.openSessions) {
      const { client } = session.facts;
      const said = client && { client, version: session.version };
      this.#known.set(session.id, { opened: openingOf(session), ...said });
    }
  }

  /** Nobody looks any more. */
  clear(): void {
    this.#known.clear();
    this.#ended.length = 0;
  }

  #closed(closed: SessionClosed): void {
    const known = this.#known.get(closed.session);
    this.#known.delete(closed.session);
    if (!known) return;
    const ended = this.#endedView(known, closed);
    this.#ended.push(ended);
    if (this.#ended.length > ENDED) this.#ended.shift();
    this.onChange?.('closed', closed.session, ended);
  }

  #endedView({ opened, client, version }: Known, { reason, ms }: SessionClosed): SessionView {
    const { session, server, project, principal, dialect, era, address, origin, userAgent } = opened;
    const now = Math.round(this.#now());
    return {
      ...{ id: brief(session), server, principal, dialect, era, address },
      ...given({ project, version, ...said({ client, origin, userAgent }, this.#clean) }),
      ...{ openedAt: now - Math.round(ms), lastSeenAt: now },
      ...{ streams: 0, inFlight: 0, queuedBytes: 0, closedAt: now, reason },
    };
  }
}

function viewOf(session: Session, clean: Clean): SessionView {
  const { id, serverName: server, payers, principal, dialect, line, facts, streams, inFlight } = session;
  // Before that it is only assumed.
  const version = line.wasInitialized ? line.version : undefined;
  const { address, origin, userAgent, client, openedAt, lastSeenAt } = facts;
  return {
    ...{ id: brief(id), server, principal, dialect: dialect.name, era: 'legacy', address },
    ...given({ project: payers.project, version, ...said({ client, origin, userAgent }, clean) }),
    ...{ openedAt: Math.round(openedAt), lastSeenAt: Math.round(lastSeenAt) },
    ...{ streams: streams.followed, inFlight, queuedBytes: streams.queued },
  };
}

/** @param now by the clock of the engine */
function detailOf(session: Session, now: number, clean: Clean): SessionDetail {
  const calls = session.calls.all().map(({ method, startedAt, upstream }) => ({
    ...{ method: briefText(method), server: upstream?.serverName ?? session.serverName },
    ms: Math.max(0, Math.round(now - startedAt)),
  }));
  return { ...viewOf(session, clean), calls, followed: session.streams.all };
}

/** What a client says of itself: any text, and perhaps one with a key in it. */
function said(
  { client, origin, userAgent }: Pick<SessionView, 'client' | 'origin' | 'userAgent'>,
  clean: Clean,
): Partial<Pick<SessionView, 'client' | 'origin' | 'userAgent'>> {
  return {
    ...(client && { client: { name: clean(client.name), version: clean(client.version) } }),
    ...(origin !== undefined && { origin: clean(origin) }),
    ...(userAgent !== undefined && { userAgent: clean(userAgent) }),
  };
}

/** Without what is not known. */
function given<Facts extends object>(facts: Facts): { [name in keyof Facts]: NonNullable<Facts[name]> } {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [name in keyof Facts]: NonNullable<Facts[name]> };
}

/** From the end. */
function newest<One>(all: readonly One[], isWanted: (one: One) => boolean, limit: number): One[] {
  const found: One[] = [];
  for (let at = all.length - 1; at >= 0 && found.length < limit; at--) {
    const one = all[at] as One;
    if (isWanted(one)) found.push(one);
  }
  return found;
}
