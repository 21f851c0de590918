import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { standInCities } from '../../fixtures/aare/answers.ts';
import { type AareWorld, aareWorld, callTool } from '../../fixtures/aare/world.ts';

let world: AareWorld;
let client: Client;

beforeEach(async () => {
  world = await aareWorld();
  client = await world.client();
});

afterEach(() => world.close());

const cityNames = Object.keys(standInCities);

describe('[AARE-TOOLS] the tools', () => {
  it('are seven, described, with schemas, and only read', async () => {
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual([
      'get_current_temperature',
      'get_current_conditions',
      'get_historical_data',
      'list_cities',
      'get_flow_danger_level',
      'compare_cities',
      'get_forecast',
    ]);
    for (const tool of tools) {
      expect(tool.description?.length).toBeGreaterThan(80);
      expect(tool.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
      expect([tool.inputSchema.type, tool.outputSchema?.type]).toEqual(['object', 'object']);
    }
    expect(tools.find((tool) => tool.name === 'get_historical_data')?.inputSchema.required).toEqual([
      'city',
      'start',
      'end',
    ]);
  });

  it('answer with JSON text that is the structured content', async () => {
    for (const name of ['get_current_temperature', 'get_current_conditions', 'get_flow_danger_level']) {
      const { text, value, meta } = await callTool(client, name);
      expect(JSON.parse(text)).toEqual(value);
      expect(value).toMatchObject({ city: 'bern' });
      expect(value).not.toHaveProperty('stale');
      expect(meta).toEqual({ source: 'https://aare.guru' });
    }
  });
});

it('get_current_temperature tells the temperature, its words and a warmer city', async () => {
  const { value } = await callTool(client, 'get_current_temperature', { city: ' Bern ' });
  expect(value).toEqual({
    city: 'bern',
    temperature: 17.1,
    temperature_text: 'geil aber chli chalt',
    swiss_german_explanation: expect.stringContaining('chli = a little'),
    name: 'Bern',
    warning: null,
    suggestion: expect.stringContaining('Brugg: 20.2 °C, 3.1 °C more'),
    seasonal_advice: expect.stringMatching(/^Summer/),
    temperature_prec: 17.14,
    temperature_text_short: 'chli chalt',
    longname: 'Bern (stand-in)',
  });
});

it('get_current_temperature suggests nothing where it is warm, and warns where the flow is high', async () => {
  const { value } = await callTool(client, 'get_current_temperature', { city: 'olten' });
  expect(value).toMatchObject({
    temperature: 19.1,
    suggestion: null,
    warning: expect.stringContaining('312'),
  });
  expect(world.api.count('/v2018/cities')).toBe(0);
});

it('get_current_temperature suggests nothing for a gain of 1 °C and no more', async () => {
  const cities = [
    { city: 'bern', aare: 17.1 },
    { city: 'thun', name: 'Thun', aare: 18.1 },
  ];
  const current = { aare: { temperature: 17.1 } };
  const other = await aareWorld({ fetchJson: async (url) => (url.includes('/cities') ? cities : current) });
  try {
    const ask = await other.client();
    expect((await callTool(ask, 'get_current_temperature')).value).toMatchObject({ suggestion: null });
    cities.push({ city: 'biel', aare: 18.11 });
    other.clock.pass(120_000);
    expect((await callTool(ask, 'get_current_temperature')).value).toMatchObject({
      suggestion: expect.stringContaining('biel: 18.11 °C, 1.01 °C more'),
    });
  } finally {
    await other.close();
  }
});

it('get_current_conditions tells the river, the weather and its forecast', async () => {
  const { value } = await callTool(client, 'get_current_conditions', { city: 'brugg' });
  expect(value).toEqual({
    city: 'brugg',
    aare: {
      location: 'Brugg',
      location_long: 'Brugg (stand-in)',
      temperature: 20.2,
      temperature_text: 'geil aber chli chalt',
      swiss_german_explanation: expect.stringContaining('20.2 °C'),
      temperature_text_short: 'chli chalt',
      flow: 430,
      flow_text: 'gäbig',
      height: 501.93,
      forecast2h: 20.7,
      forecast2h_text: 'Bissi wärmer (stand-in)',
      warning: expect.stringContaining('Very high'),
    },
    seasonal_advice: expect.any(String),
    weather: { current: { tt: 24.1, rr: 0 }, today: expect.any(Object) },
    forecast: [expect.objectContaining({ day: 'Mi' })],
  });
});

it('get_historical_data passes the answer through as it came', async () => {
  const { value, text } = await callTool(client, 'get_historical_data', {
    city: 'bern',
    start: '-7 days',
    end: 'now',
  });
  expect(value).toMatchObject({ standin: true, city: 'bern', start: '-7 days', end: 'now' });
  expect(JSON.parse(text)).toEqual(value);
});

it('get_historical_data gives a list as a list in the text, and wrapped as structured content', async () => {
  const other = await aareWorld({ fetchJson: async () => [[1, 17.1], null] });
  try {
    const range = { city: 'bern', start: 1_782_000_000, end: '2026-07-01' };
    const { value, text } = await callTool(await other.client(), 'get_historical_data', range);
    expect([value, JSON.parse(text)]).toEqual([{ data: [[1, 17.1], null] }, [[1, 17.1], null]]);
  } finally {
    await other.close();
  }
});

it('list_cities gives a bare list as text, and the same in structured content', async () => {
  const { value, text } = await callTool(client, 'list_cities');
  expect(JSON.parse(text)).toEqual(value.cities);
  expect(JSON.parse(text)[3]).toEqual({
    city: 'bern',
    name: 'Bern',
    longname: 'Bern (stand-in)',
    coordinates: { lat: 46.9331, lon: 7.4483 },
    temperature: 17.1,
  });
});

it.each([
  ['interlaken', 96, 1, 'Safe'],
  ['biel', 219.5, 2, 'Moderate'],
  ['hagneck', 221, 3, 'Elevated'],
  ['olten', 312, 4, 'High'],
  ['brugg', 430, 5, 'Very high'],
])('get_flow_danger_level: %s, %d m³/s, level %d', async (city, flow, level, words) => {
  const { value } = await callTool(client, 'get_flow_danger_level', { city });
  expect(value).toEqual({
    city,
    flow,
    flow_text: 'gäbig',
    flow_threshold: 220,
    safety_assessment: expect.stringMatching(new RegExp(`^${words}:`)),
    danger_level: level,
  });
});

it('compare_cities compares all by default, and recommends no dangerous water', async () => {
  const { value } = await callTool(client, 'compare_cities');
  expect(value).toMatchObject({
    warmest: { city: 'brugg', temperature: 20.2, danger_level: 5 },
    coldest: { city: 'brienz', temperature: 13.9 },
    safest: { city: 'brienz', flow: 48, danger_level: 1 },
    comparison_summary: expect.stringMatching(/^8 cities.*Brugg with 20.2 °C.*Brienz with 13.9 °C/),
    recommendation: expect.stringMatching(/^Biel: 19.6 °C/),
    seasonal_advice: expect.any(String),
  });
  expect(value.cities).toHaveLength(cityNames.length);
  expect(world.api.requests.length).toBe(1);
});

it('compare_cities keeps to the cities asked for, each once', async () => {
  const { value } = await callTool(client, 'compare_cities', { cities: ['Olten', 'brugg', 'olten'] });
  expect(value).toMatchObject({
    cities: [{ city: 'olten' }, { city: 'brugg' }],
    coldest: { city: 'olten' },
    safest: { city: 'olten', danger_level: 4 },
    recommendation: expect.stringContaining('stay out of the water'),
  });
});

it('get_forecast tells the trend and what to do', async () => {
  const { value } = await callTool(client, 'get_forecast');
  expect(value).toEqual({
    city: 'bern',
    current: { temperature: 17.1, temperature_text: 'geil aber chli chalt', flow: 134 },
    forecast_2h: 17.6,
    forecast_text: 'Bissi wärmer (stand-in)',
    trend: 'rising',
    temperature_change: 0.5,
    recommendation: 'The water is getting warmer: waiting pays off.',
    seasonal_advice: expect.any(String),
  });
  const far = await callTool(client, 'get_forecast', { hours: 24 });
  expect(far.value.recommendation).toContain('for 2 hours, not for 24');
});

it.each([
  [17, 17.3, 'stable', 0.3],
  [17, 17.31, 'rising', 0.31],
  [17.3, 17, 'stable', -0.3],
  [17.31, 17, 'falling', -0.31],
  [17, null, 'unknown', null],
  [null, 17, 'unknown', null],
])('get_forecast: from %j to %j is %s', async (temperature, forecast2h, trend, change) => {
  const other = await aareWorld({ fetchJson: async () => ({ aare: { temperature, forecast2h } }) });
  try {
    const { value } = await callTool(await other.client(), 'get_forecast');
    expect(value).toMatchObject({ trend, temperature_change: change });
  } finally {
    await other.close();
  }
});
