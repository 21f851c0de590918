/**
 * Every route × every way to come: who is let in, and that whoever is not learns nothing and does nothing. Made from
 * the table of routes, so that a new one cannot be forgotten.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASKED, type Asked, NOWHERE, type Spot } from './guard/asked.ts';
import { WAYS, type Way } from './guard/ways.ts';
import { World } from './guard/world.ts';

let world: World;
/** Where nobody is ever served: whatever happens there, a stranger did. */
let quiet: World;

beforeAll(async () => {
  [world, quiet] = await Promise.all([World.start(), World.start()]);
});

afterAll(() => Promise.all([world.stop(), quiet.stop()]));

/** What is right, by what is known of the gateway alone. */
type Right = 'served' | 'stranger' | 'elsewhere';

function right({ row, spot, path }: Asked, way: Way): Right {
  if (row.isPublic) return 'served';
  if (row.ofOperators) return way.isOperators ? 'served' : 'stranger';
  // A token is for an endpoint of MCP, and that is none.
  const isIn = row.leg === 'metrics' && way.isForEndpoint ? false : opens(way, spot, path);
  if (isIn) return 'served';
  const isOfElsewhere =
    way.opens !== undefined || (way.isForEndpoint === true && isEndpoint(row, spot, path));
  return spot.project !== undefined && isOfElsewhere ? 'elsewhere' : 'stranger';
}

function opens(way: Way, { project = '', prefix, exists }: Spot, path: string): boolean {
  const isThere = project === '' || exists || prefix.includes('/servers/');
  // Projects with keys of their own take no tokens; one without takes whatever the gateway does.
  const isShared = project === '' || project === 'gamma';
  if (way.isForEndpoint) return isShared && isThere && path !== '';
  return isThere && (way.opens === project || (way.opens === '' && isShared));
}

function isEndpoint(row: Asked['row'], spot: Spot, path: string): boolean {
  return row.methods.length > 0 && path !== spot.prefix;
}

/** Requests under way together. */
const AT_ONCE = 8;

const named = (asked: Asked) => `${asked.method} ${asked.path}`;

/** What was asked and is not as it must be. */
async function wrongOf(
  all: readonly Asked[],
  ask: (asked: Asked) => Promise<string | undefined>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const found = await Promise.all(all.slice(from, from + AT_ONCE).map(ask));
    wrong.push(...found.filter((each) => each !== undefined));
  }
  return wrong;
}

describe.each(WAYS)('$name', { timeout: 120_000 }, (way) => {
  const served = ASKED.filter((asked) => !asked.isHandshake && right(asked, way) === 'served');
  const refused = ASKED.filter((asked) => right(asked, way) !== 'served');

  it('[GUARD-ROUTES] is let in where it opens something', async () => {
    const wrong = await wrongOf(served, async (asked) => {
      const { status, challenge } = await world.ask(asked, way);
      const isIn = status !== 401 && challenge === undefined;
      return isIn ? undefined : `${named(asked)}: ${status} ${challenge}`;
    });
    expect(wrong).toEqual([]);
  });

  it('[GUARD-ROUTES] [GUARD-PROJECTS] is let in nowhere else, and does nothing there', async () => {
    const wrong = await wrongOf(refused, async (asked) => {
      const { status, challenge, session } = await quiet.ask(asked, way);
      const isStranger = right(asked, way) === 'stranger';
      const isRight = isStranger
        ? status === 401 && challenge?.startsWith('Bearer')
        : status === 404 && !challenge;
      return isRight && session === undefined
        ? undefined
        : `${named(asked)}: ${status} ${challenge} ${session}`;
    });
    expect(wrong).toEqual([]);
    expect(quiet.done).toBe(0);
  });

  it('[GUARD-ALIKE] is told the same where it may not come, whatever is there', async () => {
    const answers = new Map<string, Map<string, string>>();
    // A token may be meant for a path that is none of ours; what is told then depends on the path alone.
    for (const asked of way.isForEndpoint ? ASKED : [...ASKED, ...NOWHERE]) {
      const expected = right(asked, way);
      if (expected === 'served' || asked.method === 'HEAD') continue;
      const kind = asked.isHandshake ? `${expected}, handshake` : expected;
      const where = asked.row.ofOperators ? `, ${asked.row.leg} of operators` : '';
      const under = asked.spot.project === undefined ? kind + where : `${kind}, in projects`;
      const { text } = await world.ask(asked, way);
      const alike = answers.get(under) ?? new Map<string, string>();
      answers.set(under, alike.set(text, named(asked)));
    }
    expect([...answers].filter(([, alike]) => alike.size > 1)).toEqual([]);
  });
});

describe('the name of a session', { timeout: 120_000 }, () => {
  it('[GUARD-SESSION] opens nothing without a proof of the one who opened it', async () => {
    const owner = WAYS.find(({ opens: site }) => site === '') as Way;
    const others = WAYS.filter(({ opens: site, isForEndpoint }) => site !== '' && !isForEndpoint);
    const mine = ASKED.filter(
      ({ spot, method, row }) => spot.prefix === '' && method === 'POST' && row.leg === 'mcp',
    );
    const [hello] = mine;
    const { session } = await world.ask(hello as Asked, owner);
    expect(session).toBeDefined();
    const ping = { ...(mine[1] as Asked), body: '{"jsonrpc":"2.0","id":3,"method":"ping"}' };
    // Claimed, or it would be closed before all have tried.
    await world.ask(ping, owner, { 'mcp-session-id': session ?? '' });
    const names = { 'mcp-session-id': session ?? '', 'last-event-id': `${session}.0.1` };
    for (const way of others) {
      const refused = ASKED.filter((asked) => right(asked, way) !== 'served');
      const wrong = await wrongOf(refused, async (asked) => {
        const { status } = await world.ask(asked, { ...way, query: `sessionId=${session}` }, names);
        return status === 401 || status === 404 ? undefined : `${way.name}, ${named(asked)}: ${status}`;
      });
      expect(wrong).toEqual([]);
    }
    // It is still there for its owner.
    expect((await world.ask(ping, owner, { 'mcp-session-id': session ?? '' })).status).toBe(200);
  });
});
