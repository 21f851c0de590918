/** Which node is asked, where there is but one. */
import { expect, it } from 'vitest';
import type { NodeList } from '../../../src/edges/admin/contract/nodes.ts';
import { ADMIN_KEY, bearer, openDesk } from './desk.ts';

const headers = bearer(ADMIN_KEY);

async function asking() {
  const { running, ask } = await openDesk();
  return {
    url: running.url,
    ask: (path: string, method = 'GET') => ask(`/admin/api/${path}`, { method, headers }),
  };
}

it('[ANYNODE-LISTED] [ANYNODE-ASKED] one that is alone names itself, and is asked by its name', async () => {
  const { url, ask } = await asking();
  const listed = (await (await ask('nodes')).json()) as NodeList;
  const [own] = listed.nodes;
  expect(listed).toEqual({ nodes: [{ name: expect.any(String), url, isThis: true, state: 'held' }] });
  for (const name of [own?.name, own?.url]) {
    const asked = await ask(`overview?node=${encodeURIComponent(name ?? '')}`);
    expect([asked.status, await asked.json()]).toMatchObject([200, { node: own?.name }]);
  }
});

const WRONG = [
  ['GET', 'overview?node=nobody', 404, 'unknown_node'],
  ['POST', 'servers/echo/restart?node=nobody', 404, 'unknown_node'],
  ['GET', 'events?node=http://10.0.0.1:1', 404, 'unknown_node'],
  ['GET', 'overview?node=', 400, 'invalid_params'],
  ['GET', `overview?node=${'n'.repeat(600)}`, 400, 'invalid_params'],
  ['GET', 'overview?node=a&node=b', 400, 'invalid_params'],
  ['GET', 'keys?node=a', 400, 'invalid_params'],
  ['GET', 'nodes?node=a', 400, 'invalid_params'],
  ['POST', 'logout?node=a', 400, 'invalid_params'],
] as const;

it('[ANYNODE-ASKED] a node that is none, or is asked what is of all, is refused; the document says what is of one', async () => {
  const { ask } = await asking();
  for (const [method, path, status, code] of WRONG) {
    const answer = await ask(path, method);
    expect([answer.status, await answer.json()], path).toMatchObject([
      status,
      { error: { code, hint: expect.any(String) } },
    ]);
  }
  await (await ask('openapi.json')).text();
  const { paths } = (await (await ask('openapi.json')).json()) as {
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
  };
  const taking = (path: string, method = 'get') =>
    paths[`/admin/api/${path}`]?.[method]?.parameters?.filter(({ name }) => name === 'node').length ?? 0;
  const once = ['overview', 'sessions', 'events', 'servers/{name}', 'servers/{name}/tools'];
  expect(once.map((path) => taking(path))).toEqual(once.map(() => 1));
  expect([taking('servers/{name}/call', 'post'), taking('sessions/{id}', 'delete')]).toEqual([1, 1]);
  expect(['keys', 'nodes', 'audit', 'me'].map((path) => taking(path))).toEqual([0, 0, 0, 0]);
});
