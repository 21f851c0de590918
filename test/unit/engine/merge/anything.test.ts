/** Whatever servers and clients do, in whatever order: every request is answered once, by who was meant. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { greeted, type Client, type Has, mergedWorld, type MergedWorld, notify, turn } from './support.ts';

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];
type World = MergedWorld<Name>;

const LISTS: Has[] = [
  { tools: ['t', 'u'], resources: ['x://1'], templates: ['y://{z}'], prompts: ['p'] },
  { tools: ['t'], readable: ['x://2'], prompts: ['p', 'q'] },
  { tools: [], resources: ['x://1', 'x://3'] },
  { tools: [{ broken: true }] },
  { capabilities: {} },
];

interface Run {
  readonly at: World;
  readonly client: Client;
  readonly asked: Map<number, { method: string; name: string }>;
  readonly calledOff: Set<number>;
}

type Step = (run: Run) => unknown;

const server = fc.constantFrom(...NAMES);
const onServer = (step: (at: World['servers'][Name], run: Run) => unknown) =>
  server.map(
    (name): Step =>
      (run) =>
        step(run.at.servers[name], run),
  );

function ask(method: string, params: object, name = ''): Step {
  return ({ client, asked }) => asked.set(client.send(method, params), { method, name });
}

const requests = fc.oneof(
  fc.constantFrom('tools', 'prompts', 'resources').map((kind) => ask(`${kind}/list`, {})),
  fc
    .constantFrom('t', 'u', 'a__t', 'b__t', 'c__u', 'none', 'b__none')
    .map((name) => ask('tools/call', { name }, name)),
  fc.constantFrom('p', 'a__p', 'q').map((name) => ask('prompts/get', { name }, name)),
  fc
    .constantFrom('x://1', 'x://2', 'x://3', 'y://1', 'x://none')
    .map((uri) => ask('resources/read', { uri })),
  fc.constantFrom('x://1', 'x://2').map((uri) => ask('resources/subscribe', { uri })),
  fc.constantFrom('x://1', 'x://2').map((uri) => ask('resources/unsubscribe', { uri })),
  fc.constantFrom('ping', 'x/other').map((method) => ask(method, {})),
);

const mishaps = fc.oneof(
  onServer((at) => (at.isSlow = true)),
  onServer((at) => at.wake()),
  onServer((at) => (at.fault = { code: 'start-failed', message: 'No.' })),
  onServer((at) => (at.fault = undefined)),
  onServer((at) => (at.isHeld = true)),
  onServer((at) => at.release()),
  onServer((at) => at.links.forEach((link) => link.end())),
  onServer((at) => at.links.forEach((link) => link.notifies('notifications/tools/list_changed'))),
  onServer((at) => at.links.forEach((link) => link.notifies('notifications/resources/list_changed'))),
  onServer((at) => (at.state = at.state === 'up' ? 'backoff' : 'up')),
  fc.tuple(server, fc.constantFrom(...LISTS)).map(
    ([name, has]): Step =>
      ({ at }) =>
        (at.servers[name].has = has),
  ),
);

const others = fc.oneof(
  fc.constantFrom(0, 50, 100, 200, 5_000, 31_000, 400_000).map(
    (ms): Step =>
      ({ at }) =>
        at.runtime.advance(ms),
  ),
  fc.constant<Step>(() => turn()),
  fc.nat(20).map(
    (id): Step =>
      (run) => {
        run.calledOff.add(id);
        run.client.session.receive(notify('notifications/cancelled', { requestId: id }));
      },
  ),
  fc.shuffledSubarray([...NAMES], { minLength: 1 }).map(
    (names): Step =>
      ({ at }) => {
        const servers = names.flatMap((name) => at.gateway.servers.get(name) ?? []);
        at.merge.change(servers.map((one) => ({ server: one })));
      },
  ),
);

const steps = fc.array(
  fc.oneof({ weight: 4, arbitrary: requests }, { weight: 2, arbitrary: mishaps }, others),
  { maxLength: 40 },
);

it('[MERGE-ONCE] every request is answered exactly once, by the server it names, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.constantFrom('keep', 'hide'),
      fc.constantFrom('session', 'shared', 'principal'),
      async (all, down, sharing) => {
        const has = { ...LISTS[0], server: { sharing } } as Has;
        const at = mergedWorld({ a: has, b: has, c: has }, { down } as object);
        const client = await greeted(at);
        const run: Run = { at, client, asked: new Map(), calledOff: new Set() };
        for (const step of all) await step(run);
        await settle(run);
        for (const [id, { method, name }] of run.asked) checkAnswer(run, id, method, name);
        client.session.close('deleted');
        await at.gateway.close();
        expect(at.runtime.timers).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

/** Everything that waits for something gets it. */
async function settle({ at }: Run): Promise<void> {
  for (let round = 0; round < 6; round++) {
    for (const one of Object.values(at.servers)) {
      one.release();
      one.wake();
    }
    await turn();
    at.runtime.advance(400_000);
    await turn();
  }
}

function checkAnswer({ client, calledOff }: Run, id: number, method: string, name: string): void {
  const answers = client.connection.messages.filter((wire) => wire.id === id && wire.method === undefined);
  if (calledOff.has(id) && answers.length === 0) return;
  expect(answers, `${method} ${name}`).toHaveLength(1);
  const { result } = answers[0] ?? {};
  if (!result || method !== 'tools/call' || !name.includes('__')) return;
  expect(`${String(result['server'])}__${String((result['params'] as { name: string }).name)}`).toBe(name);
}
