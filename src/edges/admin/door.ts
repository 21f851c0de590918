/** The door of operators: who comes with what, and where what they ask is served. */
import type { Caller } from '../../access/principal.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type AdminDoor, type Barred, tellProblem } from '../http/operators.ts';
import type { Visit } from '../http/front.ts';
import { json } from '../http/replies.ts';
import { seenAs } from '../http/request.ts';
import type { AdminApp } from './app.ts';
import { cookiesOf } from './cookie.ts';
import type { Operator, Operators } from './operators.ts';
import { PageReports } from './page-reports.ts';
import { Problem, told } from './problem.ts';
import { serveBy } from './serve-by.ts';
import { sentTo } from './sent.ts';
import { isOfNode, nodeAsked } from './which-node.ts';

export interface DoorPorts {
  readonly operators: Operators;
  /** Whether the admin API is on. */
  readonly isOn: () => boolean;
  /** Loaded when it is asked for first. */
  readonly app: () => Promise<AdminApp>;
  /** Of this node, as others know it. */
  readonly url: () => string;
  /** Serves the files of the console. */
  readonly page: (visit: Visit) => Promise<void>;
}

const LOGIN = '/admin/api/login';
const REPORTS = '/admin/csp';

export class Door implements AdminDoor {
  readonly operators: Operators;
  readonly reports = new PageReports();
  readonly #ports: DoorPorts;

  constructor(ports: DoorPorts) {
    this.#ports = ports;
    this.operators = ports.operators;
  }

  isOpen(path: string): boolean {
    return path === LOGIN || path === REPORTS;
  }

  admits(visit: Visit): Caller | Barred {
    const shown = visit.request.header('authorization');
    return shown === undefined ? this.#bySession(visit) : this.#byKey(visit, shown);
  }

  serve(visit: Visit): Promise<void> {
    if (visit.match.row.leg === 'console') return this.#ports.page(visit);
    if (visit.request.path === REPORTS) return this.reports.take(visit);
    return this.#atNode(visit);
  }

  /** Served here, or by the node that is asked. */
  async #atNode(visit: Visit): Promise<void> {
    try {
      const isIn = () => this.#isIn(visit);
      const node = await nodeAsked(visit, this.#ports.url());
      const asked = { ...visit, request: askedWhileIn(visit.request, isIn) };
      if (node === undefined) return serveBy(await this.#ports.app(), asked);
      await visit.front.relay?.operate(sentTo(asked, node, isIn), node);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      json(visit.responder, error.status, told(error));
    }
  }

  async serveGuest(visit: Visit & { readonly caller: Caller }): Promise<void> {
    if (!isOfNode(visit.request.path))
      return tellProblem(visit, 'invalid_request', 'This is not asked of another node.');
    const { operator, leave } = this.operators.welcome(visit.caller.principal);
    try {
      await serveBy(await this.#ports.app(), { ...visit, caller: operator });
    } finally {
      leave();
    }
  }

  /** Whether whoever was let in still is; of what anybody may ask nobody was. */
  #isIn({ caller }: Visit): boolean {
    if (!this.#ports.isOn()) return false;
    return caller === undefined || this.operators.recall(caller.principal) !== undefined;
  }

  #bySession({ request }: Visit): Caller | Barred {
    const names = cookiesOf(request);
    if (names.length === 0) return { word: 'unauthorized', fact: 'nothing was shown' };
    const operator = this.#among(names);
    if (!operator) return { word: 'unauthorized', fact: 'the session is over' };
    // A browser adds the cookie by itself: that the page meant it is told by what no other page can say.
    const isSafe = request.method === 'GET' || request.method === 'HEAD';
    if (isSafe || isMeant(request)) return operator;
    return {
      word: 'forbidden_origin',
      fact: 'neither Origin nor Sec-Fetch-Site says that it is the console',
    };
  }

  #among(names: readonly string[]): Operator | undefined {
    for (const name of names) {
      const operator = this.operators.bySession(name);
      if (operator) return operator;
    }
    return undefined;
  }

  #byKey(visit: Visit, shown: string): Caller | Barred {
    const key = /^bearer +(\S+)$/i.exec(shown)?.[1] ?? '';
    const found = this.operators.byKey(key);
    return braked(visit, found) ?? { word: 'unauthorized', fact: 'the admin key is wrong' };
  }
}

/** What takes its time to be sent is not done for one who signed out meanwhile. */
function askedWhileIn(request: Visit['request'], isIn: () => boolean): Visit['request'] {
  const body = async (maxBytes: number, timeoutMs: number) => {
    const whole = await request.body(maxBytes, timeoutMs);
    if (isIn()) return whole;
    throw new ProtocolError('unauthorized', 'You were signed out while this was sent: nothing was done.');
  };
  return { ...seenAs(request, {}), body };
}

/** Both were compared with our own origin where they are. */
function isMeant(request: Visit['request']): boolean {
  return request.header('origin') !== undefined || request.header('sec-fetch-site') === 'same-origin';
}

/** Whether what somebody shows is not looked at now, be they who they say or not. */
export function isBraked({ front, address }: Visit, { principal }: Caller): boolean {
  const { brake, gateway } = front;
  return (
    brake.on(address, gateway.context.runtime.now()) !== undefined && !brake.hasPassed(address, principal)
  );
}

/**
 * Who showed something that can be guessed, as the brake on guessing has it.
 * @param found undefined: it was wrong
 * @returns undefined where it was wrong, and is counted
 */
export function braked<Who extends Caller>(visit: Visit, found: Who | undefined): Who | Barred | undefined {
  const { brake, gateway } = visit.front;
  const { address } = visit;
  const now = gateway.context.runtime.now();
  const over = brake.on(address, now);
  // In the same words, whether it was right or not.
  if (over && !(found && brake.hasPassed(address, found.principal))) return { word: 'rate_limited', over };
  if (found) brake.passed(address, found.principal);
  else brake.failed(address, now);
  return found;
}
