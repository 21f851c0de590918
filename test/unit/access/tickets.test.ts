import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Tickets, type TicketLimits } from '../../../src/access/tickets.ts';
import { FakeRuntime } from '../engine/support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const ann = { principal: 'ann' };

function store(limits: Partial<TicketLimits> = {}) {
  const runtime = new FakeRuntime();
  const tickets = new Tickets({ runtime, sha256, limits });
  const issue = (principal = 'ann', route = '') => tickets.issue({ principal }, route) ?? '';
  return { runtime, tickets, issue };
}

const at = (route: string) => ({ route, isFrom: () => true });

describe('a ticket', () => {
  it('[TICKET-PRINCIPAL] tells who asked for it', () => {
    const { tickets, issue } = store();
    const [anns, bens] = [issue('ann'), issue('ben')];
    expect([tickets.take(bens, at('')), tickets.take(anns, at(''))]).toEqual([
      { principal: 'ben' },
      { principal: 'ann' },
    ]);
  });

  it('[TICKET-ONCE] is good once', () => {
    const { tickets, issue } = store();
    const ticket = issue();
    expect([1, 2, 3].map(() => tickets.take(ticket, at('')))).toEqual([
      { principal: 'ann' },
      undefined,
      undefined,
    ]);
  });

  it('[TICKET-SHORT] is good for 30 s', () => {
    const { runtime, tickets, issue } = store();
    const [early, late] = [issue(), issue()];
    runtime.advance(29_999);
    expect(tickets.take(early, at(''))).toEqual({ principal: 'ann' });
    runtime.advance(1);
    expect(tickets.take(late, at(''))).toBeUndefined();
  });

  it('[TICKET-ROUTE] is good for its route only, and spent when it is shown at another', () => {
    const { tickets, issue } = store();
    const ticket = issue('ann', '/servers/a');
    expect(tickets.take(ticket, at('/servers/b'))).toBeUndefined();
    expect(tickets.take(ticket, at('/servers/a'))).toBeUndefined();
  });

  it.each(['', 'id', 'x'.repeat(129), 'x'.repeat(1_000_000), '__proto__'])(
    'that was never given is no ticket: %.20s',
    (ticket) => {
      const { tickets, issue } = store();
      issue();
      expect(tickets.take(ticket, at(''))).toBeUndefined();
      expect(tickets.size).toBe(1);
    },
  );

  it('[TICKET-SECRET] is kept by its hash only', () => {
    const hashed: string[] = [];
    const runtime = new FakeRuntime();
    const tickets = new Tickets({ runtime, sha256: (text) => (hashed.push(text), 'the hash') });
    const ticket = tickets.issue(ann, '');
    expect(hashed).toEqual([ticket]);
    expect(tickets.take('anything', at(''))).toEqual({ principal: 'ann' });
  });
});

describe('the number of tickets', () => {
  it('[TICKET-BOUNDED] is bounded for each principal, and grows again as they are used', () => {
    const { tickets, issue } = store({ perPrincipal: 2 });
    const first = issue();
    issue();
    expect(tickets.issue(ann, '')).toBeUndefined();
    expect(tickets.issue({ principal: 'ben' }, '')).toBeDefined();
    tickets.take(first, at(''));
    expect(tickets.issue(ann, '')).toBeDefined();
  });

  it('[TICKET-BOUNDED] is bounded in all; those out of date make room', () => {
    const { runtime, tickets } = store({ tickets: 3 });
    for (const name of ['a', 'b', 'c']) expect(tickets.issue({ principal: name }, '')).toBeDefined();
    expect(tickets.issue({ principal: 'd' }, '')).toBeUndefined();
    runtime.advance(30_000);
    expect(tickets.issue({ principal: 'd' }, '')).toBeDefined();
    expect(tickets.size).toBe(1);
    for (const name of ['a', 'b']) expect(tickets.issue({ principal: name }, '')).toBeDefined();
  });
});
