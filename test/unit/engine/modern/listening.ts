/** Clients that listen, and a played server that is listened to. */
import type { FakeLink, Wire, World, WorldOptions } from '../support.ts';
import { turn } from '../support.ts';
import { ask, type Asked, driverOf, type Made, modernWorld } from './support.ts';

export const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
export const ALL = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

type Filter = Readonly<Record<string, unknown>>;

/** A client listens; the link to the server is open afterwards. */
export async function listen(at: World, filter: Filter, asked: Asked = {}): Promise<Made> {
  const made = ask(at, { method: 'subscriptions/listen', params: { notifications: filter }, ...asked });
  await turn();
  return made;
}

export function linkOf(at: World): FakeLink {
  return driverOf(at).link;
}

/** The subscriptions that the server was asked for, in order; those called off are left out. */
export function asksAt(link: FakeLink): Wire[] {
  const gone = new Set(
    link.calls
      .filter(({ method }) => method === 'notifications/cancelled')
      .map(({ params }) => params?.['requestId']),
  );
  return link.calls.filter(({ method, id }) => method === 'subscriptions/listen' && !gone.has(id));
}

export function filterOf(wire: Wire | undefined): Filter {
  return (wire?.params?.['notifications'] ?? {}) as Filter;
}

/** The server honours what it was asked for last, or a part of it. */
export function acknowledges(
  link: FakeLink,
  granted?: Filter,
  wire: Wire | undefined = asksAt(link).at(-1),
): void {
  says(link, wire, ACKNOWLEDGED, { notifications: granted ?? filterOf(wire) });
}

/** The server says something on a subscription, over a channel that all share. */
export function says(link: FakeLink, wire: Wire | undefined, method: string, params: Filter = {}): void {
  link.notifies(method, { ...params, _meta: { [SUBSCRIPTION]: wire?.id } });
}

export const changed = (link: FakeLink, wire = asksAt(link).at(-1), kind = 'tools') =>
  says(link, wire, `notifications/${kind}/list_changed`);
export const updated = (link: FakeLink, uri: string, wire = asksAt(link).at(-1)) =>
  says(link, wire, 'notifications/resources/updated', { uri });

/** What a client was told, in short: `acknowledged`, `tools`, the URI of an update. */
export function told({ carrier }: Made): string[] {
  return carrier.events.map(({ method = '', params }) => {
    if (method === ACKNOWLEDGED) return 'acknowledged';
    const uri = params?.['uri'];
    return typeof uri === 'string' ? uri : (method.split('/')[1] ?? '');
  });
}

export function acknowledgedWith({ carrier }: Made): unknown {
  return carrier.events.find(({ method }) => method === ACKNOWLEDGED)?.params?.['notifications'];
}

/** A gateway whose server acknowledges whatever it is asked for, at once. */
export function agreeing(options: WorldOptions = {}): World {
  const at = modernWorld(options);
  driverOf(at).script = (wire, link) => {
    if (wire.method === 'subscriptions/listen') queueMicrotask(() => acknowledges(link, undefined, wire));
    return undefined;
  };
  return at;
}
