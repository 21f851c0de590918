/**
 * What a client wants to be told of, as `subscriptions/listen` says it.
 *
 * Source: MCP 2026-07-28, subscriptions, "Notification Filter"; SEP-2663 (`taskIds`). Members that neither names are
 * another's business, and asked for by nobody.
 */
import { memberAt } from '../../protocol/cuts.ts';
import type { Message } from '../../protocol/message.ts';
import type { Settings } from '../settings.ts';

export interface Filter {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  /** Resources whose updates are wanted. */
  readonly uris: ReadonlySet<string>;
  /** Tasks whose changes are wanted. */
  readonly tasks: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
export const NOTHING: Filter = { tools: false, prompts: false, resources: false, uris: NONE, tasks: NONE };

/** The filter that a request asks for, or one sentence on what is wrong with it. */
export function filterOf(message: Message, { subscriptionsPerSession, uriBytes }: Settings): Filter | string {
  const given = givenIn(message);
  if (!isObject(given)) return '`params.notifications` must be an object that names what to listen for.';
  for (const name of ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'])
    if (!['undefined', 'boolean'].includes(typeof given[name]))
      return `\`params.notifications.${name}\` must be true or false.`;
  for (const name of ['resourceSubscriptions', 'taskIds']) {
    const texts = given[name] ?? [];
    if (!isTexts(texts)) return `\`params.notifications.${name}\` must be a list of texts.`;
    if (texts.length > subscriptionsPerSession)
      return `\`params.notifications.${name}\` must have at most ${subscriptionsPerSession} entries.`;
    if (texts.some((text) => encoder.encode(text).length > uriBytes))
      return `\`params.notifications.${name}\` must have entries of at most ${uriBytes} bytes.`;
  }
  return filterIn(given);
}

/** The filter of an acknowledgement; what is not understood of it is not in it. */
export function grantedIn(message: Message): Filter {
  const given = givenIn(message);
  return isObject(given) ? filterIn(given) : NOTHING;
}

/** As a JSON object; what is not wanted is left out. */
export function filterJson({ tools, prompts, resources, uris, tasks }: Filter): string {
  return JSON.stringify({
    ...(tools ? { toolsListChanged: true } : {}),
    ...(prompts ? { promptsListChanged: true } : {}),
    ...(resources ? { resourcesListChanged: true } : {}),
    ...(uris.size > 0 ? { resourceSubscriptions: [...uris] } : {}),
    ...(tasks.size > 0 ? { taskIds: [...tasks] } : {}),
  });
}

/** What any of them wants. */
export function union(filters: Iterable<Filter>): Filter {
  const all = { tools: false, prompts: false, resources: false };
  const [uris, tasks] = [new Set<string>(), new Set<string>()];
  for (const filter of filters) {
    all.tools ||= filter.tools;
    all.prompts ||= filter.prompts;
    all.resources ||= filter.resources;
    for (const uri of filter.uris) uris.add(uri);
    for (const task of filter.tasks) tasks.add(task);
  }
  return { ...all, uris, tasks };
}

/** What both have. */
export function common(a: Filter, b: Filter): Filter {
  return {
    tools: a.tools && b.tools,
    prompts: a.prompts && b.prompts,
    resources: a.resources && b.resources,
    uris: intersection(a.uris, b.uris),
    tasks: intersection(a.tasks, b.tasks),
  };
}

/** Whether `a` has everything that `b` has. */
export function covers(a: Filter, b: Filter): boolean {
  return sizeOf(common(a, b)) === sizeOf(b);
}

/** How many things are in it. */
export function sizeOf({ tools, prompts, resources, uris, tasks }: Filter): number {
  return Number(tools) + Number(prompts) + Number(resources) + uris.size + tasks.size;
}

function filterIn(given: Record<string, unknown>): Filter {
  const texts = (name: string) => {
    const value = given[name];
    return new Set(isTexts(value) ? value : []);
  };
  return {
    tools: given['toolsListChanged'] === true,
    prompts: given['promptsListChanged'] === true,
    resources: given['resourcesListChanged'] === true,
    uris: texts('resourceSubscriptions'),
    tasks: texts('taskIds'),
  };
}

function givenIn({ bytes, params }: Message): unknown {
  const { start, end } = memberAt(bytes, params, 'notifications');
  return end === 0 ? undefined : JSON.parse(decoder.decode(bytes.subarray(start, end)));
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  const both = new Set<string>();
  for (const text of small) if (large.has(text)) both.add(text);
  return both;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
