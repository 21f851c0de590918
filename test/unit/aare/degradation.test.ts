import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AareWorld, aareWorld, callTool } from '../../fixtures/aare/world.ts';

let world: AareWorld;
let client: Client;

beforeEach(async () => {
  world = await aareWorld();
  client = await world.client();
});

afterEach(() => world.close());

const range = { city: 'bern', start: '-7 days', end: 'now' };
const calls: [string, Record<string, unknown>][] = [
  ['get_current_temperature', {}],
  ['get_current_conditions', {}],
  ['get_historical_data', range],
  ['list_cities', {}],
  ['get_flow_danger_level', {}],
  ['compare_cities', {}],
  ['get_forecast', {}],
];
const stored = calls.filter(([name]) => name !== 'get_historical_data');

describe('[AARE-DEGRADED] while the API is away', () => {
  it.each(calls)('%s is an error that says what to do', async (name, args) => {
    world.api.mode = 'fail';
    const { isError, text, meta } = await callTool(client, name, args);
    expect([isError, meta]).toEqual([true, { code: 'aare-unavailable' }]);
    expect(text).toMatch(/^Service temporarily unavailable: .*Try again in 120 seconds.*aare\.guru/);
    expect(text).not.toContain('127.0.0.1');
  });

  it.each(stored)('%s serves what it remembers, marked with its age', async (name, args) => {
    const live = await callTool(client, name, args);
    world.api.mode = 'cut';
    world.clock.pass(3_600_000);
    const { isError, value } = await callTool(client, name, args);
    expect(isError).toBe(false);
    expect(value).toMatchObject({ stale: true, age_seconds: 3600 });
    expect(live.value).not.toHaveProperty('stale');
    world.clock.pass(86_400_000);
    expect((await callTool(client, name, args)).text).toContain('Service temporarily unavailable');
  });

  it('get_historical_data keeps the answer as it came and tells the age beside it', async () => {
    const live = await callTool(client, 'get_historical_data', range);
    world.api.mode = 'cut';
    world.clock.pass(3_600_000);
    const { text, texts, meta } = await callTool(client, 'get_historical_data', range);
    expect(text).toBe(live.text);
    expect(texts[1]).toContain('received 3600 seconds ago');
    expect(meta).toEqual({ source: 'https://aare.guru', stale: true, age_seconds: 3600 });
  });

  it('list_cities marks each city of its bare list', async () => {
    await callTool(client, 'list_cities');
    world.api.mode = 'cut';
    world.clock.pass(200_000);
    const cities = JSON.parse((await callTool(client, 'list_cities')).text);
    for (const city of cities) expect(city).toMatchObject({ stale: true, age_seconds: 200 });
  });

  it('no remembered temperature of another city is suggested', async () => {
    await callTool(client, 'list_cities');
    world.clock.pass(120_000);
    world.api.mode = 'fail';
    await callTool(client, 'list_cities');
    world.api.mode = 'ok';
    const { value } = await callTool(client, 'get_current_temperature');
    expect(value).toMatchObject({ temperature: 17.1, suggestion: null });
    expect(value).not.toHaveProperty('stale');
  });

  it('a call that hangs ends after 5 s', async () => {
    world.api.mode = 'hang';
    const call = callTool(client, 'get_current_temperature');
    await world.api.arrived('/v2018/current');
    world.clock.pass(5_000);
    expect((await call).text).toContain('Service temporarily unavailable');
  });
});

describe('null anywhere', () => {
  it.each(calls)('%s answers with what is left', async (name, args) => {
    for (const mode of ['nulls', 'empty'] as const) {
      world.api.mode = mode;
      const { isError, value } = await callTool(client, name, args);
      expect([name, mode, isError]).toEqual([name, mode, false]);
      expect(value).not.toHaveProperty('stale');
      world.clock.pass(120_000);
    }
  });

  it('[AARE-HONEST] is never taken for safe, warm or rising', async () => {
    world.api.mode = 'nulls';
    expect((await callTool(client, 'get_flow_danger_level')).value).toMatchObject({
      flow: null,
      flow_threshold: 220,
      safety_assessment: expect.stringMatching(/^Unknown/),
      danger_level: null,
    });
    expect((await callTool(client, 'compare_cities')).value).toMatchObject({
      warmest: null,
      coldest: null,
      safest: null,
      comparison_summary: expect.stringContaining('No temperature is known'),
      recommendation: expect.stringContaining('stay out of the water'),
    });
    expect((await callTool(client, 'get_forecast')).value).toMatchObject({ trend: 'unknown' });
    expect((await callTool(client, 'get_current_temperature')).value).toMatchObject({
      temperature: null,
      swiss_german_explanation: null,
      warning: null,
      suggestion: null,
    });
  });
});

describe('many at once', () => {
  it('[AARE-COALESCE] 50 calls of 10 sessions are one request', async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => world.client()));
    const all = clients.flatMap((one) =>
      Array.from({ length: 5 }, () => callTool(one, 'get_flow_danger_level')),
    );
    for (const { value } of await Promise.all(all)) expect(value).toMatchObject({ city: 'bern', flow: 134 });
    expect(world.api.requests.length).toBe(1);
  });

  it('[AARE-CACHE] every tool and resource together poll a city once in two minutes', async () => {
    for (const [name, args] of stored) await callTool(client, name, args);
    await client.readResource({ uri: 'aareguru://current/bern' });
    await client.readResource({ uri: 'aareguru://today/bern' });
    expect(world.api.requests.filter((path) => path.includes('city=bern')).length).toBe(1);
    expect(world.api.requests.length).toBe(3);
  });
});
