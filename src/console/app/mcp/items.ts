/** What a server offers, read from lists that nobody has checked: what has no name is left out. */

export type Kind = 'tool' | 'prompt' | 'resource' | 'template';

/** One tool, prompt, resource or resource template. */
export interface Item {
  readonly kind: Kind;
  /** What it is asked for by: a name, a URI, or a URI template. */
  readonly name: string;
  /** What people call it; empty where the server says nothing. */
  readonly title: string;
  readonly description: string;
  readonly mimeType?: string;
  /** As the server sent it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** What a server says of a tool's ways; hints, and no more than that (MCP, `ToolAnnotations`). */
export interface Hints {
  readonly isReadOnly?: boolean;
  readonly isDestructive?: boolean;
  readonly isIdempotent?: boolean;
  readonly isOpenWorld?: boolean;
}

/** An argument of a prompt. */
export interface PromptArgument {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** How each kind is listed: the method, the member of its result, and what names an item. */
export const LISTS = {
  tool: { method: 'tools/list', member: 'tools', name: 'name', capability: 'tools' },
  prompt: { method: 'prompts/list', member: 'prompts', name: 'name', capability: 'prompts' },
  resource: { method: 'resources/list', member: 'resources', name: 'uri', capability: 'resources' },
  template: {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    name: 'uriTemplate',
    capability: 'resources',
  },
} as const satisfies Record<
  Kind,
  {
    readonly method: string;
    readonly member: string;
    readonly name: string;
    readonly capability: string;
  }
>;

export const KINDS = Object.keys(LISTS) as readonly Kind[];

/** The items of one page of a list. */
export function itemsIn(kind: Kind, result: unknown): Item[] {
  const { member, name } = LISTS[kind];
  return recordsIn(recordOf(result)[member]).flatMap((raw) => {
    const id = raw[name];
    return typeof id === 'string' ? [itemOf(kind, id, raw)] : [];
  });
}

function itemOf(kind: Kind, name: string, raw: Readonly<Record<string, unknown>>): Item {
  const annotations = recordOf(raw['annotations']);
  // A resource has a name beside its URI, which is for people where it has no title.
  const fallback =
    textOf(annotations['title']) || (kind === 'tool' || kind === 'prompt' ? '' : textOf(raw['name']));
  const mimeType = textOf(raw['mimeType']);
  return {
    kind,
    name,
    title: textOf(raw['title']) || fallback,
    description: textOf(raw['description']),
    ...(mimeType ? { mimeType } : {}),
    raw,
  };
}

export function hintsOf(item: Item): Hints {
  const told = recordOf(item.raw['annotations']);
  const hint = (name: string) => (typeof told[name] === 'boolean' ? told[name] : undefined);
  return dropUndefined({
    isReadOnly: hint('readOnlyHint'),
    isDestructive: hint('destructiveHint'),
    isIdempotent: hint('idempotentHint'),
    isOpenWorld: hint('openWorldHint'),
  });
}

/** Whether a person should be asked before it runs: its server says that it destroys, and not that it only reads. */
export function isDangerous(item: Item): boolean {
  const { isReadOnly, isDestructive } = hintsOf(item);
  return item.kind === 'tool' && isDestructive === true && isReadOnly !== true;
}

export function promptArguments(item: Item): PromptArgument[] {
  return recordsIn(item.raw['arguments']).flatMap((raw) => {
    const name = textOf(raw['name']);
    if (name === '') return [];
    const title = textOf(raw['title']);
    return [{ name, title, description: textOf(raw['description']), isRequired: raw['required'] === true }];
  });
}

/** An object, or an empty one for whatever else it is. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; none where it is no list. */
export function recordsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function dropUndefined(hints: { [Name in keyof Hints]: boolean | undefined }): Hints {
  return Object.fromEntries(Object.entries(hints).filter(([, value]) => value !== undefined));
}
