/** The features, shown by the fixture server merged with server-everything: what is merged is told by the gateway. */
import { expect } from 'vitest';
import { eventually } from '../../support/raw.ts';
import { expectUnique, itemsOf, type Run, type Runs } from './cell.ts';
import { fixtureRuns } from './fixture.ts';

export const mergedRuns: Runs = {
  ...fixtureRuns,

  async initialize(peer, client, version) {
    expect(peer.hello['protocolVersion']).toBe(version);
    expect(peer.hello['serverInfo']).toMatchObject({ name: 'sluice' });
    expect(peer.capabilities).toMatchObject({
      tools: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      prompts: { listChanged: true },
      logging: {},
      completions: {},
    });
    const known = await peer.json('whoami');
    expect(known).toMatchObject({ client: { name: 'matrix', version: '1.0.0' }, protocolVersion: version });
    expect(known['capabilities']).toMatchObject(client.capabilities);
  },

  async toolsList(peer, client, version) {
    // Whose name is whose does not depend on who was up first; both are understood by their long names.
    await lists('tools', 'name', ['add', 'crash', 'get-sum'])(peer, client, version);
    expect(await peer.text('fixture__echo', { text: 'one' })).toBe('one');
    expect(await peer.text('everything__echo', { message: 'two' })).toBe('Echo: two');
  },
  resourcesList: lists('resources', 'uri', [
    'test://static-text',
    'test://note/12',
    'demo://resource/static/document/architecture.md',
  ]),
  promptsList: lists('prompts', 'name', ['test_prompt_with_arguments', 'completable-prompt']),

  async templates(peer) {
    const { resourceTemplates } = await peer.ask('resources/templates/list');
    const templates = (resourceTemplates as { uriTemplate: string }[]).map(({ uriTemplate }) => uriTemplate);
    expectUnique(templates);
    expect(templates).toEqual(
      expect.arrayContaining(['test://template/{id}/data', 'demo://resource/dynamic/text/{resourceId}']),
    );
    for (const uri of ['test://template/7/data', 'demo://resource/dynamic/text/7']) {
      const { contents } = await peer.ask('resources/read', { uri });
      expect(contents).toMatchObject([{ uri, text: expect.stringContaining('7') }]);
    }
  },
};

/** A list holds what both servers have, once; what a server that is slow to start has comes a moment later. */
function lists(kind: 'tools' | 'resources' | 'prompts', key: string, wanted: readonly string[]): Run {
  return async (peer) => {
    await eventually(`the ${kind} of both are listed`, async () => {
      const names = itemsOf(await peer.pages(`${kind}/list`), kind, key);
      expectUnique(names);
      return wanted.every((name) => names.includes(name));
    });
  };
}
