import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AareFetch, createAareFetch } from '../../../src/edges/node/aare-fetch.ts';
import { type AareStandIn, startAareStandIn } from '../../fixtures/aare/api.ts';

let api: AareStandIn;
let fetch: AareFetch;

beforeEach(async () => {
  api = await startAareStandIn();
  fetch = createAareFetch();
});

afterEach(async () => {
  await fetch.close();
  await api.close();
});

const never = new AbortController().signal;

describe('the HTTP part', () => {
  it('[AARE-POOL] opens no more than 2 connections for 100 requests one after the other', async () => {
    for (let n = 0; n < 100; n += 1) await fetch.fetchJson(`${api.url}/v2018/cities`, never);
    expect(api.requests.length).toBe(100);
    expect(api.sockets).toBeLessThanOrEqual(2);
  });

  it('opens no more than 2 for 50 at once', async () => {
    const all = Array.from({ length: 50 }, () => fetch.fetchJson(`${api.url}/v2018/cities`, never));
    await Promise.all(all);
    expect(api.sockets).toBeLessThanOrEqual(2);
  });

  it.each([
    ['fail', 'status 500'],
    ['rubbish', 'JSON'],
    ['huge', 'larger than'],
    ['cut', 'closed'],
  ] as const)('rejects when the API answers with %s, and works again afterwards', async (mode, words) => {
    api.mode = mode;
    await expect(fetch.fetchJson(`${api.url}/v2018/cities`, never)).rejects.toThrow(words);
    api.mode = 'ok';
    await expect(fetch.fetchJson(`${api.url}/v2018/cities`, never)).resolves.toBeInstanceOf(Array);
  });

  it('stops when it is told to', async () => {
    api.mode = 'hang';
    const abort = new AbortController();
    const answer = fetch.fetchJson(`${api.url}/v2018/cities`, abort.signal);
    await api.arrived('/v2018/cities');
    abort.abort();
    await expect(answer).rejects.toThrow();
  });

  it('may be closed twice, and ends what is in flight', async () => {
    api.mode = 'hang';
    const answer = fetch.fetchJson(`${api.url}/v2018/cities`, never);
    const ended = expect(answer).rejects.toThrow();
    await api.arrived('/v2018/cities');
    await fetch.close();
    await fetch.close();
    await ended;
  });
});
