/** The features in which the server tells of changes. */
import { expect } from 'vitest';
import type { Params } from '../peer.ts';
import { itemsOf } from '../servers/cell.ts';
import type { EraRun } from './runs.ts';
import type { Stage } from './stage.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const UPDATED = 'notifications/resources/updated';

export const changeRuns: Readonly<Record<'subscribe' | 'listChanged', EraRun>> = {
  async subscribe(stage) {
    const { peer } = stage;
    const [wanted, other] = [await resource(stage, 'wanted'), await resource(stage, 'other')];
    const before = peer.messages.length;
    const stop = await subscribe(stage, wanted);
    await stage.call('touch_resource', { uri: other });
    await stage.call('touch_resource', { uri: wanted });
    await peer.announced(UPDATED, ({ uri }) => uri === wanted);
    await stop();
    await stage.call('touch_resource', { uri: wanted });
    const stopOther = await subscribe(stage, other);
    await stage.call('touch_resource', { uri: other });
    await peer.announced(UPDATED, ({ uri }) => uri === other);
    await stopOther();
    const told = peer.messages.slice(before).filter(({ method }) => method === UPDATED);
    expect(told.map(({ params }) => params?.['uri'])).toEqual([wanted, other]);
    const tags = told.map(({ params }) => (params?.['_meta'] as Params | undefined)?.[SUBSCRIPTION]);
    expect(tags.every((tag) => (tag !== undefined) === stage.isModern)).toBe(true);
  },

  async listChanged(stage) {
    const { peer } = stage;
    for (const [kind, key] of [
      ['tools', 'name'],
      ['resources', 'name'],
      ['prompts', 'name'],
    ] as const) {
      const stop = stage.isModern ? await peer.listen({ [`${kind}ListChanged`]: true }) : undefined;
      const before = peer.notifications.length;
      const added = /^Added (\S+)\.$/.exec(await stage.text('change_list', { kind }))?.[1] ?? 'nothing';
      await peer.announced(`notifications/${kind}/list_changed`, () => true, before);
      const names = await peer
        .until(`${added} is listed`, () => added)
        .then(() => listed(stage, kind, key, added));
      expect(names).toHaveLength(1);
      await stop?.();
    }
  },
};

/** A URI that nobody else uses; of merged servers one that only this one has. */
async function resource(stage: Stage, word: string): Promise<string> {
  if (stage.upstream.prefix === '') return `test://template/${word}-${stage.word}/data`;
  const name = /^Added (\S+)\.$/.exec(await stage.text('change_list', { kind: 'resources' }))?.[1] ?? '';
  await listed(stage, 'resources', 'name', name);
  return `test://added/${name}`;
}

/** In the way of its era; gives back how to end it. */
async function subscribe({ peer, isModern }: Stage, uri: string): Promise<() => Promise<unknown>> {
  if (isModern) return await peer.listen({ resourceSubscriptions: [uri] });
  await peer.ask('resources/subscribe', { uri });
  return () => peer.ask('resources/unsubscribe', { uri });
}

/** What is listed of an added item; asks again, as others add, too, and what announces is not what lists. */
async function listed({ peer }: Stage, kind: string, key: string, added: string): Promise<string[]> {
  for (let look = 0; ; look++) {
    const names = itemsOf(await peer.pages(`${kind}/list`), kind, key).filter((name) => name.endsWith(added));
    if (names.length > 0 || look > 20) return names;
  }
}
