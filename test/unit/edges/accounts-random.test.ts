/** Whatever is opened and however it ends, in any order: nothing stays in any account. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { THINGS } from '../../../src/engine/account.ts';
import type { Ledger } from '../../../src/engine/ledger.ts';
import { FakeDriver, type FakeLink, type FakeResponder, turn } from '../engine/support.ts';
import { begin as beginModern, call as modernCall, request } from './modern/support.ts';
import { front, initialize, toolCall } from './support.ts';

const KEYS = ['slc_ann', 'slc_ben', 'slc_cem'] as const;
const RUNS = 150;
const QUEUED = 150_000;

/** A front with a legacy and a modern server, a project, and caps that are met now and then. */
function stage() {
  const [legacy, modern] = [new FakeDriver(), new FakeDriver()];
  modern.canBeModern = true;
  const at = front({
    servers: { srv: legacy, mod: { driver: modern, era: 'modern' } },
    default: 'srv',
    apiKeys: KEYS.slice(0, 2),
    projects: {
      acme: { shared: ['srv'], apiKeys: [KEYS[2]], limits: { sessions: 4, perCaller: { streams: 3 } } },
    },
    settings: {
      sessions: 12,
      streams: 10,
      calls: 20,
      listens: 4,
      queuedTotalBytes: QUEUED,
      queuedBytes: 60_000,
    },
  });
  const replies: FakeResponder[] = [];
  const sessions: { id: string; who: number }[] = [];
  const links = (): FakeLink[] => [...legacy.links, ...modern.links].filter(({ hasEnded }) => !hasEnded);
  return { ...at, replies, sessions, links };
}

type Stage = ReturnType<typeof stage>;
type Step = (at: Stage, pick: number) => void | Promise<void>;

const at = <T>(all: readonly T[], pick: number): T | undefined => all[pick % Math.max(1, all.length)];
const headersOf = (who: number) => ({ 'x-api-key': KEYS[who] as string });
const prefixOf = (who: number) => (who === 2 ? '/projects/acme' : '');
const keep = (stage: Stage, begun: { responder: FakeResponder }) => {
  // Whole answers wait as if nobody read them, half of the time.
  const { responder } = begun;
  if (stage.replies.length % 2 === 0) {
    const reply = responder.reply.bind(responder);
    responder.reply = (...answer) => {
      reply(...answer);
      responder.queued = responder.body?.length ?? 0;
    };
  }
  stage.replies.push(responder);
};

const STEPS: readonly Step[] = [
  (on, pick) => keep(on, on.begin('GET', `${prefixOf(pick % 3)}/sse`, { headers: headersOf(pick % 3) })),
  async (on, pick) => {
    const who = pick % 3;
    const begun = on.begin('POST', `${prefixOf(who)}/mcp`, { body: initialize(), headers: headersOf(who) });
    keep(on, begun);
    await turn();
    const id = begun.responder.headers['mcp-session-id'];
    if (id !== undefined) on.sessions.push({ id, who });
  },
  (on, pick) => {
    const session = at(on.sessions, pick);
    if (!session) return;
    const headers = { ...headersOf(session.who), 'mcp-session-id': session.id };
    keep(on, on.begin('POST', `${prefixOf(session.who)}/mcp`, { body: toolCall(pick), headers }));
  },
  (on, pick) => {
    const session = at(on.sessions, pick);
    if (!session) return;
    const headers = { ...headersOf(session.who), 'mcp-session-id': session.id };
    keep(on, on.begin('GET', `${prefixOf(session.who)}/mcp`, { headers }));
  },
  (on, pick) => {
    const session = at(on.sessions, pick);
    if (!session) return;
    const headers = { ...headersOf(session.who), 'mcp-session-id': session.id };
    on.begin('DELETE', `${prefixOf(session.who)}/mcp`, { headers });
  },
  (on, pick) => keep(on, on.begin('POST', '/mcp', { body: toolCall(pick), headers: headersOf(pick % 2) })),
  (on, pick) => keep(on, beginModern(on, modernCall({}, pick), headersOf(pick % 2), '/servers/mod/mcp')),
  (on, pick) => keep(on, beginModern(on, modernCall({}, pick), headersOf(pick % 2), '/servers/srv/mcp')),
  async (on, pick) => {
    const meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    keep(on, beginModern(on, modernCall(meta, pick), headersOf(pick % 2), '/servers/srv/mcp'));
    await turn();
    const question = { message: 'Who?', requestedSchema: { type: 'object', properties: {} } };
    for (const link of on.links()) link.asks(pick, 'elicitation/create', question);
    on.runtime.advance(10);
  },
  (on, pick) => {
    const streams = on.replies.flatMap(({ connection }) =>
      connection?.isClosed === false ? [connection] : [],
    );
    for (const connection of streams) connection.isStuck = pick % 2 === 0 || connection.isStuck;
    for (const link of on.links()) link.notifies('notifications/message', { data: 'x'.repeat(30_000) });
    at(streams, pick)?.vanish();
  },
  (on, pick) => {
    const listen = request('subscriptions/listen', { notifications: { toolsListChanged: true } }, {}, pick);
    const path = pick % 2 ? '/servers/mod/mcp' : '/servers/srv/mcp';
    keep(on, beginModern(on, listen, headersOf(pick % 2), path));
  },
  (on, pick) => {
    const link = at(on.links(), pick);
    const asked = link?.calls.findLast(({ id }) => id !== undefined);
    if (asked) link?.answers(asked.id, { text: 'x'.repeat((pick % 5) * 10_000) });
  },
  (on, pick) => at(on.links(), pick)?.notifies('notifications/message', { data: 'x'.repeat(20_000) }),
  (on, pick) => at(on.links(), pick)?.end(),
  (on, pick) => at(on.replies, pick)?.abort(),
  (on, pick) => {
    const connection = at(on.replies, pick)?.connection;
    if (connection) connection.isStuck = true;
  },
  (on, pick) => at(on.replies, pick)?.connection?.drain(),
  (on, pick) => at(on.replies, pick)?.take(),
  (on, pick) => on.runtime.advance([10, 50, 300, 16_000, 130_000][pick % 5] as number),
  async () => turn(),
];

test('[ACCOUNT-BACK] [QUEUE-CAP] what was taken is given back, however it ends', async () => {
  const steps = fc.array(fc.tuple(fc.nat({ max: STEPS.length - 1 }), fc.nat({ max: 1_000 })), {
    minLength: 10,
    maxLength: 80,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (chosen) => {
      const on = stage();
      for (const [step, pick] of chosen) {
        await (STEPS[step] as Step)(on, pick);
        expect(overdrawn(on.gateway.context.ledger)).toEqual([]);
        expect(on.gateway.context.ledger.gateway.of('queuedBytes')).toBeLessThanOrEqual(mostQueued(on));
      }
      await on.gateway.close();
      for (const reply of on.replies) {
        reply.connection?.drain();
        reply.take();
      }
      await turn();
      expect(heldIn(on.gateway.context.ledger)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 60_000);

function heldIn(ledger: Ledger): string[] {
  return [...ledger.all()].flatMap((account) =>
    THINGS.filter((thing) => account.of(thing) !== 0).map(
      (thing) => `${account.scope} ${thing} ${account.of(thing)}`,
    ),
  );
}

/** [QUEUE-CAP] What little of an answer waits counts where the whole of it was written, and is not asked for room. */
function mostQueued({ replies }: Stage): number {
  return (
    QUEUED + replies.filter(({ queued, connection }) => queued > 0 || connection?.queued).length * 16 * 1024
  );
}

/** Accounts with less than nothing, or with more sessions, calls or who listen than they may have. */
function overdrawn(ledger: Ledger): string[] {
  return [...ledger.all()].flatMap((account) =>
    THINGS.filter((thing) => {
      const cap = ['sessions', 'calls', 'listens'].includes(thing) ? account.caps[thing] : undefined;
      return account.of(thing) < 0 || account.of(thing) > (cap ?? Infinity);
    }).map((thing) => `${account.scope} ${thing} ${account.of(thing)}`),
  );
}
