/** The lists that servers have, and what tells them apart. */

export type Kind = 'tools' | 'prompts' | 'resources' | 'templates';

export interface KindFacts {
  /** The request that asks for the list. */
  readonly method: string;
  /** The member of its result that holds the items, and the one that names each of them. */
  readonly list: string;
  readonly key: 'name' | 'uri' | 'uriTemplate';
  /** The capability without which a server has no such list. */
  readonly capability: string;
  /** What a server says when the list is another. */
  readonly changed: string;
}

export const KINDS: Readonly<Record<Kind, KindFacts>> = {
  tools: {
    method: 'tools/list',
    list: 'tools',
    key: 'name',
    capability: 'tools',
    changed: 'notifications/tools/list_changed',
  },
  prompts: {
    method: 'prompts/list',
    list: 'prompts',
    key: 'name',
    capability: 'prompts',
    changed: 'notifications/prompts/list_changed',
  },
  resources: {
    method: 'resources/list',
    list: 'resources',
    key: 'uri',
    capability: 'resources',
    changed: 'notifications/resources/list_changed',
  },
  // Templates have no word of their own for a change.
  templates: {
    method: 'resources/templates/list',
    list: 'resourceTemplates',
    key: 'uriTemplate',
    capability: 'resources',
    changed: 'notifications/resources/list_changed',
  },
};

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

/** The kinds whose lists a notification calls changed; empty for any other notification. */
export function changedBy(method: string): readonly Kind[] {
  return BY_CHANGE.get(method) ?? NONE;
}

const NONE: readonly Kind[] = [];
const BY_CHANGE = new Map<string, Kind[]>();
for (const kind of ALL_KINDS) {
  const { changed } = KINDS[kind];
  BY_CHANGE.set(changed, [...(BY_CHANGE.get(changed) ?? []), kind]);
}
