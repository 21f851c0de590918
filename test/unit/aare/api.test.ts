import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AareApi } from '../../../src/aare/api.ts';
import { createAareFetch, type AareFetch } from '../../../src/edges/node/aare-fetch.ts';
import { type AareStandIn, type StandInMode, startAareStandIn } from '../../fixtures/aare/api.ts';
import { type FakeClock, fakeClock } from '../../fixtures/aare/clock.ts';

let standIn: AareStandIn;
let fetch: AareFetch;
let clock: FakeClock;
let api: AareApi;

beforeEach(async () => {
  standIn = await startAareStandIn();
  fetch = createAareFetch();
  clock = fakeClock();
  api = new AareApi({
    fetchJson: fetch.fetchJson,
    runtime: clock,
    baseUrl: `${standIn.url}/`,
    version: '1.2.3',
  });
});

afterEach(async () => {
  await fetch.close();
  await standIn.close();
});

describe('requests', () => {
  it('say who asks, and pass what they were given', async () => {
    await api.cities();
    await api.current('bern');
    await api.widget();
    await api.history('thun', '-7 days', '2026-06-01T00:00:00+02:00');
    expect(standIn.requests).toEqual([
      '/v2018/cities?app=sluice&version=1.2.3',
      '/v2018/current?city=bern&app=sluice&version=1.2.3',
      '/v2018/widget?app=sluice&version=1.2.3',
      '/v2018/history?city=thun&start=-7+days&end=2026-06-01T00%3A00%3A00%2B02%3A00&app=sluice&version=1.2.3',
    ]);
  });

  it('[AARE-CACHE] are one for 50 at once, and one per city in two minutes', async () => {
    await Promise.all(Array.from({ length: 50 }, () => api.current('bern')));
    await api.current('thun');
    clock.pass(119_999);
    await api.current('bern');
    expect([standIn.count('/v2018/current?city=bern'), standIn.requests.length]).toEqual([1, 2]);
    clock.pass(1);
    await api.current('bern');
    expect(standIn.count('/v2018/current?city=bern')).toBe(2);
  });

  it('about the past are limited per city, and a range asked before is remembered', async () => {
    for (let days = 1; days <= 5; days += 1) await api.history('bern', `-${days} days`, 'now');
    await expect(api.history('bern', '-6 days', 'now')).rejects.toMatchObject({
      code: 'aare-history-limit',
      message: expect.stringContaining('Try again in 120 seconds'),
    });
    await api.history('bern', '-5 days', 'now');
    await api.history('thun', '-6 days', 'now');
    expect(standIn.requests.length).toBe(6);
    clock.pass(120_000);
    await api.history('bern', '-6 days', 'now');
    expect(standIn.requests.length).toBe(7);
  });

  it('go to the public API by default, and to no address that is none', async () => {
    const urls: string[] = [];
    const fetchJson = async (url: string): Promise<unknown> => urls.push(url) && [{ city: 'bern' }];
    await new AareApi({ fetchJson, runtime: clock }).cities();
    expect(urls).toEqual(['https://aareguru.existenz.ch/v2018/cities?app=sluice&version=0']);
    expect(() => new AareApi({ fetchJson, runtime: clock, baseUrl: 'nowhere' })).toThrow(TypeError);
  });
});

describe('answers', () => {
  it('come raw and read', async () => {
    const { value } = await api.current('bern');
    expect(value.raw).toMatchObject({ aare: { timestring: '12:00' }, weatherpast: [] });
    expect(value.read.aare).toMatchObject({ temperature: 17.1, flow: 134, flow_scale_threshold: null });
  });

  it('may have null, or a wrong kind, anywhere', async () => {
    const fetchJson = async (): Promise<unknown> => ({
      aare: { temperature: 'warm', flow: [], location: 7 },
      weather: 1,
    });
    const { value } = await new AareApi({ fetchJson, runtime: clock }).current('bern');
    expect(new Set(Object.values(value.read.aare))).toEqual(new Set([null]));
    expect(value.read.weather).toBeNull();
  });

  it.each(['fail', 'rubbish', 'wrong', 'huge', 'cut'] as StandInMode[])(
    'of the kind "%s" never take the place of a good one',
    async (mode) => {
      await Promise.all([api.current('bern'), api.cities(), api.widget()]);
      standIn.mode = mode;
      clock.pass(300_000);
      const readings = [await api.current('bern'), await api.cities(), await api.widget()];
      for (const reading of readings) expect(reading).toMatchObject({ stale: true, ageSeconds: 300 });
    },
  );

  it('that hang are given up after 5 s', async () => {
    standIn.mode = 'hang';
    const reading = api.current('bern');
    await standIn.arrived('/v2018/current');
    clock.pass(5_000);
    await expect(reading).rejects.toMatchObject({ code: 'aare-unavailable' });
  });
});
