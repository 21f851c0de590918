/**
 * What nodes share beside sessions: how much callers may, tickets, what seals state, and wake-ups. A node that is alone has
 * all of it for itself, and nothing here stands in the way of a request.
 */
import type { Sha256 } from '../access/keys.ts';
import { type RandomBytes, Seals, type StateOptions } from '../access/seals.ts';
import { SharedTickets } from '../access/shared-tickets.ts';
import { type TicketBook, type TicketLimits, Tickets } from '../access/tickets.ts';
import { changedBy } from '../engine/catalog/kinds.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Backplane } from '../engine/ports-backplane.ts';
import type { Seal } from '../engine/ports-era.ts';
import type { Runtime } from '../engine/ports.ts';
import { Announcements } from './announcements.ts';
import { Counting } from './counting.ts';
import type { KeyWatch } from './key-watch.ts';
import { SharedSeal } from './shared-seal.ts';

export interface SharedPorts {
  readonly backplane: Backplane;
  readonly runtime: Runtime;
  readonly sha256: Sha256;
  readonly random: RandomBytes;
  readonly state: StateOptions;
  readonly tickets: Partial<TicketLimits>;
}

export interface Shared {
  /** For the gateway, in place of the one it was made of. */
  readonly backplane: Backplane;
  readonly counting: Counting;
  readonly tickets: TicketBook;
  readonly seal: Seal;
  /** Whether its keys are configured: whoever reads what is shared does not learn them there. */
  readonly proves: () => boolean;
  /** A server said that its lists changed, or they were found so. */
  readonly listsChanged: ((server: string, method: string) => void) | undefined;
  /** Configured keys changed. */
  changeState(state: StateOptions): void;
  /** To be waited for, after the node joined the others and before it serves. Rejects where nothing can be agreed. */
  agree(): Promise<void>;
  /** Wakes up these from now on, and tells others what they find. */
  wake(gateway: Gateway, watch: KeyWatch): void;
  close(): void;
}

export function shared(ports: SharedPorts): Shared {
  return ports.backplane.isShared ? amongOthers(ports) : alone(ports);
}

function alone({ backplane, runtime, sha256, random, state, tickets: limits }: SharedPorts): Shared {
  const seals = new Seals(state, random);
  return {
    backplane,
    counting: new Counting(backplane, runtime),
    tickets: new Tickets({ runtime, sha256, limits }),
    seal: seals,
    proves: () => false,
    listsChanged: undefined,
    changeState: (next) => seals.change(next),
    agree: async () => {},
    wake: () => {},
    close: () => {},
  };
}

function amongOthers(ports: SharedPorts): Shared {
  const { backplane, runtime, sha256, random, state, tickets: limits } = ports;
  const { node, isShared, log, directory, counters, bus } = backplane;
  const announcements = new Announcements({ node, bus, runtime });
  const counting = new Counting(backplane, runtime);
  const seals = new Seals(state, random);
  const seal = new SharedSeal(seals, state, { directory, announcements, runtime, random, sha256 });
  // Each ticket is taken once: there is nothing to say twice.
  const taken = (hash: string) => bus.announce('ticket', hash);
  const tickets = new SharedTickets({ runtime, sha256, directory, seal, taken, limits });
  announcements.on('ticket', (hash) => tickets.spent(hash));
  return {
    backplane: {
      node,
      isShared,
      log,
      directory,
      counters,
      bus: announcements.bus,
      close: () => backplane.close(),
    },
    counting,
    tickets,
    seal,
    proves: () => seal.isConfigured,
    listsChanged: (server, method) => announcements.say('lists', `${method} ${server}`),
    changeState: (next) => seal.change(next),
    agree: () => seal.agree(),
    wake: (gateway, watch) => {
      announcements.on('lists', (text) => {
        const space = text.indexOf(' ');
        const [method, server] = [text.slice(0, space), text.slice(space + 1)];
        if (changedBy(method).length > 0) gateway.servers.get(server)?.changedElsewhere(method);
      });
      announcements.on('keys', () => watch.heard());
      watch.tells(() => announcements.say('keys', ''));
    },
    close: () => {
      counting.close();
      tickets.close();
      seal.close();
      announcements.close();
    },
  };
}
