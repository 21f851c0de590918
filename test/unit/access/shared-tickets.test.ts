import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Seals } from '../../../src/access/seals.ts';
import type { Caller } from '../../../src/access/principal.ts';
import { SharedTickets } from '../../../src/access/shared-tickets.ts';
import type { TicketLimits } from '../../../src/access/tickets.ts';
import { FakeShared } from '../edges/fake-shared.ts';
import { FakeRuntime, turn } from '../engine/support.ts';
import { dice } from './dice.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const KEYS = { keys: [{ id: 'k', secret: '0123456789abcdef'.repeat(4) }] };
const ann: Caller = { principal: 'ann' };
const at = (route = '', page?: string) => ({ route, isFrom: (origin: string) => origin === page });

function nodes(count: number, isDeaf = false, limits: Partial<TicketLimits> = {}) {
  const runtime = new FakeRuntime();
  const shared = new FakeShared();
  const books: SharedTickets[] = [];
  const taken = (hash: string) => {
    if (!shared.isAway && !isDeaf) for (const book of books) book.spent(hash);
  };
  const { directory } = shared;
  for (let n = 0; n < count; n++)
    books.push(
      new SharedTickets({ runtime, sha256, directory, seal: new Seals(KEYS, dice(n).bytes), taken, limits }),
    );
  const [a, b, c] = books as [SharedTickets, SharedTickets, SharedTickets];
  const issue = async (caller = ann, route = '', origin?: string) =>
    (await a.issue(caller, route, origin)) ?? '';
  return { runtime, shared, a, b, c, issue };
}

describe('[NODES-TICKETS] a ticket of one node', () => {
  it('is good at any other, once', async () => {
    const { a, b, c, issue } = nodes(3);
    const [one, two] = [await issue(), await issue()];
    expect([await b.take(one, at()), await b.take(one, at()), await a.take(one, at())]).toEqual([
      ann,
      undefined,
      undefined,
    ]);
    const all = await Promise.all([a, b, c, a].map((book) => book.take(two, at())));
    expect(all.filter(Boolean)).toEqual([ann]);
  });

  it('is good once, also where nobody heard who took it', async () => {
    const { a, b, issue } = nodes(2, true);
    const ticket = await issue();
    expect([await b.take(ticket, at()), await a.take(ticket, at())]).toEqual([ann, undefined]);
  });

  it('is good for its route, page and time only, there too, and spent by a wrong one', async () => {
    const { runtime, a, b, issue } = nodes(2);
    const page = 'https://app.example.com';
    const [one, two, three] = [
      await issue(ann, '/servers/a', page),
      await issue(ann, '/servers/a', page),
      await issue({ principal: 'ben', until: runtime.now() + 5_000 }, '/servers/a'),
    ];
    expect(await b.take(one, at('/servers/b', page))).toBeUndefined();
    for (const book of [a, b]) expect(await book.take(one, at('/servers/a', page))).toBeUndefined();
    expect(await b.take(two, at('/servers/a', 'https://evil.example'))).toBeUndefined();
    runtime.advance(5_000);
    expect(await b.take(three, at('/servers/a'))).toBeUndefined();
  });

  it('stands for all that its token did', async () => {
    const { runtime, b, issue } = nodes(2);
    const caller: Caller = {
      principal: 'ann@issuer',
      policy: { tools: { deny: ['files/*'] }, readOnly: true },
      until: runtime.now() + 60_000,
      scopes: new Set(['read', 'write']),
      subject: { token: 'the token' },
      certificate: 'ab',
      limits: { calls: '5/min' },
      held: { sessions: 2 },
    };
    expect(await b.take(await issue(caller), at())).toEqual(caller);
  });

  it('is kept by its hash, sealed, and by no other name', async () => {
    const { shared, b, issue } = nodes(2);
    const ticket = await issue({ principal: 'ann@issuer', subject: { token: 'the-token' } });
    const other = await issue({ principal: 'ben' });
    const all = [...shared.values].map(([name, value]) => `${name} ${Buffer.from(value).toString('latin1')}`);
    for (const secret of [ticket, 'the-token', 'ann']) expect(all.join()).not.toContain(secret);
    // What was kept of one opens as no other.
    const [value] = shared.values.values();
    if (value) shared.values.set(`ticket.${sha256(other)}`, value);
    expect(await b.take(other, at())).toBeUndefined();
  });

  it('is asked about no more often than may be, and never for whom nobody is asked', async () => {
    const { shared, b, issue } = nodes(2);
    const ticket = await issue();
    expect([await b.take('', at()), await b.take('x'.repeat(129), at())]).toEqual([undefined, undefined]);
    expect(await b.take(ticket, at(), false)).toBeUndefined();
    const { take } = shared.directory;
    let asked = 0;
    shared.directory.take = (name) => (asked++, new Promise((done) => setImmediate(() => done(take(name)))));
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => b.take(`guess ${n}`, at())));
    expect(asked).toBe(256);
    expect(await b.take(ticket, at())).toEqual(ann);
  });
});

describe('[NODES-TICKETS-AWAY] while what is shared is away', () => {
  it('a ticket is good at the node that gave it, once, and at no other', async () => {
    const { runtime, shared, a, b, issue } = nodes(2);
    const before = await issue();
    shared.isAway = true;
    const [one, two] = [await issue(), await issue()];
    expect([await b.take(one, at()), await b.take(before, at())]).toEqual([undefined, undefined]);
    for (const ticket of [before, one]) {
      expect(await a.take(ticket, at())).toEqual(ann);
      expect(await a.take(ticket, at())).toBeUndefined();
    }
    shared.isAway = false;
    runtime.advance(1_000);
    await turn();
    expect([await b.take(before, at()), await a.take(one, at()), await a.take(two, at())]).toEqual([
      undefined,
      undefined,
      ann,
    ]);
    expect(runtime.timers).toBe(0);
  });

  it('one that another node took before is not', async () => {
    const { shared, a, b, issue } = nodes(2);
    const ticket = await issue();
    expect(await b.take(ticket, at())).toEqual(ann);
    shared.isAway = true;
    expect(await a.take(ticket, at())).toBeUndefined();
  });

  it('what is too large to be shared is good at its node', async () => {
    const { shared, a, issue } = nodes(2);
    const ticket = await issue({ principal: 'ann', subject: { token: 'x'.repeat(30_000) } });
    expect(shared.values.size).toBe(0);
    expect(await a.take(ticket, at())).toBeDefined();
  });
});
