/** Operators who ask another node for more than they should, or no longer may. */
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { ADMIN_KEY, bearer, posted } from './desk.ts';
import { type HubDesk, withHubDesks } from './hub-desks.ts';

const PATIENT = { timeout: 10_000 };

/** As it is written: `fetch` would take `..` out. Its body is whole once it is `sent`. */
function asWritten(
  { url }: HubDesk,
  path: string,
  { method = 'GET', headers = bearer(ADMIN_KEY) as Record<string, string>, sent = Promise.resolve() } = {},
) {
  const answered = Promise.withResolvers<string>();
  const { hostname, port } = new URL(url);
  const head = method === 'GET' ? headers : { ...headers, 'content-type': 'application/json' };
  const asked = request({ hostname, port, path, method, headers: head }, (answer) => {
    let text = `${answer.statusCode} `;
    answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
    answer.on('end', () => answered.resolve(text));
  });
  asked.on('error', answered.reject);
  if (method !== 'GET') asked.write('{');
  void sent.then(() => asked.end(method === 'GET' ? '' : '}'));
  return answered.promise;
}

it('[AFAR-PATH] no spelling of a path leads to what is not of one node', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    for (const up of ['servers/..', 'servers/%2e%2e', 'servers/x/../..', 'logs/.%2E'])
      for (const [method, leaf] of [
        ['GET', 'keys'],
        ['POST', 'keys'],
        ['GET', 'audit'],
        ['POST', 'login'],
      ] as const) {
        const told = await asWritten(near, `/admin/api/${up}/${leaf}?node=n1`, { method });
        expect(told, `${up}/${leaf}`).toMatch(/^400 .*not asked of another node/);
      }
    expect(far.recorder.of('operated')).toEqual([]);
    // What is of a node once it is read to its end is asked as ever.
    expect(await asWritten(near, '/admin/api/keys/../overview?node=n1')).toMatch(/^200 .*"node":"n1"/);
  });
});

it('[AFAR-SPELT] `node` is read however it is spelt, and says something', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    for (const url of [far.url, `${far.url}/`, encodeURIComponent(`${far.url}/`)])
      expect(await asWritten(near, `/admin/api/overview?node=${url}`), url).toMatch(/^200 .*"node":"n1"/);
    for (const query of ['%6eode=n1', 'n%6Fde=n%31', 'a=1&&%6Eode=n1'])
      expect(await asWritten(near, `/admin/api/overview?${query}`), query).toMatch(/^200 .*"node":"n1"/);
    for (const query of ['node', 'node=', 'node&a=1', 'node=n1&%6eode=n0', 'node=n1&node'])
      expect(await asWritten(near, `/admin/api/overview?${query}`), query).toMatch(/^400 .*invalid_params/);
  });
});

it('[AFAR-OUT] what is sent slowly by one who signs out meanwhile is done nowhere', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    const login = await fetch(`${near.url}/admin/api/login`, posted({ token: near.admin.token() }));
    const headers = { cookie: login.headers.get('set-cookie')?.split(';', 1)[0] ?? '', origin: near.url };
    const sent = Promise.withResolvers<void>();
    let landed = 0;
    near.listening.server.on('request', () => landed++);
    const answers = ['', '?node=n1'].map((query) =>
      asWritten(near, `/admin/api/servers/fixture/restart${query}`, {
        ...{ method: 'POST', headers, sent: sent.promise },
      }),
    );
    await expect.poll(() => landed, PATIENT).toBe(2);
    await fetch(`${near.url}/admin/api/logout`, { method: 'POST', headers });
    sent.resolve();
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^401 .*unauthorized/);
    const done = [near, far].flatMap(({ recorder }) => recorder.of('operated'));
    expect(done.filter(({ action }) => action.startsWith('servers.'))).toEqual([]);
  });
});

it('[AFAR-OFF] a live feed of another node ends where the admin API is switched off', async () => {
  await withHubDesks({}, async ({ near, far }) => {
    const answer = await near.ask('events?node=n1');
    const read = answer.text();
    await expect.poll(() => far.live.feeds.size, PATIENT).toBe(1);
    near.admin.change({ ...near.config.admin, enabled: false });
    expect(await read).toContain('event: hello');
    await expect.poll(() => far.live.feeds.size, PATIENT).toBe(0);
  });
}, 20_000);
