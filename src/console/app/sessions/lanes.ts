/** The lanes of a sequence diagram: the client, the gateway, and each server that was spoken to. */
import type { MessageView } from '../../../edges/admin/contract/session.ts';
import type { Entry } from './timeline.ts';

/** More servers have one lane together. */
const MOST_SERVERS = 4;
const OTHERS = 'other servers';

/** @param before what they were: a lane stays where it is */
export function lanesOf(entries: readonly Entry[], before: readonly string[]): readonly string[] {
  const servers = new Set(before);
  for (const entry of entries) {
    if (entry.kind === 'gap' || isClientSide(entry) || servers.size > MOST_SERVERS) continue;
    servers.add(entry.server);
  }
  if (servers.size === before.length) return before;
  return [...servers];
}

export function shownLanes(servers: readonly string[]): readonly string[] {
  if (servers.length === 0) return ['server'];
  return servers.length > MOST_SERVERS ? [...servers.slice(0, MOST_SERVERS - 1), OTHERS] : servers;
}

export function isClientSide({ leg }: MessageView): boolean {
  return leg === 'from-client' || leg === 'to-client';
}

/** Where an arrow begins and ends, as numbers of lanes. @param servers as they are shown */
export function arrowOf(
  { leg, server }: MessageView,
  servers: readonly string[],
): { from: number; to: number } {
  const found = servers.indexOf(server);
  const lane = 2 + (found < 0 ? servers.length - 1 : found);
  switch (leg) {
    case 'from-client':
      return { from: 0, to: 1 };
    case 'to-client':
      return { from: 1, to: 0 };
    case 'to-server':
      return { from: 1, to: lane };
    case 'from-server':
      return { from: lane, to: 1 };
  }
}

/** The middle of a lane, in percent of all. */
export function middleOf(lane: number, lanes: number): number {
  return ((lane + 0.5) / lanes) * 100;
}
