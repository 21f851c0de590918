/** Tickets and the pages that asked for them. */
import { describe, expect, it } from 'vitest';
import { front, KEY, OTHER_KEY } from './support.ts';

const APP = 'https://app.example.com';
const OTHER = 'https://other.example.com';
const OWN = 'http://localhost:8808';
const KEYS = [{ name: 'ann', key: KEY }];

const locked = (more: Parameters<typeof front>[0] = {}) =>
  front({ apiKeys: KEYS, allowedOrigins: [APP, OTHER, 'chrome-extension://abc'], ...more });

async function ticketFor(
  at: ReturnType<typeof front>,
  headers: Record<string, string>,
  key = KEY,
): Promise<string> {
  const reply = await at.ask('POST', '/tickets', { headers: { 'x-api-key': key, ...headers } });
  return (JSON.parse(reply.body ?? '') as { ticket: string }).ticket;
}

async function statusOf(
  asker: Record<string, string>,
  user: Record<string, string>,
  more: Parameters<typeof front>[0] = {},
) {
  const at = locked(more);
  const ticket = await ticketFor(at, asker);
  const first = (await at.ask('GET', `/sse?ticket=${ticket}`, { headers: user })).status;
  // Spent, whatever came of it.
  expect((await at.ask('GET', `/sse?ticket=${ticket}`, { headers: asker })).status).toBe(401);
  return first;
}

describe('a ticket that a page asked for', () => {
  it('[TICKET-ORIGIN] is good for that page alone', async () => {
    expect(await statusOf({ origin: APP }, { origin: APP })).toBe(200);
    expect(await statusOf({ origin: APP }, { origin: OTHER })).toBe(401);
    expect(await statusOf({ origin: APP }, { origin: OWN })).toBe(401);
    expect(await statusOf({ origin: APP }, {})).toBe(401);
  });

  it('[TICKET-ORIGIN] is good without an origin where browsers send none: at the origin of the page itself', async () => {
    expect(await statusOf({ origin: OWN }, {})).toBe(200);
    expect(
      await statusOf({ origin: OWN }, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }),
    ).toBe(200);
    expect(await statusOf({ origin: 'http://localhost:3000' }, {})).toBe(401);
    const more = { publicOrigin: APP };
    expect(await statusOf({ origin: APP }, {}, more)).toBe(200);
    expect(await statusOf({ origin: OTHER }, {}, more)).toBe(401);
    expect(await statusOf({ origin: 'chrome-extension://abc' }, {})).toBe(200);
  });

  it('[TICKET-ORIGIN] is good for whom it is handed to where no page asked', async () => {
    expect(await statusOf({}, {})).toBe(200);
    expect(await statusOf({}, { origin: APP })).toBe(200);
    const at = locked();
    const url = `/sse?ticket=${await ticketFor(at, {})}`;
    expect((await at.ask('GET', url, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });
});

describe('what a ticket leaves behind', () => {
  it('[TICKET-REFERRER] no page that comes of it tells others its address', async () => {
    const at = locked();
    const told = (url: string, headers: Record<string, string> = {}) =>
      at.front.headersFor(at.begin('GET', url, { headers }).request)?.['referrer-policy'];
    expect(told('/sse?ticket=abc')).toBe('no-referrer');
    expect(told('/sse?x=1&ticket=abc', { origin: APP })).toBe('no-referrer');
    expect(told('/sse')).toBeUndefined();
  });

  it('[TICKET-LATEST] what its holder may do is what it may do now', async () => {
    const at = locked();
    const ticket = await ticketFor(at, {});
    at.change({ apiKeys: [{ name: 'ann', key: KEY, policy: { servers: { deny: ['srv'] } } }] });
    expect((await at.ask('GET', `/servers/srv/sse?ticket=${ticket}`)).status).toBe(401);
    const next = await at.ask('POST', '/servers/srv/tickets', { headers: { 'x-api-key': KEY } });
    expect(next.status).toBe(404);
  });

  it('[TICKET-SAME-401] spent, foreign, made up and none: one answer', async () => {
    const at = locked({ apiKeys: [...KEYS, { name: 'ben', key: OTHER_KEY }] });
    const spent = await ticketFor(at, {});
    await at.ask('GET', `/sse?ticket=${spent}`);
    const bound = await ticketFor(at, { origin: APP });
    const answers = [];
    for (const query of [
      '',
      `?ticket=${spent}`,
      `?ticket=${bound}`,
      '?ticket=made-up',
      `?ticket=${'x'.repeat(5_000)}`,
    ]) {
      const { status, headers, body } = await at.ask('GET', `/sse${query}`);
      answers.push({ status, headers, body });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
