/** The features, shown by the Aare server in process, over a stand-in of its API. */
import { expect } from 'vitest';
import type { Params } from '../peer.ts';
import { expectUnique, failure, itemsOf, type Runs } from './cell.ts';

const TOOLS = [
  'compare_cities',
  'get_current_conditions',
  'get_current_temperature',
  'get_flow_danger_level',
  'get_forecast',
  'get_historical_data',
  'list_cities',
];

const ASKS_NOTHING = { na: 'the Aare server asks its client nothing' };
const NO_PROMPTS = { na: 'the Aare server has no prompts' };
const NO_SUBSCRIPTIONS = { na: 'the Aare server has no subscriptions' };
const NO_LOGS = { na: 'the Aare server sends no log messages' };
const SAME_LISTS = { na: 'the lists of the Aare server never change' };

export const aareRuns: Runs = {
  async initialize(peer, client) {
    expect(peer.hello['protocolVersion']).toBe(client.version);
    expect(peer.hello['serverInfo']).toMatchObject({ name: 'aare' });
    expect(peer.hello['instructions']).toContain('aare.guru');
    // What is not applicable below is so because the server does not offer it.
    expect(Object.keys(peer.capabilities).sort()).toEqual(['completions', 'resources', 'tools']);
    expect((peer.capabilities['resources'] as Params)['subscribe']).toBeUndefined();
  },

  async toolsList(peer) {
    const names = itemsOf(await peer.pages('tools/list'), 'tools', 'name');
    expectUnique(names);
    expect(names.sort()).toEqual(TOOLS);
  },

  async toolsCall(peer) {
    const answer = await peer.json('get_current_temperature', { city: 'bern' });
    expect(answer).toMatchObject({ city: 'bern', temperature: 17.1 });
  },

  async structured(peer) {
    await peer.pages('tools/list');
    const result = await peer.call('get_flow_danger_level', { city: 'thun' });
    expect(result['structuredContent']).toMatchObject({ city: 'thun', flow: 118, danger_level: 2 });
  },

  async resourcesList(peer) {
    const uris = itemsOf(await peer.pages('resources/list'), 'resources', 'uri');
    expect(uris.sort()).toEqual(['aareguru://cities', 'aareguru://widget']);
  },

  async resourcesRead(peer) {
    const { contents } = await peer.ask('resources/read', { uri: 'aareguru://cities' });
    const cities = JSON.parse(String((contents as Params[])[0]?.['text'])) as Params[];
    expect(cities.map(({ city }) => city)).toContain('brugg');
  },

  async templates(peer) {
    const { resourceTemplates } = await peer.ask('resources/templates/list');
    const templates = (resourceTemplates as Params[]).map(({ uriTemplate }) => uriTemplate);
    expect(templates.sort()).toEqual(['aareguru://current/{city}', 'aareguru://today/{city}']);
    const { contents } = await peer.ask('resources/read', { uri: 'aareguru://today/bern' });
    expect(JSON.parse(String((contents as Params[])[0]?.['text']))).toMatchObject({ name: 'Bern' });
  },

  subscribe: NO_SUBSCRIPTIONS,
  unsubscribe: NO_SUBSCRIPTIONS,
  promptsList: NO_PROMPTS,
  promptsGet: NO_PROMPTS,

  async completion(peer) {
    const { completion } = await peer.ask('completion/complete', {
      ref: { type: 'ref/resource', uri: 'aareguru://current/{city}' },
      argument: { name: 'city', value: 'b' },
    });
    expect((completion as Params)['values']).toEqual(['brienz', 'bern', 'biel', 'brugg']);
  },

  progress: { na: 'the calls of the Aare server are too short for progress' },
  cancellation: { na: 'the Aare server does not tell whether it was cancelled' },
  logging: NO_LOGS,
  setLevel: NO_LOGS,
  toolsChanged: SAME_LISTS,
  resourcesChanged: SAME_LISTS,
  promptsChanged: NO_PROMPTS,

  async pingServer(peer) {
    expect(await peer.ask('ping')).toEqual({});
  },

  pingClient: ASKS_NOTHING,
  sampling: ASKS_NOTHING,
  elicitationForm: ASKS_NOTHING,
  elicitationUrl: ASKS_NOTHING,
  roots: ASKS_NOTHING,
  rootsChanged: ASKS_NOTHING,

  async meta(peer) {
    const result = await peer.call('get_current_temperature', { city: 'bern' });
    expect(result['_meta']).toMatchObject({ source: expect.anything() });
  },

  bigResult: { na: 'no answer of the Aare server is that large' },

  async toolError(peer) {
    const result = await peer.call('get_current_temperature', { city: 'atlantis' });
    expect(result['isError']).toBe(true);
    expect(result.content?.[0]?.text).toContain('atlantis');
  },

  async unknownTool(peer) {
    const { code, message } = await failure(peer.call('no_such_tool'));
    expect(code).toBe(-32602);
    expect(message).toContain('no_such_tool');
  },

  async unknownMethod(peer) {
    expect((await failure(peer.ask('sluice/nothing'))).code).toBe(-32601);
  },
};
