/** Callers with policies at played servers that list what they have: in the words of both eras. */
import { expect } from 'vitest';
import type { GatewayOptions } from '../../../../src/edges/compose.ts';
import type { Policy } from '../../../../src/engine/ports-policy.ts';
import { type Has, Lister } from '../../engine/merge/support.ts';
import { turn } from '../../engine/support.ts';
import { headOf, request } from '../modern/support.ts';
import { front, type FrontWorld } from '../support.ts';

/** A tool that says whether it only reads; undefined: nothing of it. */
export const tool = (name: string, readOnlyHint?: unknown, inputSchema: object = { type: 'object' }) => ({
  name,
  inputSchema,
  ...(readOnlyHint === undefined ? {} : { annotations: { readOnlyHint } }),
});

export const FILES: Has = {
  tools: [tool('read_file', true), tool('write_file', false), tool('delete_file'), tool('search', true)],
  prompts: ['summary', 'secret'],
  resources: ['file:///docs/a', 'file:///secret/b'],
  templates: ['file:///docs/{name}', 'file:///secret/{name}'],
};

export const WEB: Has = {
  tools: [tool('fetch', true), tool('post'), tool('search', true)],
  resources: ['web:///x'],
};

export type Era = 'legacy' | 'modern';
export const ERAS: readonly Era[] = ['legacy', 'modern'];

export interface Said {
  readonly status: number;
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Record<string, unknown>;
  };
}

export type Policies = Readonly<Record<string, Policy | undefined>>;

/** One key for each name, with its policy. */
export function keysOf(policies: Policies): NonNullable<GatewayOptions['apiKeys']> {
  return Object.entries(policies).map(([name, policy]) => ({ name, key: `key-${name}`, policy }));
}

export function policyWorld(policies: Policies, options: Partial<GatewayOptions> = {}) {
  const servers = { files: new Lister(FILES, 'files'), web: new Lister(WEB, 'web') };
  const at = front({ servers, apiKeys: keysOf(policies), ...options });
  return { ...at, servers };
}

export type PolicyWorld = ReturnType<typeof policyWorld>;

/** What was said to a request of somebody, in the words of an era. */
export async function ask(
  at: FrontWorld,
  who: string,
  era: Era,
  path: string,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Said> {
  const body = era === 'modern' ? request(method, params) : { jsonrpc: '2.0', id: 1, method, params };
  const head = era === 'modern' ? headOf(request(method, params)) : {};
  const headers = { 'x-api-key': `key-${who}`, ...head };
  const { responder } = at.begin('POST', path, { body, headers });
  // A merge waits for its slow ones, and a plain answer for nothing.
  for (let round = 0; round < 20 && !responder.isDone; round++) {
    await turn();
    at.runtime.advance(60);
  }
  await turn();
  const text = responder.body ?? responder.connection?.text ?? '';
  const json = /\{.*\}/s.exec(text)?.[0] ?? '{}';
  return { status: responder.status, ...(JSON.parse(json) as object) };
}

export async function names(
  at: FrontWorld,
  who: string,
  era: Era,
  path: string,
  kind = 'tools',
): Promise<string[]> {
  const method = kind === 'resourceTemplates' ? 'resources/templates/list' : `${kind}/list`;
  const { result } = await ask(at, who, era, path, method);
  const items = result?.[kind] as Record<string, string>[] | undefined;
  return (items ?? []).map((item) => item['name'] ?? item['uri'] ?? item['uriTemplate'] ?? '').sort();
}

/** What may differ in two refusals of the same: the name that was asked for. */
export function blank({ error, ...rest }: Said, name: string): unknown {
  expect(error).toBeDefined();
  return JSON.parse(JSON.stringify({ ...rest, error }).replaceAll(name, '*'));
}
