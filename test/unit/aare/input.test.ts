import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AareWorld, aareWorld, callTool } from '../../fixtures/aare/world.ts';

let world: AareWorld;
let client: Client;

beforeEach(async () => {
  world = await aareWorld();
  client = await world.client();
});

afterEach(() => world.close());

const range = { start: '-7 days', end: 'now' };
const known = 'Cities known: brienz, interlaken, thun, bern, hagneck, biel, olten, brugg';

it.each([
  ['get_current_temperature', { city: 'basel' }],
  ['get_current_conditions', { city: '../../etc' }],
  ['get_historical_data', { city: 'bern&x=1', ...range }],
  ['get_flow_danger_level', { city: '__proto__' }],
  ['compare_cities', { cities: ['bern', 'basel'] }],
  ['get_forecast', { city: 'constructor' }],
])('[AARE-INPUT] %s: an unknown city is an error that lists the cities known', async (name, args) => {
  const { isError, text, meta } = await callTool(client, name, args);
  expect([isError, meta]).toEqual([true, { code: 'aare-unknown-city' }]);
  expect(text).toContain(known);
  expect(world.api.requests).toEqual([expect.stringContaining('/v2018/cities?')]);
});

it('an unknown city is told apart even while the API is away', async () => {
  world.api.mode = 'fail';
  expect((await callTool(client, 'get_forecast', { city: 'basel' })).text).toContain(known);
});

it('a city the API has since learned is taken', async () => {
  const current = { aare: { location: 'Aarau' } };
  const other = await aareWorld({
    fetchJson: async (url) => (url.includes('/cities') ? [{ city: 'aarau' }] : current),
  });
  try {
    const { value } = await callTool(await other.client(), 'get_current_temperature', { city: 'Aarau' });
    expect(value).toMatchObject({ city: 'aarau', name: 'Aarau' });
  } finally {
    await other.close();
  }
});

it.each([
  ['get_forecast', { hours: 0 }, 'hours: must be a whole number from 1 to 24'],
  ['get_forecast', { hours: 25 }, 'hours: must be a whole number from 1 to 24'],
  ['get_forecast', { hours: 1.5 }, 'hours: must be a whole number from 1 to 24'],
  ['get_forecast', { hours: 'two' }, 'hours: must be a whole number from 1 to 24'],
  ['get_current_temperature', { city: '' }, 'city'],
  ['get_current_temperature', { city: 'x'.repeat(41) }, 'city'],
  ['get_current_temperature', { city: 7 }, 'city'],
  ['compare_cities', { cities: [] }, 'cities'],
  ['compare_cities', { cities: 'bern' }, 'cities'],
  ['get_historical_data', {}, 'city'],
  ['get_historical_data', { city: 'bern', start: '-7 days' }, 'end'],
  ['get_historical_data', { city: 'bern', end: 'now' }, 'start'],
])('%s %j is refused, and names what is wrong', async (name, args, words) => {
  const { isError, text } = await callTool(client, name, args);
  expect(isError).toBe(true);
  expect(text).toContain(words);
  expect(world.api.requests).toEqual([]);
});

it.each([
  [{ start: 'yesterday', end: 'now' }, 'start is not understood'],
  [{ start: '-7 days', end: '2026-02-30' }, 'end is not understood'],
  [{ start: 'now', end: '-7 days' }, 'must lie before end'],
])('a wrong range %j is refused before anything is asked', async (times, words) => {
  const { isError, text, meta } = await callTool(client, 'get_historical_data', { city: 'bern', ...times });
  expect([isError, meta]).toEqual([true, { code: 'aare-bad-time' }]);
  expect(text).toContain(words);
  expect(world.api.requests).toEqual([]);
});

it('a 6th range of a city within two minutes is refused with the time to wait', async () => {
  for (let day = 1; day <= 5; day += 1) {
    const { isError } = await callTool(client, 'get_historical_data', {
      ...range,
      city: 'bern',
      start: `-${day} days`,
    });
    expect(isError).toBe(false);
  }
  const { text, meta } = await callTool(client, 'get_historical_data', { ...range, city: 'bern' });
  expect(meta).toEqual({ code: 'aare-history-limit' });
  expect(text).toContain('Try again in 120 seconds');
});
