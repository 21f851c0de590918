/** One key at several nodes: who runs the call, and what the others tell of it. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Made } from '../modern/support.ts';
import { turn } from '../support.ts';
import { type Node, nodes, type Nodes } from './nodes.ts';

const open: Nodes[] = [];
afterEach(async () => {
  for (const { nodes: all } of open.splice(0)) await Promise.all(all.map(({ gateway }) => gateway.close()));
});

async function two(settings = {}): Promise<Nodes & { readonly a: Node; readonly b: Node }> {
  const world = await nodes(2, settings);
  open.push(world);
  const [a, b] = world.nodes as [Node, Node];
  return { ...world, a, b };
}

function told({ carrier }: Made): unknown {
  const { result, error } = carrier.answer1;
  return result ?? (error?.data as { code?: unknown } | undefined)?.code;
}

describe('a key at several nodes', () => {
  test('[ONCE-NODES] one runs it; the others wait, and give the same answer, then and later', async () => {
    const { a, b, ask, pass } = await two();
    const first = await ask(a, { id: 'x' });
    const waiting = [await ask(b, { id: 1 }), await ask(b, { id: 2 })];
    await pass(3_000);
    expect([a.calls.length, b.calls.length, ...waiting.map(({ carrier }) => carrier.answers.length)]).toEqual(
      [1, 0, 0, 0],
    );
    a.answers({ n: 1 });
    await pass(1_000);
    const tries = [first, ...waiting, await ask(b), await ask(a)];
    expect(tries.map(told)).toEqual(tries.map(() => ({ n: 1 })));
    expect(waiting[1]?.carrier.answer1.id).toBe(2);
    expect([a.calls.length, b.calls.length]).toEqual([1, 0]);
  });

  test('[ONCE-NODES] of tries at once at both one is run', async () => {
    const { a, b, ask, pass } = await two();
    const tries = await Promise.all([ask(a), ask(b), ask(a), ask(b)]);
    const [runs] = [a, b].filter(({ calls }) => calls.length === 1);
    expect(a.calls.length + b.calls.length).toBe(1);
    runs?.answers({ n: 1 });
    await pass(1_000);
    expect(tries.map(told)).toEqual(tries.map(() => ({ n: 1 })));
  });

  test('[ONCE-NODES] the answer outlives its node, for as long as its key is remembered', async () => {
    const { a, b, hub, ask, pass } = await two({ idempotencyMs: 60_000 });
    await ask(a);
    a.answers({ n: 1 });
    await turn();
    hub.kill(a.name);
    await pass(30_000);
    expect(told(await ask(b))).toEqual({ n: 1 });
    await pass(31_000);
    await ask(b);
    expect(b.calls.length).toBe(1);
  });

  test('[ONCE-NODES] another request, a failure before it was sent, and an answer too large are told everywhere', async () => {
    const { a, b, ask } = await two({ idempotencyAnswerBytes: 500 });
    await ask(a, { key: 'large' });
    a.answers({ text: 'x'.repeat(500) });
    await turn();
    expect(told(await ask(b, { key: 'large' }))).toBe('answer_not_kept');
    expect(told(await ask(b, { key: 'large', params: { name: 'other' } }))).toBe('idempotency_mismatch');
    a.driver.fault = { code: 'start-failed', message: 'No.' };
    expect(told(await ask(a, { key: 'unsent', facts: { principal: 'other' } }))).toBe(
      'upstream_start_failed',
    );
    await ask(b, { key: 'unsent', facts: { principal: 'other' } });
    expect([a.calls.length, b.calls.length]).toEqual([1, 1]);
  });

  test('[ONCE-NODES] rounds are known everywhere, too', async () => {
    const { a, b, ask } = await two();
    const asks = { resultType: 'input_required', requestState: 's', inputRequests: { a: {} } };
    await ask(a);
    a.answers(asks);
    await turn();
    const round = (name: string) => ({ params: { name, requestState: 's', inputResponses: { a: {} } } });
    expect(told(await ask(b, round('other')))).toBe('idempotency_mismatch');
    await ask(b, round('t'));
    b.answers({ done: 1 });
    await turn();
    expect([told(await ask(a, round('t'))), told(await ask(b))]).toEqual([{ done: 1 }, asks]);
    expect([a.calls.length, b.calls.length]).toEqual([1, 1]);
  });
});

describe('a node that dies', () => {
  const tool = (annotations: object) => ({
    tools: [{ name: 't', inputSchema: { type: 'object' }, annotations }],
  });

  test.each([
    ['may have run', {}, 'may_have_run', 0],
    ['is run again where its tool says that it may be called twice', { idempotentHint: true }, { n: 2 }, 1],
    ['is run again where its tool just reads', { readOnlyHint: true }, { n: 2 }, 1],
  ])('[ONCE-ORPHAN] its call %s', async (_what, annotations, outcome, runs) => {
    const { a, b, hub, ask, pass } = await two();
    b.driver.script = ({ method }) => (method === 'tools/list' ? { result: tool(annotations) } : undefined);
    await ask(a);
    const second = await ask(b, { id: 2 });
    hub.kill(a.name);
    await pass(12_000);
    if (runs > 0) b.answers({ n: 2 });
    await turn();
    expect([told(second), b.calls.length]).toEqual([outcome, runs]);
  });
});

describe('what is shared', () => {
  test('[ONCE-AWAY] cannot be reached: new keys are refused, known ones answered; then all is well again', async () => {
    const { a, b, hub, ask, pass } = await two();
    await ask(a);
    hub.cut(a.name);
    expect(told(await ask(a, { key: 'new' }))).toBe('backplane_away');
    a.answers({ n: 1 });
    expect(told(await ask(a))).toEqual({ n: 1 });
    const elsewhere = await ask(b);
    await pass(2_000);
    hub.heal(a.name);
    await pass(4_000);
    expect([told(elsewhere), a.calls.length, b.calls.length]).toEqual([{ n: 1 }, 1, 0]);
    await ask(a, { key: 'new' });
    expect(a.calls.length).toBe(2);
  });

  test('[ONCE-AWAY] is lost: it is written down again, and nothing is run twice meanwhile', async () => {
    const { a, b, hub, ask, pass } = await two();
    await ask(a, { key: 'done' });
    a.answers({ n: 1 });
    await ask(a, { key: 'runs' });
    await turn();
    hub.lose();
    expect(told(await ask(b, { key: 'done' }))).toBe('backplane_away');
    await pass(6_000);
    expect(told(await ask(b, { key: 'done' }))).toEqual({ n: 1 });
    const late = await ask(b, { key: 'runs' });
    a.answers({ n: 2 });
    await pass(1_000);
    expect([told(late), a.calls.length, b.calls.length]).toEqual([{ n: 2 }, 2, 0]);
  });

  test('[ONCE-NODES] a claim is good for as long as its call runs and somebody waits', async () => {
    const { a, b, ask, pass } = await two({ idempotencyMs: 10_000, requestMs: 300_000 });
    const first = await ask(a);
    await pass(120_000);
    const second = await ask(b);
    a.answers({ n: 1 });
    await pass(1_000);
    expect([told(first), told(second), b.calls.length]).toEqual([{ n: 1 }, { n: 1 }, 0]);
  });

  test('[ONCE-NODES] nobody waits any more: what another node runs is not looked for', async () => {
    const { a, b, ask, pass } = await two();
    await ask(a);
    const second = await ask(b);
    second.call.cancel('gone');
    await pass(2_000);
    expect(b.gateway.context.ledger.gateway.of('idempotencyKeys')).toBe(0);
    expect([b.gateway.inFlight, b.gateway.context.ledger.gateway.of('calls')]).toEqual([0, 0]);
  });
});
