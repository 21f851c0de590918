/** Mounts of narrowed callers: kept as long as they mean the same, ended with what they are part of, bounded. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/engine/gateway.ts';
import type { Mount } from '../../../../src/engine/line.ts';
import { Narrowed } from '../../../../src/engine/policy/narrowed.ts';
import { httpSse } from '../../../../src/dialects/table.ts';
import { turn, type Wire } from '../../engine/support.ts';
import { sseSession } from '../support.ts';
import { ask, keysOf, type PolicyWorld, policyWorld } from './support.ts';

const NARROW = { tools: ['files/read_*'], prompts: { deny: ['*/secret'] } };
/** The same in other words. */
const SAME = {
  prompts: { deny: ['*/secret', '*/secret'] },
  tools: { allow: ['files/read_*'] },
  readOnly: false,
};

const head = (who: string) => ({ 'x-api-key': `key-${who}` });
const WAYS = ['/servers/files/sse', '/sse'];

describe('[POLICY-RELOAD] a reload', () => {
  it.each(WAYS)('that changes nothing of what a policy says ends nothing at %s', async (path) => {
    const at = policyWorld({ a: NARROW, b: NARROW });
    const sessions = [await sseSession(at, head('a'), path), await sseSession(at, head('b'), path)];
    expect(at.gateway.narrowed.size).toBe(1);
    at.change({ apiKeys: keysOf({ a: SAME, b: SAME }) });
    expect(sessions.map(({ connection }) => connection.isClosed)).toEqual([false, false]);
    expect(at.gateway.narrowed.size).toBe(1);
    const { endpoint } = sessions[0] as (typeof sessions)[0];
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    expect((await at.ask('POST', endpoint, { headers: head('a'), body })).status).toBe(202);
  });

  it.each(WAYS)('that changes what a policy says ends what was opened with it at %s', async (path) => {
    const at = policyWorld({ a: NARROW, b: NARROW });
    const [a, b] = [await sseSession(at, head('a'), path), await sseSession(at, head('b'), path)];
    at.change({ apiKeys: keysOf({ a: { tools: [] }, b: NARROW }) });
    expect([a.connection.isClosed, b.connection.isClosed]).toEqual([true, false]);
    at.change({ apiKeys: keysOf({ a: { tools: [] }, b: NARROW }), policy: { readOnly: true } });
    expect(b.connection.isClosed).toBe(true);
  });
});

describe('[POLICY-ENDS] what is there for a narrowed caller', () => {
  it.each(WAYS)('ends with its server, and not with another, at %s', async (path) => {
    const at = policyWorld({ a: NARROW });
    const { connection } = await sseSession(at, head('a'), path);
    await at.gateway.removeServer('web');
    await turn();
    expect(connection.isClosed).toBe(false);
    await at.gateway.removeServer('files');
    await turn();
    expect(connection.isClosed).toBe(path !== '/sse');
    expect(at.servers.files.links.every(({ hasEnded }) => hasEnded)).toBe(true);
  });

  it('starts no server ahead once more', async () => {
    const at = policyWorld({ a: NARROW, b: { readOnly: true } }, { merge: { ahead: true } });
    at.runtime.advance(1_000);
    await turn();
    // What was listed then is old by now.
    at.runtime.advance(6 * 60_000);
    await turn();
    const { length } = at.servers.web.links;
    expect(length).toBeGreaterThan(0);
    await sseSession(at, head('a'), '/sse');
    await sseSession(at, head('b'), '/sse');
    at.runtime.advance(1_000);
    await turn();
    expect(at.servers.web.links).toHaveLength(length);
  });

  it('has a session without a name for each of the policies of one caller', async () => {
    const at = policyWorld({ a: NARROW });
    const server = at.gateway.servers.get('files');
    const mounts = [{ tools: ['files/a'] }, { tools: ['files/b'] }].map((policy) => {
      const rules = at.gateway.narrowed.rules([policy]);
      if (!server || !rules) throw new Error('There is nothing to narrow.');
      return at.gateway.narrowed.server(server, 'files', rules);
    });
    const open = (mount: Mount) => {
      const options = {
        mount,
        principal: 'p',
        dialect: httpSse,
        version: '2025-06-18',
        part: undefined,
        forwarded: undefined,
      };
      const session = at.gateway.stateless(options as Parameters<typeof at.gateway.stateless>[0]);
      if (isRefusal(session)) throw new Error(session.message);
      return session;
    };
    const [first, second] = mounts.map(open);
    expect(first).not.toBe(second);
    expect(mounts.map(open)).toEqual([first, second]);
  });
});

describe('[POLICY-KEPT] mounts that nobody uses', () => {
  function narrowed(most: number) {
    const at: PolicyWorld = policyWorld({ a: NARROW });
    const used = new Set<Mount>();
    const left: Mount[] = [];
    const host = { inUse: () => used, left: (mount: Mount) => void left.push(mount) };
    const kept = new Narrowed(host, at.gateway.context, most);
    const server = at.gateway.servers.get('files');
    const mount = (name: string) => {
      const rules = kept.rules([{ tools: [`files/${name}`] }]);
      if (!server || !rules) throw new Error('There is nothing to narrow.');
      return kept.server(server, 'files', rules);
    };
    return { kept, used, left, mount };
  }

  it('are bounded: the one asked for longest ago goes first, and what is used stays', () => {
    const { kept, used, left, mount } = narrowed(8);
    const [first, second, third] = ['a', 'b', 'c'].map(mount);
    used.add(second as Mount);
    for (const name of 'defgh') mount(name);
    expect(mount('a')).toBe(first);
    mount('i');
    expect(kept.size).toBeLessThanOrEqual(8);
    expect(left).toContain(third);
    expect(third?.isClosed).toBe(true);
    expect(mount('a')).toBe(first);
    expect(mount('b')).toBe(second);
    expect(mount('c')).not.toBe(third);
    for (let at = 0; at < 100; at++) mount(`more${at}`);
    expect(kept.size).toBeLessThanOrEqual(8);
    expect(mount('b')).toBe(second);
  });
});

describe('[POLICY-CHANGES] a change', () => {
  const policies = { a: { tools: ['web/*'], resources: { deny: ['*/file:///secret/*'] } } };
  const changed = (kind: string) => ({ jsonrpc: '2.0', method: `notifications/${kind}/list_changed` });

  async function follower(path: string) {
    const at = policyWorld(policies);
    const { connection, endpoint } = await sseSession(at, head('a'), path);
    const say = async (method: string, params: object = {}) => {
      await at.ask('POST', endpoint, { headers: head('a'), body: { jsonrpc: '2.0', id: 1, method, params } });
      at.runtime.advance(1_000);
      await turn();
    };
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    await say('initialize', params);
    for (const kind of ['tools', 'prompts', 'resources']) await say(`${kind}/list`);
    const told = () => (connection.messages as Wire[]).flatMap(({ method }) => method ?? []);
    const says = async (server: 'files' | 'web', value: object) => {
      for (const link of at.servers[server].links) if (!link.hasEnded) link.says(value);
      at.runtime.advance(1_000);
      await turn();
    };
    return { at, say, says, told };
  }

  it.each(WAYS)('of what a caller cannot see is not told to it at %s', async (path) => {
    const { says, told, say } = await follower(path);
    await says('files', changed('tools'));
    expect(told()).toEqual([]);
    await say('resources/subscribe', { uri: 'file:///docs/a' });
    const updated = (uri: string) => ({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri },
    });
    await says('files', updated('file:///secret/b'));
    expect(told()).toEqual([]);
    await says('files', updated('file:///docs/a'));
    await says('files', changed('prompts'));
    expect(told()).toEqual(['notifications/resources/updated', 'notifications/prompts/list_changed']);
    if (path !== '/sse') return;
    await says('web', changed('tools'));
    expect(told()).toContain('notifications/tools/list_changed');
  });

  it.each(['legacy', 'modern'] as const)(
    'of a hidden resource cannot be asked for in %s words',
    async (era) => {
      const at = policyWorld(policies);
      if (era === 'legacy') {
        const { error } = await ask(at, 'a', era, '/servers/files/mcp', 'resources/subscribe', {
          uri: 'file:///secret/b',
        });
        expect(error?.data?.['code']).toBe('unknown_resource');
      } else {
        const notifications = { resourceSubscriptions: ['file:///secret/b', 'file:///docs/a'] };
        const said = await ask(at, 'a', era, '/servers/files/mcp', 'subscriptions/listen', { notifications });
        expect(JSON.stringify(said)).not.toContain('secret');
        expect(JSON.stringify(said)).toContain('docs/a');
      }
      const asked = at.servers.files.asked('resources/subscribe').map(({ params }) => params?.['uri']);
      expect(asked).not.toContain('file:///secret/b');
    },
  );
});
