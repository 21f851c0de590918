import type { Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AareWorld, aareWorld } from '../../fixtures/aare/world.ts';

let world: AareWorld;
let client: Client;

beforeEach(async () => {
  world = await aareWorld();
  client = await world.client();
});

afterEach(() => world.close());

async function read(uri: string) {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  expect(content).toMatchObject({ uri, mimeType: 'application/json' });
  const text = content !== undefined && 'text' in content ? content.text : '';
  return { value: JSON.parse(text), meta: content?._meta };
}

it('[AARE-RESOURCES] two resources and two templates are listed', async () => {
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(resources.map((resource) => resource.uri)).toEqual(['aareguru://cities', 'aareguru://widget']);
  expect(resourceTemplates.map((template) => template.uriTemplate)).toEqual([
    'aareguru://current/{city}',
    'aareguru://today/{city}',
  ]);
  for (const each of [...resources, ...resourceTemplates]) expect(each.mimeType).toBe('application/json');
});

it('cities, widget and current come as the API tells them', async () => {
  expect((await read('aareguru://cities')).value).toHaveLength(8);
  expect((await read('aareguru://widget')).value.values.thun).toMatchObject({ suntotal: '08:10' });
  const current = await read('aareguru://current/thun');
  expect(current.value).toMatchObject({ aare: { timestring: '12:00' }, sun: { suntotal: '08:10' } });
  expect(current.meta).toEqual({});
});

it('today has the shape the API gives it, without a poll of its own', async () => {
  await read('aareguru://current/thun');
  expect((await read('aareguru://today/thun')).value).toEqual({
    aare: 17.4,
    aare_prec: 17.44,
    text: 'geil aber chli chalt',
    text_short: 'chli chalt',
    time: 1_782_900_000,
    name: 'Thun',
    longname: 'Thun (stand-in)',
  });
  expect(world.api.requests.length).toBe(1);
});

it('cities of a template are completed', async () => {
  const ref = { type: 'ref/resource' as const, uri: 'aareguru://today/{city}' };
  const { completion } = await client.complete({ ref, argument: { name: 'city', value: 'b' } });
  expect(completion.values).toEqual(['brienz', 'bern', 'biel', 'brugg']);
});

it('a remembered answer is marked with its age', async () => {
  for (const uri of ['aareguru://cities', 'aareguru://today/bern', 'aareguru://widget']) {
    world.api.mode = 'ok';
    await read(uri);
    world.api.mode = 'fail';
    world.clock.pass(600_000);
    const { value, meta } = await read(uri);
    expect(meta).toEqual({ stale: true, age_seconds: 600 });
    if (!Array.isArray(value)) expect(value).toMatchObject({ stale: true, age_seconds: 600 });
    world.clock.pass(120_000);
  }
});

it('an unknown city and an outage are errors that say so', async () => {
  await expect(read('aareguru://current/basel')).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('Cities known: brienz'),
  });
  world.api.mode = 'fail';
  await expect(read('aareguru://current/bern')).rejects.toMatchObject({
    code: -32603,
    message: expect.stringContaining('Service temporarily unavailable'),
  });
});
